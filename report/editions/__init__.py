"""Frozen states of a briefing, and the differences between two."""
