"""Checks of popularity."""

from weighbridge.checks.contract import Check

CHECKS: tuple[Check, ...] = ()
