"""Metrics: counts of one layer that add over documents, and the closed forms over their sums."""
