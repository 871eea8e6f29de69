"""Fonts and Chinese typesetting."""
