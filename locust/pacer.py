"""Constant throughput over all users: one schedule of starts, taken by whichever user is free.

A start that no user took within LATE_SECONDS of its time is missed: it is counted, never made up for in a
burst, so started + missed = pace x time, whatever the system does. Missed starts mean: the pace was not held.
"""

from __future__ import annotations

from collections.abc import Callable

LATE_SECONDS = 0.1


class Pacer:
    """`per_second` at full level; `level` is the share of it that is wanted now, over 0 and at most 1."""

    def __init__(self, per_second: float, level: Callable[[], float], now: float) -> None:
        self._per_second = per_second
        self._level = level
        self._due = now
        self.missed = 0

    def take(self, now: float) -> float:
        """The next start is the caller's. Returns the seconds until then."""
        self.drop_late(now)
        due = self._due
        self._due += self._interval()
        return max(0.0, due - now)

    def drop_late(self, now: float) -> None:
        late = now - LATE_SECONDS - self._due
        if late > 0:
            interval = self._interval()
            dropped = int(late / interval) + 1
            self.missed += dropped
            self._due += dropped * interval

    def _interval(self) -> float:
        return 1 / (self._per_second * self._level())
