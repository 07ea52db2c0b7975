"""Results while a run goes on: a JSON line a second, one at the end, and the receipts of acknowledged events.

Line of a second, `kind: "second"`. Counts are of that second alone, so that they add up to the totals:
  t               seconds since the start, at its end
  seconds         its length: 1, more when this process was late, less at the end
  sent, acknowledged, refused, unknown, missed_starts
  repeated, calls  of the acknowledged: under a key that was acknowledged before; by gRPC
  in_flight       sent and not answered yet, at its end
  users           running at its end
  rps             acknowledged per second
  p50_ms, p99_ms  of all answers; null without answers

Last line, `kind: "total"`: the same for the whole run, and
  seconds         from the start until it was told to stop; drain_seconds: then until the last answer
  users           the peak
  rps             acknowledged per second in the steady window: seconds that began and ended with all users
                  running, without the one in which the run was told to stop; null when there was none
  steady_seconds  the length of that window
  client_cpu_us_per_request  of this process; null without requests
  reasons         why events were not acknowledged: reason -> how many

At the end in_flight is 0: sent = acknowledged + refused + unknown.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from time import monotonic, process_time
from typing import IO, Any

import gevent

from ledger import Histogram, Ledger, quantile
from pacer import Pacer

COUNTS = ('sent', 'acknowledged', 'refused', 'unknown', 'repeated', 'calls', 'missed_starts')


class Report:
    """`users` running now, and the `peak` of the run, are asked at each second."""

    def __init__(
        self,
        ledger: Ledger,
        pacer: Pacer | None,
        users: Callable[[], int],
        peak: Callable[[], int],
        results: IO[str] | None,
        receipts: IO[str] | None,
    ) -> None:
        self._ledger = ledger
        self._pacer = pacer
        self._users = users
        self._peak = peak
        self._results = results
        self._receipts = receipts
        self._latencies = Histogram()
        self._before = self._counts()
        self._users_before = 0
        self._steady_seconds = 0.0
        self._steady_acknowledged = 0
        self._stopped_at: float | None = None
        self._cpu_started = process_time()
        self._started = self._second_began = monotonic()
        self._clock = gevent.spawn(self._tick)

    def stopping(self) -> None:
        """No more requests are started; those in flight are waited for."""
        if self._stopped_at is None:
            self._stopped_at = monotonic()
            if self._pacer is not None:
                self._pacer.drop_late(self._stopped_at)

    def finish(self) -> dict[str, Any]:
        """Writes the last second and the totals, which it returns."""
        self.stopping()
        self._clock.kill()
        self._second()
        total = self._total()
        self._write(total)
        return total

    def _tick(self) -> None:
        due = self._started
        while True:
            due = max(due + 1, monotonic())
            gevent.sleep(due - monotonic())
            self._second()

    def _second(self) -> None:
        now = monotonic()
        if self._pacer is not None and self._stopped_at is None:
            self._pacer.drop_late(now)
        counts = self._counts()
        passed = {name: counts[name] - self._before[name] for name in COUNTS}
        seconds = now - self._second_began
        users = self._users()
        latencies = self._ledger.take_latencies()
        self._write(
            {
                'kind': 'second',
                't': round(now - self._started, 3),
                'seconds': round(seconds, 3),
                **passed,
                'in_flight': self._ledger.in_flight,
                'users': users,
                'rps': round(passed['acknowledged'] / seconds, 1),
                'p50_ms': quantile(latencies, 0.5),
                'p99_ms': quantile(latencies, 0.99),
            }
        )
        if self._stopped_at is None and min(users, self._users_before) >= self._peak():
            self._steady_seconds += seconds
            self._steady_acknowledged += passed['acknowledged']
        self._latencies.add(latencies)
        self._before, self._users_before, self._second_began = counts, users, now

    def _total(self) -> dict[str, Any]:
        stopped_at = self._stopped_at or monotonic()
        sent = self._ledger.sent
        cpu_us = (process_time() - self._cpu_started) * 1e6
        steady = self._steady_seconds
        return {
            'kind': 'total',
            'seconds': round(stopped_at - self._started, 3),
            'drain_seconds': round(monotonic() - stopped_at, 3),
            **self._counts(),
            'in_flight': self._ledger.in_flight,
            'users': self._peak(),
            'steady_seconds': round(steady, 3),
            'rps': round(self._steady_acknowledged / steady, 1) if steady else None,
            'p50_ms': self._latencies.quantile(0.5),
            'p99_ms': self._latencies.quantile(0.99),
            'client_cpu_us_per_request': round(cpu_us / sent, 1) if sent else None,
            'reasons': dict(self._ledger.reasons),
        }

    def _counts(self) -> dict[str, int]:
        ledger = self._ledger
        missed = self._pacer.missed if self._pacer is not None else 0
        return {
            'sent': ledger.sent,
            'acknowledged': ledger.acknowledged,
            'refused': ledger.refused,
            'unknown': ledger.unknown,
            'repeated': ledger.repeated,
            'calls': ledger.calls,
            'missed_starts': missed,
        }

    def _write(self, line: dict[str, Any]) -> None:
        # Receipts first: what a line says is acknowledged has its receipt in the file.
        receipts = self._ledger.take_receipts()
        if self._receipts is not None and receipts:
            self._receipts.write('\n'.join(receipts) + '\n')
            self._receipts.flush()
        if self._results is not None:
            self._results.write(json.dumps(line) + '\n')
            self._results.flush()
