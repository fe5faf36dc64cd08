"""One name for each class: those of the data held against those of the model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from weighbridge.errors import UsageError


def align(classes: Sequence[str], known: Sequence[str], given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the model's name of each of the data's classes.

    The user's word goes first, then the same name, the same name in other letters, and the class's number (`1`, `LABEL_1`).
    Raises `UsageError` for classes that the model does not know. A model that names no classes knows them all.
    """
    if not known:
        return {name: (given or {}).get(name, name) for name in classes}
    lowered = {name.lower(): name for name in known}
    found: dict[str, str] = {}
    for name in classes:
        wanted = (given or {}).get(name, name)
        number = wanted.lower().removeprefix("label_")
        by_number = known[int(number)] if number.isdecimal() and len(number) < 7 and int(number) < len(known) else None
        matched = wanted if wanted in known else lowered.get(wanted.lower(), by_number)
        if matched is not None:
            found[name] = matched
    unknown = [name for name in classes if name not in found]
    if unknown or len(set(found.values())) < len(found):
        told = (
            f"the data's {_listed(unknown)}" if unknown else "several of the data's classes are one to the model, which"
        )
        raise UsageError(
            f"the model does not know {told}; it knows {_listed(known)}"
            if unknown
            else f"{told} knows {_listed(known)}",
            hint="Say which is which: --classes '0=negative,1=positive'.",
        )
    return found


def kinds(tags: Iterable[str]) -> tuple[str, ...]:
    """Return the kinds of entity that tags name: `PER` of `B-PER` and `I-PER`; `O` is none."""
    return tuple(sorted({tag.partition("-")[2] or tag for tag in tags} - {"O"}))


def renamed(tag: str, names: Mapping[str, str]) -> str:
    """Return a tag with its kind in the model's word."""
    place, dash, kind = tag.partition("-")
    return f"{place}-{names.get(kind, kind)}" if dash else names.get(tag, tag)


def parse_classes(text: str) -> dict[str, str]:
    """Read `0=negative,1=positive`. Raises `UsageError`."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    if any(not sign or not name.strip() or not meant.strip() for name, sign, meant in pairs):
        raise UsageError(f"{text!r} does not name classes", hint="Write --classes '0=negative,1=positive'.")
    return {name.strip(): meant.strip() for name, _, meant in pairs}


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names[:10]) + (f" and {len(names) - 10} more" if len(names) > 10 else "")
