from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from weighbridge.errors import FormatError, NothingToAudit, UsageError
from weighbridge.measure.discrepancies import ROW_LIMIT, compare_table

TABLE = "model,metric,task,claimed,measured,n\na,accuracy,sst2,0.93,0.91,872\nb,wer,x,0.10,0.12,\nc,accuracy,sst2,0.90,0.90,872\n"
EXAMPLE = Path(__file__).parents[2] / "examples" / "torchvision-vs-timm.csv"


def table(tmp_path: Path, text: str | bytes, name: str = "results.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_pairs_are_compared_and_sorted_by_size(tmp_path: Path) -> None:
    found = compare_table(table(tmp_path, TABLE))
    assert [(pair.model, round(pair.difference, 6), pair.n) for pair in found.pairs] == [
        ("a", -0.02, 872),
        ("b", 0.02, None),
        ("c", 0.0, 872),
    ]
    # A claimed error rate below the measured one is overstated too.
    assert (found.overstated, found.understated, found.models) == (2, 0, 3)
    assert found.beyond(0.01) == 2
    assert dict(found.quantiles)[0.5] == pytest.approx(0.02)


def test_columns_can_be_named(tmp_path: Path) -> None:
    path = table(tmp_path, "name;paper;ours\nx;91,5;90,5\n")
    found = compare_table(path, {"claimed": "paper", "measured": "ours"})
    assert found.pairs[0].difference == pytest.approx(-1.0)
    assert found.columns.model == "name"


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("", NothingToAudit, "is empty"),
        ("model,claimed\na,1\n", UsageError, "measured figure"),
        ("claimed,measured\n", NothingToAudit, "no row with two figures"),
        ("claimed,measured\nhigh,low\n", NothingToAudit, "claimed is no number: 'high' (line 2)"),
        (b"\xff\xfe\x00\x01", FormatError, "no table"),
        ('claimed,measured\n"1,2\n', FormatError, "no table"),
        ("claimed,measured\n" + "1" * 20_000 + ",1\n", FormatError, "no table"),
    ],
)
def test_what_is_no_table_of_figures_is_told(
    tmp_path: Path, text: str | bytes, error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        compare_table(table(tmp_path, text))
    assert message in str(caught.value)


def test_a_wrong_column_name_is_told_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no column 'nope'") as caught:
        compare_table(table(tmp_path, TABLE), {"claimed": "nope"})
    assert "claimed, measured" in caught.value.hint
    with pytest.raises(UsageError, match="cannot be both"):
        compare_table(table(tmp_path, TABLE), {"claimed": "measured"})


def test_a_broken_gzip_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        compare_table(table(tmp_path, b"\x1f\x8bnot", "x.csv.gz"))
    with pytest.raises(UsageError, match="cannot be read"):
        compare_table(tmp_path)


def test_unreadable_rows_are_kept_with_their_reasons(tmp_path: Path) -> None:
    found = compare_table(
        table(tmp_path, TABLE + "d,accuracy,x,,0.9,\ne,accuracy,x,0.9,n/a,\nshort,1\nf,f,f,nan,1,\n\n")
    )
    assert found.rejected_count == 4
    assert [(row.line, row.reason.partition(":")[0]) for row in found.rejected] == [
        (5, "claimed is empty"), (6, "measured is no number"), (7, "2 cells under 6 headings"), (8, "claimed is no number"),
    ]  # fmt: skip
    assert len(found.pairs) == 3


def test_one_row_is_enough(tmp_path: Path) -> None:
    found = compare_table(table(tmp_path, "claimed,measured\n0.9,0.8\n"))
    assert (len(found.pairs), found.outliers, found.median) == (1, 0, pytest.approx(-0.1))


def test_percentages_against_shares_are_brought_together(tmp_path: Path) -> None:
    found = compare_table(table(tmp_path, "claimed,measured\n93.0,0.91\n88.0,0.88\n"))
    assert found.pairs[0].difference == pytest.approx(-0.02)
    assert "divided by 100" in found.notes[0]


def test_a_table_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weighbridge.measure.discrepancies.ROW_LIMIT", 2)
    assert ROW_LIMIT > 2
    with pytest.raises(UsageError, match="more than 2 rows"):
        compare_table(table(tmp_path, TABLE))


def test_torchvision_publishes_for_thirteen_of_thirty_weights_what_others_do_not_get() -> None:
    found = compare_table(EXAMPLE)
    assert (len(found.pairs), len(found.pairs) - found.beyond(0.03), found.beyond(0.1)) == (30, 17, 13)


def test_half_of_the_self_reported_embedding_scores_differ_by_less_than_half_a_point(shared_data: Path) -> None:
    found = compare_table(shared_data / "data" / "claims" / "mteb-claimed-vs-rerun.csv.gz")
    total = len(found.pairs)
    assert (total, found.models, found.rejected_count) == (2933, 67, 0)
    assert round(dict(found.quantiles)[0.5], 3) == 0.005
    assert round(found.beyond(0.01) / total, 2) == 0.45
    assert round(found.beyond(0.05) / total, 2) == 0.24


def test_a_line_without_end_is_not_held_in_memory(tmp_path: Path) -> None:
    path = table(tmp_path, gzip.compress(b"claimed,measured\n" + b"0" * 50_000_000), "x.csv.gz")
    with pytest.raises(FormatError, match="1,000,000 characters"):
        compare_table(path)


def test_gzipped_tables_with_tabs_are_read(tmp_path: Path) -> None:
    path = table(tmp_path, gzip.compress(b"claimed\tmeasured\n0.9\t0.8\n"), "x.tsv.gz")
    assert len(compare_table(path).pairs) == 1
