"""How memory that arrays free is kept for the next ones."""

from __future__ import annotations

__all__ = ["keep_freed_memory"]

_BYTES = 4 << 20


def keep_freed_memory() -> None:
    """Let glibc keep what arrays free instead of giving it back to the system at once.

    Scoring a block makes hundreds of arrays of some 100 kB each; to give them back and to get
    them again page by page takes as long as what is done with them. glibc sets the size from
    which it does that by the largest piece that was freed so far (mallopt(3), the dynamic
    M_MMAP_THRESHOLD), and twice that for what it keeps: so one piece is freed that nothing
    was ever written to. Other C libraries do as they did.
    """
    bytes(_BYTES)
