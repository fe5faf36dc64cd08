"""What the command line, the settings file and the environment ask for, brought together: the command line wins."""

from __future__ import annotations

import datetime
import logging
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from weighbridge.cli.output import complain_traceback
from weighbridge.errors import UsageError
from weighbridge.model import Depth, Severity

F = TypeVar("F", bound=Callable[..., Any])

DEPTHS = [depth.label for depth in Depth if depth is not Depth.RUN]
SEVERITIES = [*(severity.label for severity in sorted(Severity, reverse=True)), "never"]

# More ids than that on standard input are work for a registry snapshot, not for one process.
_MAX_TARGETS = 100_000


class Request(msgspec.Struct, frozen=True):
    """The options that every command that audits shares."""

    depth: str | None = None
    revision: str | None = None
    offline: bool = False
    check_links: bool = False
    base: tuple[str, ...] = ()
    as_of: datetime.date | None = None
    config: Path | None = None
    baseline: Path | None = None
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str | None = None
    strict: bool = False
    key: tuple[Path, ...] = ()
    identity: str = ""
    identity_provider: str = ""
    allowed_signers: Path | None = None
    keyring: Path | None = None
    trusted_root: Path | None = None


def audit_options(function: F) -> F:
    """Add the options that `Request` holds."""
    return _with(function, (*_SHARED, *_AUDIT_ONLY))


def scan_options(function: F) -> F:
    """Add those of them that a scan has a use for."""
    return _with(function, _SHARED)


def _with(function: F, options: tuple[Callable[[F], F], ...]) -> F:
    for option in reversed(options):
        function = option(function)
    return function


def request_of(options: dict[str, Any]) -> Request:
    """Take the shared options out of a command's own."""
    taken = {name: options.pop(name) for name in Request.__struct_fields__ if name in options}
    if taken.get("as_of") is not None:
        taken["as_of"] = taken["as_of"].date()
    return Request(**taken)


def policy_of(request: Request) -> Any:
    """Return the policy: the settings file's, overruled by the command line."""
    from weighbridge.scoring import policy as rules

    path = request.config or rules.find_settings(Path.cwd())
    policy = rules.load_policy(path) if path else rules.Policy()
    if path:
        from weighbridge.checks.catalogue import CHECKS

        rules.check_names(policy, (check.code for check in CHECKS), str(path))
    changes: dict[str, Any] = {}
    if request.select:
        changes["select"] = _split(request.select)
    if request.ignore:
        changes["ignore"] = _split(request.ignore)
    if request.fail_on:
        changes["fail_on"] = rules.parse_fail_on(request.fail_on, "--fail-on")
    if request.baseline:
        changes["baseline"] = rules.load_baseline(request.baseline)
    if request.strict:
        changes["strict"] = True
    return msgspec.structs.replace(policy, **changes, trust=_trust_of(request, policy.trust))


def _trust_of(request: Request, trust: Any) -> Any:
    """Return whom to trust: whom the command line names, in the place of those whom the settings name."""
    named = {name: value for name in _TRUST if (value := getattr(request, name))}
    if not named:
        return trust
    from weighbridge.sources.trust import read_trust

    given = read_trust(
        request.key,
        request.identity,
        request.identity_provider,
        request.allowed_signers,
        request.keyring,
        request.trusted_root,
    )
    kept = {} if given.names_signer else {name: getattr(trust, name) for name in _OF_MODELS}
    kept |= {} if given.names_committer else {name: getattr(trust, name) for name in _OF_COMMITS}
    return msgspec.structs.replace(given, **kept)


_TRUST = ("key", "identity", "identity_provider", "allowed_signers", "keyring", "trusted_root")
_OF_MODELS, _OF_COMMITS = ("keys", "identity", "identity_provider", "trusted_root"), ("allowed_signers", "keyring")


def sources_of(request: Request) -> Any:
    """Return how the registry is reached: the options, then the environment."""
    from weighbridge.sources.options import SourceOptions

    return SourceOptions(
        revision=request.revision,
        offline=request.offline or _is_set("HF_HUB_OFFLINE"),
        token=os.environ.get("HF_TOKEN") or None,
        endpoint=os.environ.get("HF_ENDPOINT") or None,
        cache=_cache_folder(),
    )


def targets_of(arguments: tuple[str, ...]) -> list[str]:
    """Return the targets; `-` stands for the lines of standard input."""
    targets: list[str] = []
    for argument in arguments:
        targets += _lines(sys.stdin) if argument == "-" else [argument]
    if len(targets) > _MAX_TARGETS:
        raise UsageError(
            f"{len(targets):,} targets are more than {_MAX_TARGETS:,}", hint="Split them over several runs."
        )
    return targets


def silence_library() -> None:
    """Keep the library's own log off the screen, or show it when an error is hunted."""
    from weighbridge.cli.main import is_debugging

    log = logging.getLogger("weighbridge")
    log.propagate = False
    log.handlers = [_Tracebacks() if is_debugging() else logging.NullHandler()]


class _Tracebacks(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1]:
            complain_traceback(record.exc_info[1])


def _lines(stream: Any) -> Iterator[str]:
    for line in stream:
        text = line.strip()
        if text and not text.startswith("#"):
            yield text


def _split(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _is_set(name: str) -> bool:
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def _cache_folder() -> Path | None:
    if cache := os.environ.get("HF_HUB_CACHE"):
        return Path(cache).expanduser()
    home = os.environ.get("HF_HOME")
    return Path(home).expanduser() / "hub" if home else None


def scan_cache_of(*, wanted: bool | None, folder: Path | None) -> Path | None:
    """Return the folder of kept scans, None where none is wanted: the one given, or the user's own for caches."""
    if wanted is False or (wanted is None and folder is None):
        return None
    # The XDG base directory specification has a relative path ignored.
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return folder or (base if base.is_absolute() else Path.home() / ".cache") / "weighbridge" / "scans"


_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_SHARED: tuple[Any, ...] = (
    click.option("--depth", type=click.Choice(DEPTHS), help="How much is read; `headers` by default."),
    click.option("--revision", metavar="REV", help="Branch, tag or commit; the same as TARGET@REV."),
    click.option(
        "--select", multiple=True, metavar="CODES", help="Run only these: codes, prefixes, names, attributes."
    ),
    click.option("--ignore", multiple=True, metavar="CODES", help="Leave these out; wins over --select."),
    click.option(
        "--fail-on",
        type=click.Choice(SEVERITIES),
        help="Lowest severity that gives exit status 1; `high` in an audit, `medium` in a scan.",
    ),
    click.option("--strict", is_flag=True, help="Exit status 4 when anything could not be looked at."),
    click.option("--offline", is_flag=True, help="Ask nobody; read only what is on disk."),
    click.option(
        "--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day that ages are told against."
    ),
    click.option("--config", type=_FILE, help="Settings, instead of the nearest weighbridge.toml or pyproject.toml."),
    click.option("--baseline", type=_FILE, help="An earlier JSON report; what it holds already does not fail."),
    click.option(
        "--key", multiple=True, type=_FILE, help="Public key or certificate (PEM) that the model was to be signed with."
    ),
    click.option("--identity", default="", metavar="NAME", help="Who was to sign the model through Sigstore."),
    click.option("--identity-provider", default="", metavar="URL", help="Who vouches for that identity."),
    click.option(
        "--trusted-root", type=_FILE, help="Root of another Sigstore than the public one (trusted_root.json)."
    ),
)
_AUDIT_ONLY: tuple[Any, ...] = (
    click.option(
        "--allowed-signers", type=_FILE, help="Who was to sign commits and tags with SSH (as ssh-keygen has it)."
    ),
    click.option("--keyring", type=_FILE, help="OpenPGP public keys that commits and tags were to be signed with."),
    click.option("--check-links", is_flag=True, help="Follow the card's links (asks other hosts)."),
    click.option("--base", multiple=True, metavar="NAME=PATH", help="Where a base model lies on disk."),
)
