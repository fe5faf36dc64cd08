"""Git repositories made for tests, signed with real keys made on the spot."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

_SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_COMMITTER_DATE": "1700000000 +0200"}


def run(*command: str, folder: Path, **environment: str) -> str:
    """Return what a command writes; it has to succeed."""
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **_SETTINGS, **environment}, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def git(folder: Path, *arguments: str, **environment: str) -> str:
    """Run git as Ada."""
    names = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "gc.auto=0", "-c", "tag.gpgSign=false")
    return run("git", *names, *arguments, folder=folder, **environment)


def new(folder: Path) -> Path:
    """Return an empty repository."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    return folder


def commit(folder: Path, message: str, *options: str, **files: str | None) -> str:
    """Write files (`a__b_txt` is `a/b.txt`; None deletes), commit, and return the commit."""
    for name, text in files.items():
        place = folder / name.replace("__", "/").replace("_", ".")
        place.parent.mkdir(exist_ok=True)
        if text is None:
            place.unlink()
        else:
            place.write_text(text)
    git(folder, "add", "-A")
    git(folder, *options, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


class SshSigner:
    """An SSH key, and the file that names its holder."""

    def __init__(self, folder: Path, name: str = "ann") -> None:
        self.key = folder / f"{name}-ssh"
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(self.key), folder=folder)
        self.allowed = folder / f"{name}-signers"
        public = " ".join(Path(f"{self.key}.pub").read_text().split()[:2])
        self.allowed.write_text(f"# who signs\n{name}@example.org {public}\n")
        self.options = ("-c", "gpg.format=ssh", "-c", f"user.signingkey={self.key}", "-c", "commit.gpgSign=true")


class GpgSigner:
    """An OpenPGP key in a home of its own, and its public half in a file."""

    def __init__(self, folder: Path, name: str = "ann", expires: str = "never", made: str = "") -> None:
        self.home = folder / f"{name}-gpg"
        self.home.mkdir(mode=0o700)
        self._batch = ("gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "")
        self.clock = ("--faked-system-time", made) if made else ()
        address = f"{name}@example.org"
        self.gpg(*self.clock, "--quick-gen-key", f"{name.title()} <{address}>", "ed25519", "sign", expires)
        self.keyring = folder / f"{name}.asc"
        self.keyring.write_text(self.gpg("--armor", "--export", address))
        listed = self.gpg("--list-keys", "--with-colons", address)
        self.fingerprint = next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr"))
        self.options = ("-c", f"user.signingkey={self.fingerprint}", "-c", "commit.gpgSign=true")
        self.environment = {"GNUPGHOME": str(self.home)}

    def gpg(self, *arguments: str) -> str:
        """Run gpg at this signer's."""
        return run(*self._batch, *arguments, folder=self.home, GNUPGHOME=str(self.home))

    def close(self) -> None:
        """Stop the agent that gpg started for this home."""
        run("gpgconf", "--kill", "all", folder=self.home, GNUPGHOME=str(self.home))
