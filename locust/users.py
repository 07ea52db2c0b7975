"""One user class for each domain: each user sends one event after another and accounts for every answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic, perf_counter
from typing import ClassVar

from geventhttpclient.url import URL
from locust import FastHttpUser, task
from locust.exception import CatchResponseError
from locust.user.task import LOCUST_STATE_STOPPING, LOCUST_STATE_WAITING

from calls import Caller
from deck import domain_names, read_domain
from exchange import NO_ANSWER, Connection, why
from judge import Outcome, judge, judge_call
from ledger import Ledger
from pacer import Pacer
from turns import Turn

# After no answer, or one that says "busy", a user waits: nobody gains from a thousand refusals a second.
PAUSE_SECONDS = 0.1
BUSY = (429, 503)
NEVER_ANSWERED = 'no answer at stop'


class Load:
    """What the users of a run share."""

    def __init__(self, decks: dict[str, Iterator[Turn]], pacer: Pacer | None, caller: Caller | None) -> None:
        self.decks = decks
        self.pacer = pacer
        self.caller = caller
        self.ledger = Ledger()


@dataclass(slots=True)
class Settled:
    """What became of a request."""

    outcome: Outcome = 'unknown'
    # Why it is not acknowledged; stays so when the run ends before the answer.
    reason: str | None = NEVER_ANSWERED
    receipt: str = ''
    bytes: int = 0
    # No answer, or one that says "busy".
    is_busy: bool = True
    has_answer: bool = False


class EventUser(FastHttpUser):
    abstract = True
    domain: ClassVar[str]
    load: ClassVar[Load]
    concurrency = 1

    def __init__(self, environment) -> None:
        super().__init__(environment)
        self._connection = Connection(self.client.client.clientpool.get_client(URL(self.host)))
        self._turn: Turn | None = None
        self._pause = 0.0

    def on_start(self) -> None:
        # The first request waits for its start as all others do.
        self.wait()

    def on_stop(self) -> None:
        self._connection.close()

    def wait_time(self) -> float:
        pause, self._pause = self._pause, 0.0
        pacer = self.load.pacer
        return pause if pacer is None else max(pause, pacer.take(monotonic()))

    def stop(self, force: bool = False) -> bool:
        """Locust kills a user that waits, and hits its next request if it wakes up before that.
        With the state set first, it ends instead.
        """
        if force or self._state != LOCUST_STATE_WAITING:
            return super().stop(force)
        self._state = LOCUST_STATE_STOPPING
        self._greenlet.kill(block=False)
        return True

    @task
    def send(self) -> None:
        turn = self._turn or next(self.load.decks[self.domain])
        settled = self._settle(turn)
        receipt = settled.receipt if settled.outcome == 'acknowledged' else None
        self._turn = turn.after(settled.outcome, receipt, settled.is_busy)

    def _settle(self, turn: Turn) -> Settled:
        """Whatever happens, the request is accounted for."""
        ledger, settled = self.load.ledger, Settled()
        ledger.sent += 1
        started = perf_counter()
        try:
            if turn.request.rpc:
                self._call(turn, settled)
            else:
                self._exchange(turn, settled)
        except NO_ANSWER as error:
            settled.reason = why(error)
        finally:
            elapsed_ms = (perf_counter() - started) * 1000
            ledger.settle(settled.outcome, settled.reason)
            if settled.has_answer:
                ledger.latencies_ms.append(elapsed_ms)
            if settled.outcome == 'acknowledged':
                ledger.receipts.append(settled.receipt)
                ledger.repeated += turn.receipt is not None
            elif settled.is_busy:
                self._pause = PAUSE_SECONDS
            self.environment.events.request.fire(
                request_type='gRPC' if turn.request.rpc else 'POST',
                name=turn.request.path,
                response_time=elapsed_ms,
                response_length=settled.bytes,
                exception=None if settled.reason is None else CatchResponseError(settled.reason),
                context={},
            )
        return settled

    def _exchange(self, turn: Turn, settled: Settled) -> None:
        request, key = turn.request, turn.key
        answer = self._connection.exchange(request.wire if key is None else request.keyed(key))
        settled.has_answer, settled.bytes, settled.receipt = True, len(answer.body), answer.receipt
        settled.is_busy = answer.get_code() in BUSY
        settled.outcome, settled.reason = judge(request, answer, turn.receipt)

    def _call(self, turn: Turn, settled: Settled) -> None:
        request, key, caller, ledger = turn.request, turn.key, self.load.caller, self.load.ledger
        if caller is None:
            raise RuntimeError('no publisher is known')
        answer = caller.call(request.path, request.body, key)
        settled.has_answer, settled.bytes, settled.receipt = answer.size > 0, answer.size, answer.receipt
        settled.is_busy = answer.is_busy
        settled.outcome, settled.reason = judge_call(answer, turn.receipt)
        ledger.calls += settled.outcome == 'acknowledged'


def user_classes() -> dict[str, type[EventUser]]:
    """Class name -> class, such as SalesUser: one for each domain file."""
    return {
        f'{name.capitalize()}User': type(
            f'{name.capitalize()}User',
            (EventUser,),
            {'abstract': False, 'domain': name, 'weight': read_domain(name)['weight']},
        )
        for name in domain_names()
    }
