from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.support import TODAY, MemoryRepository, facts_of
from weighbridge.errors import ConnectionLost
from weighbridge.facts.catalogue import READERS
from weighbridge.facts.clock import Clock
from weighbridge.facts.engine import Facts, Gap
from weighbridge.facts.registry import Registry, typed
from weighbridge.model import Depth


def test_todays_record() -> None:
    registry = typed(
        {
            "id": "acme/model", "author": "acme", "downloads": 5, "downloadsAllTime": 50, "likes": 2, "gated": "auto",
            "createdAt": "2024-01-02T03:04:05.000Z", "lastModified": "2024-02-02T03:04:05.000Z", "disabled": False,
            "tags": ["a", 1], "pipeline_tag": "fill-mask", "library_name": "transformers", "spaces": ["x/y"],
            "childrenModelCount": 3, "safetensors": {"parameters": {"F32": 10, "bad": "x"}, "total": 10},
            "gguf": {"total": 1}, "securityRepoStatus": {
                "scansDone": True, "filesWithIssues": [{"path": "a.bin", "level": "unsafe"}, {"path": "b.bin", "level": "safe"}, 7],
            },
        }
    )  # fmt: skip
    assert registry.created == datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    assert (registry.downloads, registry.downloads_all_time, registry.likes, registry.spaces, registry.children) == (
        5,
        50,
        2,
        1,
        3,
    )
    assert (registry.gated, registry.disabled, registry.private) == ("auto", False, None)
    assert (registry.tags, registry.task, registry.library) == (("a",), "fill-mask", "transformers")
    assert (registry.parameters, registry.scans_done, registry.flagged_files) == ({"F32": 10}, True, ("a.bin",))


def test_a_record_of_2022() -> None:
    registry = typed(
        {"modelId": "gpt2", "downloads": 1, "pipeline_tag": None, "lastModified": "2021-05-19T16:25:59.000Z"}
    )
    assert registry.author == ""
    assert registry.modified is not None
    assert (registry.task, registry.parameters, registry.scans_done) == ("", None, None)


def test_no_registry_is_a_gap() -> None:
    gap = facts_of({"a": ""}).get(Registry)
    assert isinstance(gap, Gap)
    assert gap.reason == "not from a registry"


class Asked(MemoryRepository):
    def discussions(self) -> tuple[int, int]:
        return (2, 5)

    def owner_is_verified(self) -> bool:
        raise ConnectionLost("no answer")


def test_pages_beside_the_record_are_asked_for() -> None:
    facts = Facts(Asked({}, {"id": "a/b", "ownerIsVerified": True}), READERS, depth=Depth.CARD, as_of=TODAY)
    registry = facts.need(Registry)
    assert (registry.open_discussions, registry.closed_discussions, registry.owner_is_verified) == (2, 5, True)


def test_the_clock_is_the_day_asked_for() -> None:
    assert facts_of({}).get(Clock) == Clock(TODAY)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        "author",
        "downloads",
        "createdAt",
        "gated",
        "tags",
        "spaces",
        "safetensors",
        "gguf",
        "securityRepoStatus",
        "likes",
        "id",
    ]
)


@given(st.dictionaries(KEYS, JUNK | st.fixed_dictionaries({"parameters": JUNK, "filesWithIssues": JUNK}), max_size=8))
def test_any_record_is_typed(record: dict[str, object]) -> None:
    assert isinstance(typed(record), Registry)


def test_tags_of_one_kind_take_time_in_proportion_to_their_number() -> None:
    named = typed({"id": "a/b", "tags": ["license:mit", "plain", *[f"dataset:{n}" for n in range(500_000)]]})
    assert (named.tagged("license"), len(named.tagged("dataset")), named.tagged("plain")) == (("mit",), 500_000, ())
