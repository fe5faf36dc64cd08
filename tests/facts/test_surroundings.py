from __future__ import annotations

from tests.support import MemoryRepository, facts_of
from weighbridge.errors import ConnectionLost, OfflineError
from weighbridge.facts.catalogue import READERS
from weighbridge.facts.engine import Gap
from weighbridge.facts.surroundings import Links, Surroundings
from weighbridge.sources.repository import Repository

CARD = "---\nbase_model:\n- acme/base\n- acme/gone\n- acme/moved\n- ../../x\n- acme/lost\ndatasets: [squad, gone]\n---\n# T\n\n[a](https://a.b) [c](x.md)"


class Answers:
    """A lookup with fixed answers."""

    def __init__(self, *, is_offline: bool = False) -> None:
        self.is_offline = is_offline

    def model(self, name: str, revision: str | None = None) -> Repository | None:
        if name == "acme/lost":
            raise ConnectionLost("no answer")
        if name == "acme/gone":
            return None
        current = "acme/new" if name == "acme/moved" else name
        return MemoryRepository({"config.json": '{"model_type": "bert"}'}, {"id": current, "downloads": 3}, name=name)

    def has_dataset(self, name: str) -> bool:
        return name == "squad"

    def link_status(self, url: str) -> int:
        if self.is_offline:
            raise OfflineError("offline")
        return 404


def test_parents_and_datasets_are_looked_up() -> None:
    found = facts_of({"README.md": CARD}, lookup=Answers()).get(Surroundings)
    assert isinstance(found, Surroundings)
    assert {name: parent.exists for name, parent in found.parents.items()} == {
        "acme/base": True, "acme/gone": False, "acme/moved": True, "acme/lost": None,
    }  # fmt: skip
    assert found.parents["acme/moved"].renamed_to == "acme/new"
    base = found.parents["acme/base"]
    assert base.config is not None
    assert base.config.model_type == "bert"
    assert base.registry is not None
    assert found.datasets == {"squad": True, "gone": False}


def test_nothing_is_asked_without_a_lookup() -> None:
    facts = facts_of({"README.md": CARD})
    assert isinstance(facts.get(Surroundings), Gap)
    assert isinstance(facts.get(Links), Gap)


def test_links() -> None:
    assert facts_of({"README.md": CARD}, lookup=Answers()).get(Links) == Links({"https://a.b": 404})
    assert isinstance(facts_of({"README.md": CARD}, lookup=Answers(is_offline=True)).get(Links), Gap)


def test_what_is_no_address_is_not_asked_for() -> None:
    card = "[a](http://[bad) [b](mailto:x@y.z) [c](http://[::1)"
    assert facts_of({"README.md": card}, lookup=Answers()).get(Links) == Links({})


def test_every_fact_has_a_reader() -> None:
    facts = facts_of({"README.md": CARD, "config.json": "{}"})
    for kind in READERS:
        facts.get(kind)
