"""Identities made by hand."""

from __future__ import annotations

from typing import Any

from weighbridge.facts.identity import Identity
from weighbridge.model import ModelRef, Origin


def identity(name: str, **claims: Any) -> Identity:
    """Return a model of that name with the claims that its name is taken to make."""
    ref = ModelRef(Origin.HUB, name)
    return Identity(ref, tuple(ref.short_name.replace("_", "-").split("-")), **claims)
