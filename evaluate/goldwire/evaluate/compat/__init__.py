"""The scorers that papers use, value for value: one module a peer, defects reproduced and named.

Each module takes plain Python data, so that a peer is replaced by one line, and each whose peer
has known defects keeps a table ``DEVIATIONS``: name to one sentence on what the peer does and
what the evaluator of this package does instead.
"""
