"""The account of a run: sent = acknowledged + refused + unknown + in flight, at every moment."""

from __future__ import annotations

from collections import Counter
from math import ceil

from judge import Outcome


class Ledger:
    def __init__(self) -> None:
        self.sent = 0
        self.acknowledged = 0
        self.refused = 0
        self.unknown = 0
        # Acknowledged again under the same key: the same event.
        self.repeated = 0
        # Of the acknowledged, those by gRPC.
        self.calls = 0
        self.reasons: Counter[str] = Counter()
        # Of all whole answers, since they were last taken.
        self.latencies_ms: list[float] = []
        # Of acknowledged events, since they were last taken.
        self.receipts: list[str] = []

    @property
    def in_flight(self) -> int:
        return self.sent - self.acknowledged - self.refused - self.unknown

    def settle(self, outcome: Outcome, reason: str | None) -> None:
        if outcome == 'acknowledged':
            self.acknowledged += 1
        elif outcome == 'refused':
            self.refused += 1
        else:
            self.unknown += 1
        if reason is not None:
            self.reasons[reason] += 1

    def take_latencies(self) -> list[float]:
        taken, self.latencies_ms = self.latencies_ms, []
        taken.sort()
        return taken

    def take_receipts(self) -> list[str]:
        taken, self.receipts = self.receipts, []
        return taken


class Histogram:
    """Latencies of a whole run in little memory: to 0.1 ms below 100 ms, to 1 ms above."""

    def __init__(self) -> None:
        self._counts: Counter[float] = Counter()

    def add(self, latencies_ms: list[float]) -> None:
        self._counts.update(round(ms, 1) if ms < 100 else float(round(ms)) for ms in latencies_ms)

    def quantile(self, share: float) -> float | None:
        rank = max(1, ceil(share * self._counts.total()))
        seen = 0
        for ms in sorted(self._counts):
            seen += self._counts[ms]
            if seen >= rank:
                return ms
        return None


def quantile(ordered: list[float], share: float) -> float | None:
    """Nearest rank. None for no values."""
    return round(ordered[max(1, ceil(share * len(ordered))) - 1], 2) if ordered else None
