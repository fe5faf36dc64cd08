from __future__ import annotations

import sys

import pytest

from weighbridge.checks.security.judging import DANGEROUS, MALICIOUS, NOTE
from weighbridge.checks.security.stdlib import STDLIB
from weighbridge.checks.security.targets import danger_of


def test_every_module_of_the_running_standard_library_is_known() -> None:
    assert sys.stdlib_module_names <= STDLIB


@pytest.mark.parametrize("name", ["os", "commands", "imp", "urllib2", "telnetlib", "_interpreters"])
def test_modules_of_other_versions_are_too(name: str) -> None:
    assert name in STDLIB


@pytest.mark.parametrize("module", sorted(STDLIB - {"antigravity", "this"})[::7])
def test_the_rest_of_the_standard_library_is_never_harmless_by_default(module: str) -> None:
    assert danger_of(f"{module}.os.system") is not None


@pytest.mark.parametrize("path", ["collections.OrderedDict", "datetime.timedelta", "math.sqrt", "builtins.list", "dict",
                                  "functools.partial", "os.path.join", "pathlib.Path"])  # fmt: skip
def test_harmless(path: str) -> None:
    assert danger_of(path) is None


@pytest.mark.parametrize("path", ["pathlib.Path.write_text", "pathlib.os.system", "collections._sys.exit", "pandas.read_pickle",
                                  "numpy.f2py.crackfortran.getlincoef", "hydra.utils.get_class"])  # fmt: skip
def test_dangerous(path: str) -> None:
    assert danger_of(path) is not None
    assert danger_of(path) >= DANGEROUS  # type: ignore[operator]


@pytest.mark.parametrize(
    "path", ["os.system", "subprocess.run", "importlib.import_module", "__builtin__.eval", "x.__class__.y"]
)
def test_malicious(path: str) -> None:
    assert danger_of(path) == MALICIOUS


def test_unknown_packages_are_to_be_looked_at() -> None:
    assert danger_of("mine.models.Net") == NOTE
