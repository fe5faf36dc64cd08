"""Verifying a clone's commits and tags with keys that the user trusts, and with those alone.

git finds the signatures and has `gpg` and `ssh-keygen` verify them: with a keyring and a list of signers of our own making, in a
folder that is thrown away. Neither the clone's configuration nor the user's takes part.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from weighbridge.errors import SourceError
from weighbridge.model import Signature, SignedHistory, Trust, Vouch
from weighbridge.sources.git_run import Git

COMMIT_LIMIT = 100
TAG_LIMIT = 20

# git's letters for a commit's signature, as `git log --format=%G?` writes them.
_LETTERS = {
    "G": Vouch.TRUSTED,
    "N": Vouch.UNSIGNED,
    "B": Vouch.BAD,
    "X": Vouch.EXPIRED,
    "Y": Vouch.EXPIRED,
    "R": Vouch.REVOKED,
}
_FORMAT = "%H%x1f%G?%x1f%GF%x1f%GS"
_GPG_SETTINGS = "trust-model always\nno-autostart\nno-auto-key-retrieve\ndisable-dirmngr\nbatch\nno-tty\n"
_OPENPGP = re.compile(r"^\[GNUPG:\] (GOODSIG|BADSIG|EXPSIG|EXPKEYSIG|REVKEYSIG|ERRSIG) [0-9A-F]+ ?(.*)$", re.MULTILINE)
_OPENPGP_STATES = {"BADSIG": Vouch.BAD, "EXPSIG": Vouch.EXPIRED, "EXPKEYSIG": Vouch.EXPIRED, "REVKEYSIG": Vouch.REVOKED}
_SSH = re.compile(r'^Good "git" signature for (\S+) with \S+ key (\S+)$', re.MULTILINE)
_SSH_SIGNED = b"-----BEGIN SSH SIGNATURE-----"
_OPENPGP_SIGNED = b"-----BEGIN PGP SIGNATURE-----"


def verify(git: Git, head: str, trust: Trust) -> SignedHistory:
    """Verify the newest commits up to `head`, and the newest tags. Raises `SourceError` when a program is not installed."""
    settings = _settings(git, trust)
    home = {"GNUPGHOME": str(git.folder / "gnupg")}
    listed = git.read(
        *settings, "log", f"--max-count={COMMIT_LIMIT}", f"--format={_FORMAT}", head, "--", environment=home
    )
    lines = listed.decode("utf-8", "replace").splitlines()
    commits = tuple(_commit(parts) for line in lines if len(parts := line.split("\x1f")) == 4)
    names = git.read(
        "for-each-ref",
        "--sort=-creatordate",
        f"--count={TAG_LIMIT}",
        "--format=%(objecttype) %(objectname) %(refname)",
        "refs/tags",
    )
    tags = [line.split(" ") for line in names.decode("ascii", "replace").splitlines()]
    return SignedHistory(commits, tuple(_tag(git, settings, home, *parts) for parts in tags))


def _commit(parts: list[str]) -> Signature:
    commit, letter, key, signer = parts
    vouch = _LETTERS.get(letter, Vouch.STRANGER)
    return Signature(commit, vouch, signer if vouch is Vouch.TRUSTED else "", key)


def _tag(git: Git, settings: list[str], home: dict[str, str], kind: str, target: str, name: str) -> Signature:
    """Verify one tag; a plain name for a commit, without an object of its own, carries no signature."""
    name = name.removeprefix("refs/tags/")
    data = git.read("cat-file", "-p", target) if kind == "tag" else b""
    if data and f"\ntag {name}\n".encode() not in data.partition(b"\n\n")[0] + b"\n":
        return Signature(target, Vouch.MISNAMED, name=name)
    if _SSH_SIGNED not in data and _OPENPGP_SIGNED not in data:
        return Signature(target, Vouch.UNSIGNED, name=name)
    answer = git.ask(*settings, "verify-tag", "--raw", target, environment=home)
    text = answer.output.decode("utf-8", "replace")
    if answer.status == 0 and (ssh := _SSH.search(text)):
        return Signature(target, Vouch.TRUSTED, ssh[1], ssh[2], name)
    found = _OPENPGP.findall(text)
    states = [_OPENPGP_STATES[word] for word, _ in found if word in _OPENPGP_STATES]
    if states:
        return Signature(target, states[0], name=name)
    if answer.status == 0 and found:
        return Signature(target, Vouch.TRUSTED, found[0][1], name=name)
    is_bad = _SSH_SIGNED in data and "incorrect signature" in text.lower()
    return Signature(target, Vouch.BAD if is_bad else Vouch.STRANGER, name=name)


def _settings(git: Git, trust: Trust) -> list[str]:
    """Write the trusted keys into our own folder, and return the options that make git use them and nothing else."""
    signers = git.folder / "allowed-signers"
    signers.write_text(trust.allowed_signers, encoding="utf-8")
    _import_keys(git, trust.keyring)
    chosen = {
        "gpg.program": _program("gpg", git.folder, needed=bool(trust.keyring)),
        "gpg.ssh.program": _program("ssh-keygen", git.folder, needed=bool(trust.allowed_signers)),
        "gpg.x509.program": str(git.folder / "none"),
        "gpg.ssh.allowedSignersFile": str(signers),
        "log.showSignature": "false",
    }
    return [part for key, value in chosen.items() for part in ("-c", f"{key}={value}")]


def _program(name: str, folder: Path, *, needed: bool) -> str:
    found = shutil.which(name)
    if found is None and needed:
        raise SourceError(f"{name} is not installed, so no signature can be verified with the keys given")
    return found or str(folder / "none")


def _import_keys(git: Git, keyring: bytes) -> None:
    """Make a keyring of the keys given, in which every key is trusted. Raises `SourceError` when gpg takes none."""
    home = git.folder / "gnupg"
    home.mkdir(mode=0o700)
    (home / "gpg.conf").write_text(_GPG_SETTINGS, encoding="ascii")
    if not keyring:
        return
    program = _program("gpg", git.folder, needed=True)
    (git.folder / "keys").write_bytes(keyring)
    answer = git.other(program, "--import", str(git.folder / "keys"), environment={"GNUPGHOME": str(home)})
    if answer.status:
        raise SourceError("gpg cannot read the keys given", hint="gpg --export --armor NAME > keys.asc")
