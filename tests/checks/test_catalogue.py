"""What every check must be: listed once, documented in full, weighed, fed with known facts, and tested."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

from weighbridge import checks
from weighbridge.checks.catalogue import CHECKS
from weighbridge.checks.contract import SECTIONS, Check
from weighbridge.facts.catalogue import READERS
from weighbridge.model import Attribute
from weighbridge.scoring.weights import FACTOR_WEIGHTS

TESTS = Path(__file__).parent
FOLDERS = {attribute: f"{checks.__name__}.{attribute.value}" for attribute in Attribute}
EVERY = pytest.mark.parametrize("check", CHECKS, ids=[check.code for check in CHECKS])


def modules(attribute: Attribute) -> dict[str, list[Check]]:
    """Map an attribute's modules to the checks that they define; what several checks share stands in modules without any."""
    package = importlib.import_module(FOLDERS[attribute])
    found = {}
    for held in pkgutil.walk_packages(package.__path__, f"{FOLDERS[attribute]}."):
        values = vars(importlib.import_module(held.name)).values()
        found[held.name] = [v for v in values if isinstance(v, Check) and v.function.__module__ == held.name]
    return found


@pytest.mark.parametrize("attribute", Attribute)
def test_every_module_holds_one_check_and_is_listed_once(attribute: Attribute) -> None:
    listed = importlib.import_module(FOLDERS[attribute]).CHECKS
    defined = modules(attribute)
    assert all(len(held) <= 1 for held in defined.values())
    assert sorted(check.code for check in listed) == sorted(check.code for held in defined.values() for check in held)


def test_codes_and_names_are_unique() -> None:
    assert len({check.code for check in CHECKS}) == len(CHECKS)
    assert len({check.name for check in CHECKS}) == len(CHECKS)


@EVERY
def test_code_name_and_module_belong_together(check: Check) -> None:
    assert re.fullmatch(rf"{check.attribute.prefix}\d{{3}}", check.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", check.name)
    assert check.function.__module__ == f"{FOLDERS[check.attribute]}.{check.name.replace('-', '_')}"
    module = importlib.import_module(check.function.__module__)
    assert (module.__doc__ or "").startswith(f"{check.code}: ")


@EVERY
def test_documentation_has_every_section_in_order(check: Check) -> None:
    assert tuple(check.docs) == ("summary", *SECTIONS)
    assert all(check.docs.values())
    assert "\n" not in check.docs["summary"]
    assert check.docs["summary"].endswith(".")


@EVERY
def test_factor_has_a_weight_in_the_attribute(check: Check) -> None:
    assert FACTOR_WEIGHTS[check.attribute][check.factor] > 0


@EVERY
def test_needs_are_known_kinds_of_fact(check: Check) -> None:
    assert check.needs
    assert all(kind in READERS for kind, _ in check.needs.values())


@EVERY
def test_there_is_a_test_module(check: Check) -> None:
    name = check.name.replace("-", "_")
    assert (TESTS / check.attribute.value / f"test_{name}.py").is_file()


def test_every_factor_is_served() -> None:
    served = {(check.attribute, check.factor) for check in CHECKS}
    assert {(attribute, factor) for attribute, held in FACTOR_WEIGHTS.items() for factor in held} == served
