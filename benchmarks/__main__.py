"""Run every benchmark, one after the other: `python -m benchmarks`."""

from __future__ import annotations

import subprocess
import sys

MODULES = (
    "startup",
    "hashing",
    "formats",
    "remote",
    "records",
    "pickle_speed",
    "risk_corpus",
    "claims",
    "claim_verdicts",
    "real_claims",
    "measure_overhead",
    "decisions",
    "uses",
    "uses_packages",
    "lineage_graph",
    "naming",
    "registry",
)


def main() -> None:
    """Run them all; one that lacks its data or its peer says so and does not stop the others."""
    for module in MODULES:
        print(f"\n== {module}", flush=True)
        subprocess.run([sys.executable, "-m", f"benchmarks.{module}"], check=False)


if __name__ == "__main__":
    main()
