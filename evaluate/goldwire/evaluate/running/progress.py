"""How far a run has come: one line that is written over, on a terminal."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from typing import TextIO

__all__ = ["Progress", "duration", "progress_line"]

_WINDOW = 30.0
"""Seconds that the rate is taken over: what the extractor does now, not what it did at first."""

_PAUSE = 0.1
"""Seconds between two lines."""


class Progress:
    """Called with the number of documents done; shows it on a terminal, else says nothing."""

    def __init__(
        self,
        total: int,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.total = total
        self._stream = stream or sys.stderr
        self._clock = clock
        self._shown = total > 1 and self._stream.isatty()
        self._marks: deque[tuple[float, int]] = deque()
        self._last = float("-inf")
        self._width = 0

    def __call__(self, done: int) -> None:
        """Show that so many documents are done."""
        now = self._clock()
        if not self._marks:  # those that were there already came at no rate
            self._marks.append((now, done))
        while len(self._marks) > 1 and self._marks[1][0] <= now - _WINDOW:
            self._marks.popleft()
        if not self._shown or (done < self.total and now - self._last < _PAUSE):
            return
        self._marks.append((now, done))
        self._last = now
        begin, before = self._marks[0]
        rate = (done - before) / (now - begin) if now > begin else None
        line = progress_line(done, self.total, rate)
        end = "\n" if done == self.total else ""
        self._stream.write(f"\r{line.ljust(self._width)}{end}")
        self._stream.flush()
        self._width = len(line)

    def close(self) -> None:
        """Leave the line as it stands."""
        if self._shown and self._width and self._last > float("-inf"):
            self._stream.write("\n")
            self._stream.flush()
        self._shown = False


def progress_line(done: int, total: int, rate: float | None) -> str:
    """``120 of 2,000 documents, 4.1 a second, 8 min left``; ``rate`` is in documents a second."""
    line = f"{done:,} of {total:,} documents"
    if not rate:
        return line
    speed = f"{rate:,.0f} a second" if rate >= 10 else f"{rate:.1f} a second"
    if rate < 1:
        speed = f"{60 * rate:.1f} a minute"
    left = f", {duration((total - done) / rate)} left" if done < total else ""
    return f"{line}, {speed}{left}"


def duration(seconds: float) -> str:
    """A time as a reader would say it: ``40 s``, ``8 min``, ``2 h 05 min``."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60:02d} min"
