"""Named load shapes. `--users` is the peak; `--run-time` is the duration, or each shape's own if not given.

Locust looks at a shape once a second, so stages are within a second of what is said here; the end is exact.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, NamedTuple

import gevent
from locust import LoadTestShape

# Between two looks of Locust's.
TICK_SECONDS = 1.0
# Locust warns above this many new users per second.
SPAWN_PER_SECOND = 100


class Shape(NamedTuple):
    """`seconds`: default duration, None until stopped. `level`: share of the users at a share of the time."""

    seconds: float | None
    level: Callable[[float], float]
    doc: str


SHAPES: dict[str, Shape] = {
    'steady': Shape(None, lambda _: 1.0, 'all users from the start (--spawn-rate), until stopped'),
    'ramp': Shape(120, lambda x: min(1.0, x / 0.75), 'none to all over three quarters, then held'),
    'spike': Shape(90, lambda x: 1.0 if 1 / 3 <= x < 2 / 3 else 0.1, 'a tenth; all in the middle third'),
    'soak': Shape(3600, lambda _: 1.0, 'all users for an hour'),
}


class NamedShape(LoadTestShape):
    """A shape by name, with the command line's users, spawn rate and run time."""

    # Chosen by option, not by being found in the locustfile.
    abstract: ClassVar[bool] = True
    use_common_options: ClassVar[bool] = True

    def __init__(self, name: str, users: int, spawn_rate: float | None, seconds: float | None) -> None:
        super().__init__()
        self._shape = SHAPES[name]
        self.seconds = seconds or self._shape.seconds
        self.peak = users
        self._spawn_rate = spawn_rate
        self._begun = False

    def begin(self) -> None:
        """The run's time counts from here: what Locust did before, and encoding, is not part of it."""
        self.reset_time()
        self._begun = True

    def level(self) -> float:
        """Share of the peak wanted now: at least one user's."""
        wanted = 1.0 if self.seconds is None else self._shape.level(self.get_run_time() / self.seconds)
        return max(wanted, 1 / self.peak)

    def tick(self) -> tuple[int, float] | None:
        if self.seconds is not None and self._begun:
            left = self.seconds - self.get_run_time()
            if left < TICK_SECONDS:
                gevent.sleep(left)
                return None
        return round(self.level() * self.peak), self._spawn_rate or min(self.peak, SPAWN_PER_SECOND)
