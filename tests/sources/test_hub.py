from __future__ import annotations

import json
import struct
from pathlib import Path

import msgspec
import pytest
from huggingface_hub import HfApi

from tests.hub.content import Synthetic
from tests.hub.faults import Fault
from tests.hub.model import commit_entry
from tests.hub.server import LoopbackHub
from tests.support import TODAY
from weighbridge.errors import SourceError
from weighbridge.facts.catalogue import READERS
from weighbridge.facts.engine import Facts
from weighbridge.facts.weights import Weights
from weighbridge.model import Origin
from weighbridge.sources.hub import HubRepository
from weighbridge.sources.options import SourceOptions

FILES = {"README.md": "# Tiny", "config.json": "{}", "model.safetensors": b"weights" * 100}


def open_hub(options: SourceOptions, name: str = "acme/tiny", revision: str | None = None) -> HubRepository:
    return HubRepository(name, revision, options)


def test_the_revision_becomes_a_commit_first(hub: LoopbackHub, options: SourceOptions) -> None:
    model = hub.add("acme/tiny", FILES, branches={"v1": "1" * 40})
    repository = open_hub(options, revision="v1")
    assert repository.ref.origin is Origin.HUB
    assert (repository.ref.revision, repository.ref.commit) == ("v1", "1" * 40)
    assert open_hub(options).ref.commit == model.commit
    repository.read("README.md")
    assert f"/resolve/{'1' * 40}/README.md" in hub.log[-1].path


def test_files_have_sizes_and_hashes(hub: LoopbackHub, options: SourceOptions) -> None:
    model = hub.add("acme/tiny", FILES)
    files = {file.path: file for file in open_hub(options).files}
    assert list(files) == sorted(FILES)
    weights = files["model.safetensors"]
    assert (weights.size, weights.sha256, weights.is_lfs) == (700, model.files["model.safetensors"].sha256, True)
    assert files["README.md"].sha256 is None


def test_the_record_is_the_hubs_own(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES, record={"gguf": {"total": 3}, "unheard_of": [1], "childrenModelCount": 9})
    record = open_hub(options).record
    assert record is not None
    assert record["unheard_of"] == [1]
    assert record["gguf"] == {"total": 3}
    assert (record["downloadsAllTime"], record["childrenModelCount"]) == (4242, 9)
    assert record["securityRepoStatus"]["scansDone"] is True


def test_small_and_large_files_are_read(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    repository = open_hub(options)
    assert repository.read("README.md") == b"# Tiny"
    assert repository.read("model.safetensors") == b"weights" * 100
    assert repository.open("model.safetensors").read_at(690, 50) == (b"weights" * 100)[690:]


def test_a_small_file_takes_one_request(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    repository = open_hub(options)
    before = repository.traffic.requests
    for _ in range(3):
        repository.read("README.md")
    assert repository.traffic.requests == before + 1 == len(hub.log)


def test_names_that_need_escaping(hub: LoopbackHub, options: SourceOptions) -> None:
    odd = "sub folder/ä #1?%2F&=.txt"
    hub.add("acme/tiny", {odd: "odd", "sub/../../escape": "x", "large ü.bin": b"large"})
    repository = open_hub(options)
    assert repository.read(odd) == b"odd"
    assert repository.read("large ü.bin") == b"large"
    with pytest.raises(SourceError):
        repository.open("sub/../../escape")


@pytest.mark.parametrize("path", ["/etc/hostname", "../x", "a/../../x", "..\\\\x", "a\0b", "C:\\\\x"])
def test_listed_paths_cannot_lead_out_of_the_cache(hub: LoopbackHub, options: SourceOptions, path: str) -> None:
    hub.add("acme/tiny", {**FILES, path: "x"})
    (options.cache or Path()).mkdir()
    with pytest.raises(SourceError, match="no file of"):
        open_hub(options).open(path)


def test_requests_tell_who_asks_and_nothing_else(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    open_hub(options).read("README.md")
    assert {request.headers["user-agent"] for request in hub.log} == {"weighbridge"}


def test_only_listed_files_are_asked_for(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    repository = open_hub(options)
    before = len(hub.log)
    with pytest.raises(SourceError, match="no file of"):
        repository.open("absent.txt")
    assert len(hub.log) == before


def test_the_storage_never_sees_the_token(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.tokens.add("hf_secret")
    hub.add("acme/tiny", FILES, private=True, readers=frozenset({"hf_secret"}))
    repository = open_hub(msgspec.structs.replace(options, token="hf_secret"))
    repository.read("model.safetensors")
    assert hub.requests(server="hub")[-1].headers["authorization"] == "Bearer hf_secret"
    assert hub.requests(server="storage")
    assert hub.leaks == []


def test_a_redirect_to_another_host_never_sees_the_token(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.tokens.add("hf_secret")
    hub.add("acme/tiny", FILES)
    hub.faults.add(Fault.ELSEWHERE, "/api/models/acme/tiny", location=f"{hub.storage}/api/models/acme/tiny")
    with pytest.raises(SourceError):
        open_hub(msgspec.structs.replace(options, token="hf_secret"))
    assert hub.requests(server="storage")
    assert hub.leaks == []


def test_a_renamed_repository_is_followed_and_told(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/old", {}, moved_to="acme/new")
    hub.add("acme/new", FILES)
    repository = open_hub(options, "acme/old")
    assert (repository.ref.name, repository.renamed_from) == ("acme/new", "acme/old")
    assert repository.read("README.md") == b"# Tiny"
    assert open_hub(options, "acme/new").renamed_from == ""


def test_a_redirect_may_forget_what_was_asked(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/new", FILES)
    hub.faults.add(Fault.ELSEWHERE, "/api/models/acme/old", location="/api/models/acme/new")
    assert {file.path: file.size for file in open_hub(options, "acme/old").files}["README.md"] == 6


def test_what_the_cache_holds_of_the_commit_is_not_fetched_again(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    HfApi(endpoint=hub.endpoint, token=False).snapshot_download("acme/tiny", cache_dir=options.cache)
    hub.log.clear()
    repository = open_hub(options)
    assert repository.read("model.safetensors") == b"weights" * 100
    assert hub.requests("/resolve/") == []


def test_commits_are_followed_over_pages(hub: LoopbackHub, options: SourceOptions) -> None:
    history = [commit_entry(f"{n:040x}", f"commit {n}", "2024-05-06T07:08:09.000Z", "ada", "bob") for n in range(120)]
    hub.add("acme/tiny", FILES, history=history)
    repository = open_hub(options)
    commits = repository.commits()
    assert [commit.title for commit in commits] == [f"commit {n}" for n in range(120)]
    assert commits[0].authors == ("ada", "bob")
    assert commits[0].is_signed is None
    assert commits[0].date.isoformat() == "2024-05-06T07:08:09+00:00"
    before = len(hub.log)
    assert len(repository.commits(30)) == 30
    assert len(hub.log) == before
    again = open_hub(options)
    before = len(hub.log)
    assert len(again.commits(30)) == 30
    assert len(hub.log) == before + 1


@pytest.mark.parametrize("entry", [None, 3, {}, {"id": 1, "date": "x"}, {"id": "a", "date": "nonsense"}])
def test_commits_that_are_none_are_left_out(hub: LoopbackHub, options: SourceOptions, entry: object) -> None:
    good = commit_entry("a" * 40, "fine", "2024-05-06T07:08:09.000Z", "ada")
    model = hub.add("acme/tiny", FILES)
    model.log = lambda: [entry, good]  # type: ignore[method-assign]
    assert [commit.title for commit in open_hub(options).commits()] == ["fine"]


def test_discussions_are_counted_in_one_request(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES, discussions=(3, 12))
    hub.add("acme/quiet", FILES, discussions=(2, 1))
    repository = open_hub(options)
    before = len(hub.log)
    assert repository.discussions() == (3, 12)
    assert len(hub.log) == before + 1
    assert open_hub(options, "acme/quiet").discussions() == (2, 1)


def test_who_owns_a_model_may_be_verified(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.organisations = {"acme": True, "other": False}
    for name in ("acme/tiny", "other/tiny", "tiny"):
        hub.add(name, FILES)
    del hub.organisations["tiny"]
    hub.add("person/tiny", FILES)
    del hub.organisations["person"]
    verified = {name: open_hub(options, name).owner_is_verified() for name in hub.models}
    assert verified == {"acme/tiny": True, "other/tiny": False, "tiny": None, "person/tiny": None}


def test_a_silent_page_beside_the_record_costs_only_itself(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", FILES)
    hub.faults.add(Fault.STATUS, "expand", status=500)
    hub.faults.add(Fault.STATUS, "/discussions", status=404)
    repository = open_hub(options)
    assert repository.discussions() is None
    assert repository.record is not None
    assert "downloadsAllTime" not in repository.record


@pytest.mark.parametrize(
    "record",
    [{"sha": "main"}, {"sha": None}, {"id": "../../etc"}, {"id": 3}, {"id": "a/b/c"}],
)
def test_a_record_that_no_hub_gives_is_an_error(
    hub: LoopbackHub, options: SourceOptions, record: dict[str, object]
) -> None:
    hub.add("acme/tiny", FILES, record=record)
    with pytest.raises(SourceError):
        open_hub(options)


@pytest.mark.parametrize("siblings", [None, 3, [3, None, {}, {"rfilename": 3}], [{"rfilename": ""}], ["README.md"]])
def test_a_strange_listing_is_no_crash(hub: LoopbackHub, options: SourceOptions, siblings: object) -> None:
    hub.add("acme/tiny", FILES, record={"siblings": siblings})
    repository = open_hub(options)
    assert len(repository.files) <= 1
    if repository.files:  # a listing without sizes: the length is asked for
        assert repository.read("README.md") == b"# Tiny"


def test_the_number_of_files_is_limited(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", {f"{number}.txt": "x" for number in range(20)})
    repository = open_hub(msgspec.structs.replace(options, max_files=5))
    assert len(repository.files) == 5
    assert "stops at 5" in repository.skipped[0].reason


def shard(tensors: int) -> Synthetic:
    """Return a shard of 64 MiB tensors of which only the header exists."""
    size = 64 * 1024 * 1024
    header = {
        f"model.layers.{n}.mlp.weight": {
            "dtype": "BF16",
            "shape": [4096, 8192],
            "data_offsets": [n * size, n * size + size],
        }
        for n in range(tensors)
    }
    text = json.dumps(header).encode()
    return Synthetic(8 + len(text) + tensors * size, struct.pack("<Q", len(text)) + text)


def test_140_shards_of_a_gigabyte_cost_few_requests_and_bytes(hub: LoopbackHub, options: SourceOptions) -> None:
    files: dict[str, object] = {f"model-{n:05}-of-00140.safetensors": shard(15) for n in range(1, 141)}
    hub.add("acme/huge", {**files, "README.md": "# Huge"})  # type: ignore[dict-item]
    repository = open_hub(options, "acme/huge")
    weights = Facts(repository, READERS, as_of=TODAY).get(Weights)
    assert isinstance(weights, Weights)
    assert (len(weights.inspections), weights.parameters, weights.skipped) == (140, 140 * 15 * 4096 * 8192, ())
    assert repository.traffic.requests == len(hub.log) < 300
    assert repository.traffic.bytes < 10_000_000


def test_prefetching_asks_for_each_beginning_once(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/huge", {f"{n}.safetensors": shard(1) for n in range(20)})
    repository = open_hub(options, "acme/huge")
    repository.prefetch([f"{n}.safetensors" for n in range(20)] + ["absent"])
    before = len(hub.log)
    for n in range(20):
        assert repository.open(f"{n}.safetensors").read_at(0, 8)
    assert len(hub.log) == before
    assert repository.traffic.requests == before


def test_prefetching_leaves_errors_to_the_reader(hub: LoopbackHub, options: SourceOptions) -> None:
    hub.add("acme/tiny", {"a.bin": b"1", "b.bin": b"2"})
    repository = open_hub(options)
    hub.faults.add(Fault.STATUS, "a.bin", status=403)
    repository.prefetch(["a.bin", "b.bin"])
    assert repository.read("b.bin") == b"2"
    with pytest.raises(SourceError):
        repository.read("a.bin")


def test_a_folder_can_be_published(hub: LoopbackHub, options: SourceOptions, tmp_path: Path) -> None:
    (tmp_path / "m" / "sub").mkdir(parents=True)
    (tmp_path / "m" / "sub" / "x.bin").write_bytes(b"123")
    hub.add_folder("acme/folder", tmp_path / "m")
    assert open_hub(options, "acme/folder").read("sub/x.bin") == b"123"
