"""What an audit tells its reader to do next."""

from __future__ import annotations

from pathlib import Path

import pytest

from weighbridge.api import audit
from weighbridge.render.summary import summarise

ASK = "Ask the publisher which licence applies"


@pytest.mark.parametrize(
    ("path", "text", "is_asked"),
    [
        ("README.md", "# M\n", True),
        ("README.md", "---\nlicense: mit\n---\n# M\n", False),
        ("LICENSE", "Terms of our own.\n", False),
        (
            "words-1.0.dist-info/METADATA",
            "Metadata-Version: 2.4\nName: words\nLicense: Apache-2.0\n\nVectors.\n",
            False,
        ),
    ],
)
def test_the_licence_is_asked_for_only_where_none_was_found(
    tmp_path: Path, path: str, text: str, is_asked: bool
) -> None:
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(text)
    (tmp_path / "model.npz").write_bytes(b"")
    steps = summarise(audit(str(tmp_path), depth="card")).steps
    assert any(step.startswith(ASK) for step in steps) is is_asked


def test_a_package_shows_the_licence_that_its_metadata_names(tmp_path: Path) -> None:
    (tmp_path / "words-1.0.dist-info").mkdir()
    (tmp_path / "words-1.0.dist-info/METADATA").write_text("Name: words\nLicense: Apache-2.0\n\nVectors.\n")
    assert audit(str(tmp_path), depth="card").overview.licence == "Apache-2.0"
