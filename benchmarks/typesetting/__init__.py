"""Measures the finished lines of Chinese text, ours beside the peers': `python -m benchmarks.typesetting`."""
