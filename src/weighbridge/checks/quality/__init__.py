"""Checks of quality."""

from weighbridge.checks.contract import Check

CHECKS: tuple[Check, ...] = ()
