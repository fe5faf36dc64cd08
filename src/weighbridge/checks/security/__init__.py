"""Checks of security."""

from weighbridge.checks.contract import Check

CHECKS: tuple[Check, ...] = ()
