"""Checks of portability."""

from weighbridge.checks.contract import Check

CHECKS: tuple[Check, ...] = ()
