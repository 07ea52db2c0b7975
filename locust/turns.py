"""Whose turn it is: a user's next request, by what became of the one before.

Events of one thing must not overtake each other, and a request without an answer may be stored later than the
next one. So each has a key, and is sent again under it until it is known to be stored (or refused, which ends
that life): only then the next one goes out, and whatever comes late has an identity that was counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import count, cycle
from random import Random
from uuid import uuid4

from deck import NAME_CHARS, Request, Requests
from judge import Outcome

RUN_CHARS = 8


@dataclass(frozen=True, slots=True)
class Turn:
    requests: Requests
    # The key of the first request; what follows is about that name. None: no keys.
    name: str | None
    # Whether each is sent until it is known to be stored.
    goes_on: bool
    # Whether each is sent once more, on purpose.
    repeats: bool
    at: int = 0
    is_repeat: bool = False
    # That the same key was answered before.
    receipt: str | None = None

    @property
    def request(self) -> Request:
        return self.requests[self.at]

    @property
    def key(self) -> str | None:
        return self.name if self.name is None or self.at == 0 else f'{self.name}.{self.at}'

    def after(self, outcome: Outcome, receipt: str | None, is_busy: bool) -> Turn | None:
        """What follows; None: nothing does."""
        if self.goes_on and outcome != 'acknowledged':
            return self if outcome == 'unknown' or is_busy else None
        if self.repeats and not self.is_repeat:
            return replace(self, is_repeat=True, receipt=receipt)
        at = self.at + 1
        return replace(self, at=at, is_repeat=False, receipt=None) if at < len(self.requests) else None


def turns(deck: list[Requests], repeat_share: float, goes_on: bool) -> Iterator[Turn]:
    """Round the deck; keys are unique to this call."""
    run, rng = uuid4().hex[:RUN_CHARS], Random()
    for number, requests in zip(count(), cycle(deck)):
        repeats = rng.random() < repeat_share
        if not (repeats or goes_on):
            yield Turn(requests, None, False, False)
            continue
        name = f'{run}-{number:0{NAME_CHARS - RUN_CHARS - 1}d}'
        yield Turn(tuple(request.about(name) for request in requests), name, goes_on, repeats)
