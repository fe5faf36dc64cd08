"""Commands that need more than the core install say so before they begin."""

from __future__ import annotations

import importlib.util

from weighbridge.errors import UsageError


def needs(extra: str, *modules: str) -> None:
    """Raise `UsageError` when a module that an extra brings is not installed."""
    absent = [module for module in modules if importlib.util.find_spec(module) is None]
    if absent:
        raise UsageError(f"this needs {' and '.join(absent)}", hint=f"pip install 'weighbridge[{extra}]'")
