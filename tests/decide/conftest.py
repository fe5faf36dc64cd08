from __future__ import annotations

from pathlib import Path

import pytest

NEEDED = ("sklearn", "statsmodels", "torch", "transformers", "tokenizers", "onnxruntime", "skl2onnx", "peft")


@pytest.fixture(scope="session")
def libraries() -> None:
    for name in NEEDED:
        pytest.importorskip(name, reason="needs weighbridge[reuse]")


@pytest.fixture
def home(tmp_path: Path, libraries: None) -> Path:
    """A folder with a task's items and two models."""
    from tests.decide.small import items, static_model, write_items

    write_items(tmp_path / "items.csv", items(400))
    static_model(tmp_path / "models" / "knowing", knows=True)
    static_model(tmp_path / "models" / "guessing", knows=False)
    return tmp_path
