"""Weighbridge: weigh a pre-trained model against what its publisher declares."""

__version__ = "0.1.0"
