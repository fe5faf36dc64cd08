"""What the columns of a results table are: the model, the data, a metric, a benchmark, or nothing that is claimed."""

from __future__ import annotations

import functools
import re

import msgspec

from weighbridge.facts.figures import Figure, figure, is_metric
from weighbridge.facts.metrics import benchmark_of, metric_of

HEADING_LENGTH = 200
CELL_LENGTH = 120

_MODELS = (
    "model models method methods name system approach architecture arch checkpoint variant network backbone algorithm package "
    "implementation detector library toolkit framework encoder module"
)
_DATA = (
    "dataset datasets data task tasks benchmark benchmarks split set test testset corpus language languages lang domain "
    "subset evaluation eval test_set suite category testdata"
)
_VALUES = "value values score scores result results performance eval evaluation test figure"
_SETTINGS = (
    "label labels class classes tag entity threshold level noise subgroup fold seed quantization quantisation language"
)
_NAMED_BENCHMARKS = (
    "mmlu mmlu-pro arc arc-c arc-e arc-challenge arc_challenge arc-easy arc_easy hellaswag winogrande truthfulqa gsm8k gsm-8k humaneval "
    "mbpp boolq piqa siqa squad squad2.0 sst-2 sst2 mnli qnli qqp mrpc cola sts-b stsb rte wnli glue superglue conll2003 conll03 imdb "
    "imagenet imagenet-1k coco mteb c-eval ceval cmmlu bbh math math-500 agieval drop race triviaqa nq naturalquestions openbookqa "
    "obqa gpqa ifeval lambada wikitext wikitext2 ptb xnli mt-bench alpacaeval commonsenseqa csqa musr aime swag anli sciq logiqa "
    "cb copa multirc wic wsc record paws mlqa xquad tydiqa nyt aida dev-clean dev-other test-clean test-other fleurs covost2 "
    "ag-news sick sts12 sts13 sts14 sts15 sts16 msmarco beir ucf101 kinetics ade20k cityscapes cifar10 cifar100 cifar-10 cifar-100"
)
MODEL_WORDS = frozenset(_MODELS.split())
DATA_WORDS = frozenset(_DATA.split())
VALUE_WORDS = frozenset(_VALUES.split())
SETTING_WORDS = frozenset(_SETTINGS.split())
_BENCHMARKS = frozenset(_NAMED_BENCHMARKS.split())
SPLITS = {
    "test": "test",
    "dev": "dev",
    "validation": "validation",
    "val": "validation",
    "valid": "validation",
    "eval": "evaluation",
    "train": "train",
}
# A heading with one of these counts something or is a setting, whatever else it says.
_NO_FIGURE = frozenset(
    [
        "threshold",
        "function",
        "weight",
        "weights",
        "lenpen",
        "penalty",
        "margin",
        "lr",
        "learning",
        "size",
        "params",
        "param",
        "parameters",
        "parameter",
        "flops",
        "gflops",
        "macs",
        "madds",
        "resolution",
        "crop",
        "epochs",
        "epoch",
        "steps",
        "step",
        "layers",
        "dim",
        "download",
        "link",
        "config",
        "url",
        "license",
        "licence",
        "beam",
        "hours",
        "speakers",
        "count",
        "training",
        "trained",
        "samples",
        "seen",
        "width",
        "height",
        "heads",
        "vocab",
        "code",
        "type",
        "optimizer",
        "scheduler",
        "release",
        "cutoff",
    ]
)
_PAIR = re.compile(r"[a-z]{2,3}\s?(?:[-_>\u2192/]|->|to|2){1,2}\s?[a-z]{2,3}")
_LANGUAGES = frozenset(
    [
        "en",
        "de",
        "fr",
        "es",
        "it",
        "pt",
        "nl",
        "ru",
        "zh",
        "ja",
        "ko",
        "ar",
        "hi",
        "tr",
        "pl",
        "cs",
        "ro",
        "el",
        "bg",
        "vi",
        "th",
        "sw",
        "ur",
        "fa",
        "he",
        "id",
        "fi",
        "sv",
        "da",
        "no",
        "uk",
        "hu",
        "ca",
        "et",
        "lv",
        "lt",
        "sl",
        "hr",
        "sk",
        "average",
        "avg",
        "avg.",
        "mean",
        "all",
    ]
)
_ARROWS = str.maketrans("", "", "↑↓⬆⬇▲▼△*†‡`")
_UNIT = re.compile(
    r"[(\[]\s?(?:in\s)?(ms|s|sec|seconds|%|mb|gb|mib|gib|fps|db|m:s)\s?[)\]]|,\s?(%|ms|s)$", re.IGNORECASE
)
_TIMES = re.compile(
    r"\b(?:latency|fps|throughput|(?:tokens|words|images|img|samples|sentences)\s?(?:per second|/\s?s(?:ec)?)\b|rtf|real[- ]time factor|"
    r"inference time|infer\w* time|inf time|time|runtime|speed|ait|memory|vram|(?:ram|vram|gpu|memory) usage)\b|\(ms\)",
    re.IGNORECASE,
)
_DURATION = re.compile(
    r"(?:(?P<h>\d{1,4})\s?(?:h|hours?)\s?)?(?:(?P<m>\d{1,4})\s?(?:m|min|minutes?)\s?)?(?:(?P<s>\d{1,4}(?:\.\d{1,6})?)\s?(?:s|secs?|seconds?))?|(?P<cm>\d{1,4}):(?P<cs>\d\d)"
)
_WITH_UNIT = re.compile(r"([~\u2248]?\s?[\d.,]{1,20})\s?(ms|MB|GB|MiB|GiB|KB|fps|dB|it/s|tok/s)\b\.?", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9][\w@.+-]*")
# Metrics whose names are too short to be looked for in longer headings.
_SHORT = frozenset({"r1", "r2", "rl", "r-1", "r-2", "r-l", "mcd", "pq", "ap", "dice"})
_DIGIT = re.compile("[0-9]")
_SLASH = re.compile(r"\s{0,2}/\s{0,2}")


class Column(msgspec.Struct, frozen=True):
    """A column that may hold figures: the metric that its heading names (empty: none), the data, and the unit."""

    place: int
    metric: str = ""
    dataset: str = ""
    unit: str = ""
    split: str = ""


def plain_heading(text: str) -> str:
    """Return a heading in lower case without arrows, stars and back quotes."""
    return " ".join(text.translate(_ARROWS).replace("--", "").lower().split())


def is_model_heading(heading: str) -> bool:
    """Whether a column so headed names models."""
    words = set(_WORD.findall(heading))
    return bool(words & MODEL_WORDS) and not words & {"size", "dim", "params", "card", "score"}


def is_data_heading(heading: str) -> bool:
    """Whether a column so headed names data."""
    first = heading.split(" ", 1)[0].strip(":") if heading else ""
    return first in DATA_WORDS and not is_metric(heading)


def metric_column(place: int, written: str) -> Column | None:
    """Return what a heading with a metric in it says; None for one without, and for counts and settings."""
    return _metric_column(place, written) if len(written) <= HEADING_LENGTH else None


@functools.lru_cache(maxsize=8192)
def _metric_column(place: int, written: str) -> Column | None:
    heading = plain_heading(written)
    words = _WORD.findall(heading)
    if not words or len(words) > 8 or not _NO_FIGURE.isdisjoint(words):
        return None
    unit = _UNIT.search(heading)
    shown = _UNIT.sub("", written.translate(_ARROWS)).replace("%", "").strip(" ,:")
    split = next((SPLITS[word] for word in words if word in SPLITS), "")
    sign = (unit[1] or unit[2]).lower() if unit else "%" if "%" in heading else ""
    if is_metric(heading):
        return Column(place, shown, "", sign, split)
    if _TIMES.search(heading) or sign in {"ms", "m:s"}:
        name = shown if metric_of(shown) else f"{shown} latency"
        return Column(place, name, "", "" if sign == "m:s" else sign, split)
    named = metric_of(heading)
    # Of a longer heading the metric is one word, and the rest says on what: "ImageNet zero-shot acc.".
    if named is not None and (any(is_metric(word.rstrip(".")) for word in words) or is_metric(named.name)):
        return Column(place, shown, _benchmark_in(words), sign, split)
    if words[-1] in {"mcd", "vqa", "anls", "cider-d", "map-mrr"} or (len(words) == 1 and words[0] in _SHORT):
        return Column(place, shown, "", sign, split)
    return None


def is_machine_bound(column: Column) -> bool:
    """Whether the metric is a time, a rate or a size, which depend on the machine."""
    metric = metric_of(column.metric)
    return metric is not None and metric.kind in {"time", "rate", "size"}


def is_count_heading(heading: str) -> bool:
    """Whether a column so headed counts something or holds settings: parameters, epochs, resolutions."""
    return not _NO_FIGURE.isdisjoint(_WORD.findall(heading)) or heading.startswith("#")


def pair_columns(place: int, written: str) -> tuple[Column, ...]:
    """Return the two figures of a column headed `SQuAD 1.1 EM/F1`; empty for any other heading."""
    first, slash, second = written.rpartition("/")
    if not slash:
        return ()
    name, _, one = first.strip().rpartition(" ")
    if not (is_metric(one.lower()) and is_metric(second.strip().lower())):
        return ()
    return Column(place, one, name.strip()), Column(place, second.strip(), name.strip())


def is_benchmark_heading(heading: str) -> bool:
    """Whether a heading is a test set's name, a language or a pair of languages."""
    first = heading.partition(" (")[0]
    return (
        first in _BENCHMARKS
        or benchmark_of(first) is not None
        or first in _LANGUAGES
        or _PAIR.fullmatch(first) is not None
    )


def is_weak_heading(heading: str) -> bool:
    """Whether a heading is a language or an average, which alone does not make a table of results."""
    return heading.partition(" (")[0] in _LANGUAGES


def cell_figures(cell: str, unit: str = "", count: int = 1) -> tuple[Figure, ...]:
    """Return the figures of a cell: as many as asked for, parted by slashes; none where it holds something else."""
    # What is remembered must be short: a table may hold cells of any length.
    if len(cell) > CELL_LENGTH or _DIGIT.search(cell) is None:
        return ()
    return _cell_figures(cell, unit, count)


@functools.lru_cache(maxsize=16384)
def _cell_figures(cell: str, unit: str, count: int) -> tuple[Figure, ...]:
    text = cell.strip()
    if count > 1:
        parts = _SLASH.split(text)
        found = [figure(part) for part in parts] if len(parts) == count else []
        return tuple([one for one in found if one is not None]) if all(found) else ()
    plain = figure(text)
    if plain is not None:
        return (plain if plain.unit else Figure(plain.text, plain.value, unit, plain.decimals),)
    one = _with_unit(text) if len(text) <= 40 else None
    return (one,) if one is not None else ()


def _with_unit(text: str) -> Figure | None:
    """Return a size, a rate or a duration: `4708MB`, `2m23s`, `2 min 36.44 sec`, `01:46`."""
    match = _WITH_UNIT.fullmatch(text)
    if match is not None:
        held = figure(match[1])
        return Figure(text, held.value, match[2], held.decimals) if held else None
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        return None
    seconds = (
        3600 * int(match["h"] or 0) + 60 * int(match["m"] or match["cm"] or 0) + float(match["s"] or match["cs"] or 0)
    )
    return Figure(text, seconds, "s", len((match["s"] or "").partition(".")[2]))


def _benchmark_in(words: list[str]) -> str:
    for word in words:
        if word in _BENCHMARKS or benchmark_of(word) is not None:
            return word
    return ""
