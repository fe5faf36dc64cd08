"""Commits and tags, really signed with ssh-keygen and gpg, verified with keys that are given."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clones import GpgSigner, SshSigner, commit, git, new
from weighbridge.errors import SourceError, UsageError
from weighbridge.model import SignedHistory, Trust, Vouch
from weighbridge.sources.folder import FolderRepository
from weighbridge.sources.trust import read_trust

pytestmark = pytest.mark.skipif(
    any(shutil.which(name) is None for name in ("git", "gpg", "ssh-keygen")), reason="needs git, gpg and ssh-keygen"
)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def ssh(keys: Path) -> SshSigner:
    return SshSigner(keys)


@pytest.fixture(scope="module")
def gpg(keys: Path) -> Iterator[GpgSigner]:
    signer = GpgSigner(keys)
    yield signer
    signer.close()


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    return new(tmp_path / "clone")


def verified(clone: Path, allowed: Path | None = None, keyring: Path | None = None) -> SignedHistory:
    return FolderRepository(clone).signatures(read_trust(allowed_signers=allowed, keyring=keyring))


def vouches(found: SignedHistory) -> list[Vouch]:
    return [signature.vouch for signature in found.commits]


def test_both_kinds_of_keys_vouch_and_only_those_given(clone: Path, ssh: SshSigner, gpg: GpgSigner, keys: Path) -> None:
    commit(clone, "unsigned")
    commit(clone, "ssh", *ssh.options)
    git(clone, *gpg.options, "commit", "-q", "--allow-empty", "-m", "gpg", **gpg.environment)
    found = verified(clone, ssh.allowed, gpg.keyring)
    assert vouches(found) == [Vouch.TRUSTED, Vouch.TRUSTED, Vouch.UNSIGNED]
    assert [signature.signer for signature in found.commits[:2]] == ["Ann <ann@example.org>", "ann@example.org"]
    assert found.commits[0].key == gpg.fingerprint
    assert vouches(verified(clone, ssh.allowed)) == [Vouch.STRANGER, Vouch.TRUSTED, Vouch.UNSIGNED]
    assert vouches(verified(clone, None, gpg.keyring)) == [Vouch.TRUSTED, Vouch.STRANGER, Vouch.UNSIGNED]
    bob = SshSigner(keys, "bob")
    assert vouches(verified(clone, bob.allowed)) == [Vouch.STRANGER, Vouch.STRANGER, Vouch.UNSIGNED]


def resigned(clone: Path, old: str, new_text: str) -> None:
    """Change a signed commit's text, and keep its signature."""
    raw = git(clone, "cat-file", "commit", "HEAD") + "\n"
    assert old in raw
    (clone.parent / "forged").write_text(raw.replace(old, new_text))
    forged = git(clone, "hash-object", "-t", "commit", "-w", str(clone.parent / "forged"))
    git(clone, "reset", "-q", "--hard", forged)


def test_a_signature_under_another_text_is_bad(clone: Path, ssh: SshSigner, gpg: GpgSigner) -> None:
    commit(clone, "ssh text", *ssh.options)
    resigned(clone, "ssh text", "other text")
    assert vouches(verified(clone, ssh.allowed)) == [Vouch.BAD]
    git(clone, *gpg.options, "commit", "-q", "--allow-empty", "-m", "gpg text", **gpg.environment)
    resigned(clone, "gpg text", "other text")
    assert vouches(verified(clone, None, gpg.keyring))[0] is Vouch.BAD


def test_an_expired_key_no_longer_vouches(clone: Path, keys: Path) -> None:
    old = GpgSigner(keys, "old", "20200601T000000", "20200101T000000")
    program = keys / "then"
    program.write_text(f'#!/bin/sh\nexec gpg {" ".join(old.clock)} "$@"\n')
    program.chmod(0o755)
    options = (*old.options, "-c", f"gpg.program={program}")
    git(clone, *options, "commit", "-q", "--allow-empty", "-m", "then", **old.environment)
    old.close()
    assert vouches(verified(clone, None, old.keyring)) == [Vouch.EXPIRED]


def test_tags_are_verified_under_the_names_they_stand_for(clone: Path, ssh: SshSigner, gpg: GpgSigner) -> None:
    commit(clone, "first")
    git(clone, "tag", "plain")
    git(clone, "tag", "-a", "-m", "no signature", "noted")
    git(clone, *ssh.options, "tag", "-s", "-m", "release", "v1")
    git(clone, *gpg.options, "tag", "-s", "-m", "release", "v2", **gpg.environment)
    git(clone, "update-ref", "refs/tags/v3", git(clone, "rev-parse", "v1"))
    expected = {
        "plain": Vouch.UNSIGNED,
        "noted": Vouch.UNSIGNED,
        "v1": Vouch.TRUSTED,
        "v2": Vouch.TRUSTED,
        "v3": Vouch.MISNAMED,
    }
    for _ in range(2):  # loose, then packed
        found = verified(clone, ssh.allowed, gpg.keyring)
        assert {tag.name: tag.vouch for tag in found.tags} == expected
        git(clone, "pack-refs", "--all")
    only_ssh = {tag.name: tag.vouch for tag in verified(clone, ssh.allowed).tags}
    assert only_ssh["v2"] is Vouch.STRANGER
    assert {tag.signer for tag in found.tags} == {"", "ann@example.org", "Ann <ann@example.org>"}


def test_a_tag_under_another_text_is_bad(clone: Path, ssh: SshSigner, gpg: GpgSigner) -> None:
    commit(clone, "first")
    git(clone, *ssh.options, "tag", "-s", "-m", "release", "v1")
    git(clone, *gpg.options, "tag", "-s", "-m", "release", "v2", **gpg.environment)
    for name in ("v1", "v2"):
        raw = git(clone, "cat-file", "tag", name) + "\n"
        (clone.parent / "forged").write_text(raw.replace("release", "another"))
        git(
            clone,
            "update-ref",
            f"refs/tags/{name}",
            git(clone, "hash-object", "-t", "tag", "-w", str(clone.parent / "forged")),
        )
    assert {tag.vouch for tag in verified(clone, ssh.allowed, gpg.keyring).tags} == {Vouch.BAD}


def test_nothing_that_the_clone_configures_is_run_or_believed(
    clone: Path, tmp_path: Path, ssh: SshSigner, keys: Path
) -> None:
    eve = SshSigner(keys, "eve")
    commit(clone, "eve's", *eve.options)
    trap = tmp_path / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for key in ("gpg.program", "gpg.ssh.program", "gpg.x509.program", "core.fsmonitor", "core.pager", "alias.log"):
        git(clone, "config", key, str(trap))
    git(clone, "config", "gpg.ssh.allowedSignersFile", str(eve.allowed))
    shutil.copy(trap, clone / ".git" / "hooks" / "post-index-change")
    assert vouches(verified(clone, ssh.allowed)) == [Vouch.STRANGER]
    assert not (tmp_path / "sprung").exists()


def test_the_users_own_keys_are_not_used(
    clone: Path, gpg: GpgSigner, ssh: SshSigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(clone, *gpg.options, "commit", "-q", "--allow-empty", "-m", "gpg", **gpg.environment)
    monkeypatch.setenv("GNUPGHOME", str(gpg.home))
    assert vouches(verified(clone, ssh.allowed)) == [Vouch.STRANGER]


def test_a_verifier_that_is_not_installed_is_told(
    clone: Path, ssh: SshSigner, gpg: GpgSigner, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commit(clone, "ssh", *ssh.options)
    only_git = tmp_path / "bin"
    only_git.mkdir()
    (only_git / "git").symlink_to(shutil.which("git") or "")
    monkeypatch.setenv("PATH", str(only_git))
    with pytest.raises(SourceError, match="ssh-keygen is not installed"):
        verified(clone, ssh.allowed)
    with pytest.raises(SourceError, match="gpg is not installed"):
        verified(clone, None, gpg.keyring)


def test_what_is_no_clone_cannot_be_verified(tmp_path: Path, ssh: SshSigner) -> None:
    with pytest.raises(SourceError, match="no git clone"):
        FolderRepository(tmp_path).signatures(Trust(allowed_signers=ssh.allowed.read_text()))


def test_keys_that_gpg_does_not_take_are_told(clone: Path, tmp_path: Path) -> None:
    commit(clone, "first")
    broken = tmp_path / "broken.asc"
    broken.write_text("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n")
    with pytest.raises(SourceError, match="gpg cannot read"):
        verified(clone, None, broken)


@pytest.mark.parametrize("text", ["", "# nobody\n", "ann@example.org\n", "\0\0", "ann ssh-ed25519 AAAA\nbroken line\n"])
def test_lists_that_name_no_signer_are_refused(tmp_path: Path, text: str) -> None:
    place = tmp_path / "signers"
    place.write_text(text)
    with pytest.raises(UsageError):
        read_trust(allowed_signers=place)


def test_options_in_a_list_of_signers_are_taken(ssh: SshSigner, tmp_path: Path, clone: Path) -> None:
    commit(clone, "ssh", *ssh.options)
    name, kind, key = ssh.allowed.read_text().splitlines()[1].split()
    place = tmp_path / "signers"
    for options, is_trusted in (
        ('namespaces="git"', True),
        ('namespaces="file"', False),
        ('valid-before="20200101"', False),
    ):
        place.write_text(f"{name} {options} {kind} {key}\n")
        assert (vouches(verified(clone, place)) == [Vouch.TRUSTED]) is is_trusted


@pytest.mark.parametrize("data", [b"", b"text", b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n"])
def test_what_holds_no_public_keys_is_refused(tmp_path: Path, data: bytes) -> None:
    place = tmp_path / "keys"
    place.write_bytes(data)
    with pytest.raises(UsageError):
        read_trust(keyring=place)
    assert not os.path.lexists(tmp_path / "gnupg")
