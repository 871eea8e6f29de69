"""Builds dated, sourced briefings."""

__version__ = "0.1.0"
