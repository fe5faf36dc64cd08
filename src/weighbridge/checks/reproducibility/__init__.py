"""Checks of reproducibility."""

from weighbridge.checks.contract import Check

CHECKS: tuple[Check, ...] = ()
