"""Checks of provenance."""

from weighbridge.checks.contract import Check

CHECKS: tuple[Check, ...] = ()
