"""What files there are, and what each is for."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from weighbridge.facts.engine import Facts, Unreadable
from weighbridge.facts.roles import Role, is_example, is_quantised, is_test, role_of
from weighbridge.model import RepoFile
from weighbridge.model.lazy import lazy

# Names under which a repository's card stands, in the order of preference.
CARD_NAMES = ("readme.md", "readme.markdown", "model_card.md", "modelcard.md", "readme.rst", "readme.txt", "readme")
# Longer listings, and longer paths, are hardly ever those of another repository.
_FEW_FILES = 40
_SHORT_PATH = 200


class Manifest:
    """A repository's files by role. `files` are sorted by path; roles are told by name, never by content.

    `is_common` tells that other repositories whose files are listed the same have this very manifest.
    """

    def __init__(self, files: Iterable[RepoFile], *, is_common: bool = False) -> None:
        self.files = tuple(files)
        self.is_common = is_common

    @lazy
    def by_path(self) -> dict[str, RepoFile]:
        """Files by their exact path."""
        return {file.path: file for file in self.files}

    @lazy
    def lowered(self) -> tuple[str, ...]:
        """The paths in lower case."""
        return tuple([file.path.lower() for file in self.files])

    @lazy
    def by_name(self) -> dict[str, RepoFile]:
        """The first file of each name (the last part of its path, in lower case)."""
        return {file.path.rpartition("/")[2].lower(): file for file in reversed(self.files)}

    @lazy
    def by_role(self) -> dict[Role, tuple[RepoFile, ...]]:
        """Files by what they are for; roles that no file has are absent."""
        found: dict[Role, list[RepoFile]] = {}
        for file in self.files:
            found.setdefault(role_of(file.path), []).append(file)
        return {role: tuple(files) for role, files in found.items()}

    def of(self, *roles: Role) -> tuple[RepoFile, ...]:
        """The files of these roles, role by role."""
        if len(roles) == 1:
            return self.by_role.get(roles[0], ())
        return tuple([file for role in roles for file in self.by_role.get(role, ())])

    def named(self, *names: str) -> tuple[RepoFile, ...]:
        """The files whose last part is one of the names (lower case), wherever they are."""
        by_name = self.by_name
        if by_name.keys().isdisjoint(names):
            return ()
        return tuple([file for file in self.files if file.name.lower() in names])

    def __contains__(self, path: object) -> bool:
        """Whether there is a file at exactly that path."""
        return path in self.by_path

    @lazy
    def weights(self) -> tuple[RepoFile, ...]:
        """Files that hold, or by their extension claim to hold, model weights."""
        found = self.by_role.get(Role.WEIGHTS, ())
        graphs = {file.path[:-4] for file in self.files if file.path.endswith(".xml")} if found else ()
        return tuple(f for f in found if not (f.path.endswith(".bin") and f.path[:-4] in graphs)) if graphs else found

    @lazy
    def weight_data(self) -> tuple[RepoFile, ...]:
        """Files of raw weight values that another file describes: external data of ONNX, OpenVINO, TensorFlow, CoreML."""
        found = self.by_role.get(Role.WEIGHT_DATA, ())
        described = {file.path for file in self.weights}
        return found + tuple(file for file in self.by_role.get(Role.WEIGHTS, ()) if file.path not in described)

    @lazy
    def shard_indices(self) -> tuple[RepoFile, ...]:
        """Indices such as `model.safetensors.index.json`."""
        return self.of(Role.SHARD_INDEX)

    @lazy
    def quantised(self) -> tuple[RepoFile, ...]:
        """Weight files whose path calls them quantised."""
        return tuple([file for file in self.weights if is_quantised(file.path)])

    @lazy
    def training_states(self) -> tuple[RepoFile, ...]:
        """What training leaves behind: optimizer, scheduler, random states, training arguments and results."""
        return self.of(Role.TRAINING_STATE)

    @lazy
    def configs(self) -> tuple[RepoFile, ...]:
        """Configuration files."""
        return self.of(Role.CONFIG)

    @lazy
    def tokenizers(self) -> tuple[RepoFile, ...]:
        """Vocabularies, merges, tokenizer configurations, chat templates."""
        return self.of(Role.TOKENIZER)

    @lazy
    def licences(self) -> tuple[RepoFile, ...]:
        """Files named LICENSE, LICENCE or COPYING, those nearest the root first."""
        found = self.of(Role.LICENCE)
        return tuple(sorted(found, key=lambda file: (file.path.count("/"), file.path))) if len(found) > 1 else found

    @lazy
    def notices(self) -> tuple[RepoFile, ...]:
        """NOTICE files, attributions and use policies."""
        return self.of(Role.NOTICE)

    @lazy
    def code(self) -> tuple[RepoFile, ...]:
        """Source code."""
        return self.of(Role.CODE)

    @lazy
    def notebooks(self) -> tuple[RepoFile, ...]:
        """Jupyter notebooks."""
        return self.of(Role.NOTEBOOK)

    @lazy
    def environments(self) -> tuple[RepoFile, ...]:
        """Requirements, lock files, conda environments, Docker files, package definitions."""
        return self.of(Role.ENVIRONMENT)

    @lazy
    def events(self) -> tuple[RepoFile, ...]:
        """TensorBoard event files."""
        return self.of(Role.EVENTS)

    @lazy
    def images(self) -> tuple[RepoFile, ...]:
        """Pictures."""
        return self.of(Role.IMAGE)

    @lazy
    def data(self) -> tuple[RepoFile, ...]:
        """Tables and plain texts."""
        return self.of(Role.DATA)

    @lazy
    def documents(self) -> tuple[RepoFile, ...]:
        """Prose: Markdown, PDF, web pages."""
        return self.of(Role.DOCUMENT)

    @lazy
    def archives(self) -> tuple[RepoFile, ...]:
        """Archives and compressed files."""
        return self.of(Role.ARCHIVE)

    @lazy
    def tests(self) -> tuple[RepoFile, ...]:
        """Files of test code."""
        return tuple([file for file in self.files if is_test(file.path)])

    @lazy
    def examples(self) -> tuple[RepoFile, ...]:
        """Examples and demonstrations."""
        return tuple([file for file in self.files if is_example(file.path)])

    @lazy
    def card(self) -> RepoFile | None:
        """The model card: the README at the root."""
        plain = self.by_path.get("README.md")
        if plain is not None:
            return plain
        if self.by_name.keys().isdisjoint(CARD_NAMES):
            return None
        found = {file.path.lower(): file for file in self.files if "/" not in file.path}
        return next((found[name] for name in CARD_NAMES if name in found), None)


def read_manifest(facts: Facts) -> Manifest:
    """Sort the repository's files by role. Raises `Unreadable` when the source has no listing."""
    files = facts.repository.files
    if files is None:
        raise Unreadable("the source lists no files")
    if not isinstance(files, tuple) or len(files) > _FEW_FILES or any(len(file.path) > _SHORT_PATH for file in files):
        return Manifest(files)
    return _remembered(files)


@lru_cache(maxsize=4096)
def _remembered(files: tuple[RepoFile, ...]) -> Manifest:
    """Return one manifest for all repositories whose files are listed the same, as many of a registry's are."""
    return Manifest(files, is_common=True)
