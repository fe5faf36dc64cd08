"""Weighbridge: weigh a pre-trained model against what its publisher declares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from weighbridge.api import audit as audit
    from weighbridge.model import Audit as Audit
    from weighbridge.model import Depth as Depth
    from weighbridge.scoring.policy import Policy as Policy

__version__ = "0.1.0"
__all__ = ["Audit", "Depth", "Policy", "__version__", "audit"]

# The public names and where they live, imported when first used: `import weighbridge` itself costs nothing.
_HOMES = {
    "audit": "weighbridge.api",
    "Audit": "weighbridge.model",
    "Depth": "weighbridge.model",
    "Policy": "weighbridge.scoring.policy",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
