"""Checks of licence."""

from weighbridge.checks.contract import Check

CHECKS: tuple[Check, ...] = ()
