"""A Hub that has what the documentation's commands name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import clones
from tests.hub.server import LoopbackHub

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def hub_for_docs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of a Hub with the example model, under the names that pages use for models of the Hub."""
    with LoopbackHub() as hub:
        for name in ("acme/reviews-bert-4m", "acme/reviews-bert-8m", "sentence-transformers/all-MiniLM-L6-v2"):
            model = hub.add_folder(name, ROOT / "examples" / "reviews-bert-4m", discussions=(2, 5))
            model.branches = {"v1.0": model.commit}
        hub.add("prajjwal1/bert-tiny", {"README.md": "---\nlicense: mit\n---\n# BERT-tiny\n"})
        hub.clones = tmp_path_factory.mktemp("clones")
        most_downloaded = hub.clones / "owner5" / "llama-7b-c4-26"
        most_downloaded.parent.mkdir()
        clones.commit(clones.new(most_downloaded), "Publish", README_md="# Llama")
        hub.organisations["owner5"] = True
        hub.datasets.add("stanfordnlp/sst2")
        yield hub.endpoint
