"""Checks of maintenance."""

from weighbridge.checks.contract import Check

CHECKS: tuple[Check, ...] = ()
