"""Tidegate: workflow automation that a Python team can own."""

__version__ = "0.1.0"
