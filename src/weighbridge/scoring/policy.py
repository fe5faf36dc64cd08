"""What a team accepts: which checks count, what fails, which findings are waived and which are known already."""

from __future__ import annotations

import datetime
import difflib
import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any

import msgspec

from weighbridge.errors import FormatError, UsageError
from weighbridge.model import Audit, Depth, Severity, State, Trust, Verdict
from weighbridge.scoring.fingerprint import fingerprint, locations
from weighbridge.scoring.record import decode
from weighbridge.scoring.score import Weighting
from weighbridge.scoring.weights import FACTOR_WEIGHTS
from weighbridge.sources.trust import read_trust

FILE_NAMES = ("weighbridge.toml", "pyproject.toml")
_LIMIT = 1024 * 1024

_SHA256 = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
_REASON = Annotated[str, msgspec.Meta(pattern=r"\S")]

# The checks that answer whether those whom the user trusts signed.
_OF_SIGNERS = frozenset({"SE044", "SE045"})
_OF_COMMITTERS = frozenset({"SE054", "SE055"})

# A finding as a baseline remembers it: code, subject, fingerprint.
Known = tuple[str, str, str]


class Waiver(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A contradiction that is known and accepted, and why.

    `path` and `subject` are shell patterns; without them every finding of the check is covered. From the day
    `expires` on, and when the file's content is no longer the one of `sha256`, the waiver does not stand.
    """

    code: str
    reason: _REASON
    path: str = ""
    subject: str = ""
    expires: datetime.date | None = None
    sha256: _SHA256 | None = None

    def covers(self, verdict: Verdict) -> bool:
        """Tell whether the waiver is about that verdict, apart from its expiry and the file's hash."""
        if verdict.code != self.code or (self.subject and not fnmatchcase(verdict.subject, self.subject)):
            return False
        return not self.path or any(fnmatchcase(where.path, self.path) for where in locations(verdict))

    def __str__(self) -> str:
        """Return the code with what narrows it."""
        narrowed = [part for part in (self.path, self.subject) if part]
        return f"{self.code} ({', '.join(narrowed)})" if narrowed else self.code


class Policy(msgspec.Struct, frozen=True):
    """What to check and what to accept. `fail_on` None means that no finding fails; `strict` that anything unknown does."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = Severity.HIGH
    strict: bool = False
    depth: Depth | None = None
    weights: Weighting = Weighting()
    waivers: tuple[Waiver, ...] = ()
    baseline: frozenset[Known] = frozenset()
    trust: Trust = Trust()

    def failures(self, audit: Audit) -> list[Verdict]:
        """Return the alarms that fail the audit: grave enough, not waived, not in the baseline."""
        if self.fail_on is None:
            return []
        return [verdict for verdict in audit.alarms(self.fail_on) if known(verdict) not in self.baseline]

    def unanswered(self, audit: Audit) -> list[Verdict]:
        """Return what could not be told though the user asked for it by naming who was to have signed."""
        nothing = frozenset[str]()
        asked = (_OF_SIGNERS if self.trust.names_signer else nothing) | (
            _OF_COMMITTERS if self.trust.names_committer else nothing
        )
        return [verdict for verdict in audit.verdicts if verdict.code in asked and verdict.state is State.UNKNOWN]


class _Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    checks: dict[str, float] = {}
    factors: dict[str, float] = {}


class _Trust(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    keys: tuple[str, ...] = ()
    identity: str = ""
    identity_provider: str = ""
    allowed_signers: str = ""
    keyring: str = ""
    trusted_root: str = ""


class _Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """The table `[tool.weighbridge]` as it is written."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = "high"
    strict: bool = False
    depth: str = ""
    weights: _Weights = _Weights()
    waivers: tuple[Waiver, ...] = ()
    baseline: str = ""
    trust: _Trust = _Trust()
    decide: dict[str, Any] = {}


def known(verdict: Verdict) -> Known:
    """Return what a baseline remembers of a verdict."""
    return verdict.code, verdict.subject, fingerprint(verdict)


def find_settings(start: Path) -> Path | None:
    """Return the nearest file with settings, from a folder upwards: `weighbridge.toml`, or a `pyproject.toml` with the table."""
    for folder in (start, *start.parents):
        for name in FILE_NAMES:
            path = folder / name
            if path.is_file() and (name != "pyproject.toml" or "weighbridge" in read_table(path).get("tool", {})):
                return path
    return None


def load_policy(path: Path) -> Policy:
    """Read a policy from TOML. Raises `UsageError`, which names the file and the key, when it is not as it should be."""
    document = read_table(path)
    table = document.get("tool", {}).get("weighbridge", {}) if path.name == "pyproject.toml" else document
    settings = _convert(table, path)
    baseline = load_baseline(path.parent / settings.baseline) if settings.baseline else frozenset[Known]()
    return Policy(
        settings.select,
        settings.ignore,
        parse_fail_on(settings.fail_on, f"{path}: fail-on"),
        settings.strict,
        _parse_depth(settings.depth, f"{path}: depth"),
        _weighting(settings.weights, path),
        settings.waivers,
        baseline,
        _trust(settings.trust, path),
    )


def load_baseline(path: Path) -> frozenset[Known]:
    """Read the alarms of an audit written earlier as JSON. Raises `UsageError` when it cannot be read."""
    try:
        audits = decode(path.read_bytes(), str(path))
    except OSError as error:
        raise UsageError(f"the baseline {path} cannot be read: {error.strerror}") from None
    except FormatError as error:
        raise UsageError(f"the baseline {error.message}", hint=error.hint) from None
    return frozenset(known(verdict) for audit in audits for verdict in audit.alarms())


def _trust(trust: _Trust, path: Path) -> Trust:
    """Return whom the settings trust; files are relative to the settings. Raises `UsageError` when one cannot be used."""
    folder = path.parent
    try:
        return read_trust(
            [folder / key for key in trust.keys],
            trust.identity,
            trust.identity_provider,
            folder / trust.allowed_signers if trust.allowed_signers else None,
            folder / trust.keyring if trust.keyring else None,
            folder / trust.trusted_root if trust.trusted_root else None,
        )
    except UsageError as error:
        raise UsageError(f"{path}: trust: {error.message}", hint=error.hint) from None


def parse_fail_on(label: str, place: str) -> Severity | None:
    """Return the severity called `label`, None for `never`. Raises `UsageError` for another word."""
    if label == "never":
        return None
    try:
        return Severity.parse(label)
    except KeyError:
        raise _no_such(label, [*(s.label for s in Severity), "never"], place) from None


def check_names(policy: Policy, codes: Iterable[str], place: str) -> None:
    """Raise `UsageError` when weights or waivers name a check that does not exist: they would silently do nothing."""
    existing = sorted(codes)
    for code in (*policy.weights.checks, *(waiver.code for waiver in policy.waivers)):
        if code not in existing:
            raise _no_such(code, existing, place)


def read_table(path: Path) -> dict[str, Any]:
    """Return a settings file as it is written. Raises `UsageError`."""
    try:
        data = path.read_bytes()
        if len(data) > _LIMIT:
            raise UsageError(f"{path} has {len(data):,} bytes; settings have at most {_LIMIT:,}")
        return tomllib.loads(data.decode("utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is not TOML: {error}") from None


def _convert(table: Mapping[str, Any], path: Path) -> _Settings:
    try:
        return msgspec.convert(table, _Settings)
    except msgspec.ValidationError as error:
        raise _explained(str(error), path) from None


_UNKNOWN = re.compile(r"unknown field `(?P<key>[^`]*)`(?: - at `\$\.?(?P<place>[^`]*)`)?")
_KEYS = {
    "": [field.encode_name for field in msgspec.structs.fields(_Settings)],
    "weights": [field.encode_name for field in msgspec.structs.fields(_Weights)],
    "waivers": [field.encode_name for field in msgspec.structs.fields(Waiver)],
    "trust": [field.encode_name for field in msgspec.structs.fields(_Trust)],
}


def _explained(message: str, path: Path) -> UsageError:
    """Turn a decoder's message into one that names the file and the key."""
    found = _UNKNOWN.search(message)
    if found:
        place = found["place"] or ""
        keys = _KEYS.get(place.partition("[")[0], [])
        return _no_such(found["key"], keys, f"{path}: {place}" if place else str(path), "key")
    text = re.sub(r" - at `\$\.?([^`]*)`", r" at \1", message)
    if text.endswith("matching regex '\\\\S' at waivers[...].reason"):
        text = "a waiver needs a `reason`"
    return UsageError(f"{path}: {text}", hint=_SETTINGS_HINT)


_SETTINGS_HINT = "docs/policy.md lists every key with an example."


def _no_such(word: str, existing: Iterable[str], place: str, kind: str = "value") -> UsageError:
    near = difflib.get_close_matches(word, list(existing), 1, 0.5)
    return UsageError(
        f"{place}: unknown {kind} {word!r}" + (f"; did you mean {near[0]!r}?" if near else ""), hint=_SETTINGS_HINT
    )


def _parse_depth(label: str, place: str) -> Depth | None:
    if not label:
        return None
    try:
        return Depth.parse(label)
    except KeyError:
        raise _no_such(label, [depth.label for depth in Depth], place) from None


def _weighting(weights: _Weights, path: Path) -> Weighting:
    factors = [f"{attribute}.{factor}" for attribute, held in FACTOR_WEIGHTS.items() for factor in held]
    for key in weights.factors:
        if key not in factors:
            raise _no_such(key, factors, f"{path}: weights.factors", "factor")
    for key, value in (*weights.checks.items(), *weights.factors.items()):
        if not (math.isfinite(value) and 0 <= value <= 1e6):
            raise UsageError(f"{path}: the weight of {key!r} is {value}; it has to be from 0 to 1,000,000")
    return Weighting(dict(weights.checks), dict(weights.factors))
