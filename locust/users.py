"""One user class for each domain: each user sends one event after another and accounts for every answer."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic, perf_counter
from typing import ClassVar

from geventhttpclient.url import URL
from locust import FastHttpUser, task
from locust.exception import CatchResponseError
from locust.user.task import LOCUST_STATE_STOPPING, LOCUST_STATE_WAITING

from deck import Request, domain_names, read_domain
from exchange import NO_ANSWER, Answer, Connection, why
from judge import judge
from ledger import Ledger
from pacer import Pacer

# After no answer, or one that says "busy", a user waits: nobody gains from a thousand refusals a second.
PAUSE_SECONDS = 0.1
BUSY = (429, 503)
NEVER_ANSWERED = 'no answer at stop'


class Load:
    """What the users of a run share."""

    def __init__(
        self, decks: dict[str, Iterator[Request]], pacer: Pacer | None, keys: Iterator[str | None]
    ) -> None:
        self.decks = decks
        self.pacer = pacer
        # The Idempotency-Key of the next event; None for most.
        self.keys = keys
        self.ledger = Ledger()


class EventUser(FastHttpUser):
    abstract = True
    domain: ClassVar[str]
    load: ClassVar[Load]
    concurrency = 1

    def __init__(self, environment) -> None:
        super().__init__(environment)
        self._connection = Connection(self.client.client.clientpool.get_client(URL(self.host)))
        # A keyed event to be sent again: request, key, and the receipt that it was answered, if it was.
        self._again: tuple[Request, str, str | None] | None = None
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
        if self._again is None:
            request, key, receipt = next(self.load.decks[self.domain]), next(self.load.keys), None
        else:
            request, key, receipt = self._again
        repeat, self._again = self._again is not None, None
        answer = self._exchange(request, request.wire if key is None else request.keyed(key), receipt)
        if key is not None and not repeat:
            self._again = (request, key, answer)

    def _exchange(self, request: Request, wire: bytes, first_receipt: str | None) -> str | None:
        """The receipt, if the event was acknowledged. Whatever happens, it is accounted for."""
        ledger = self.load.ledger
        ledger.sent += 1
        started = perf_counter()
        answer: Answer | None = None
        # Stays so when the run ends before the answer.
        outcome, reason = 'unknown', NEVER_ANSWERED
        try:
            answer = self._connection.exchange(wire)
            outcome, reason = judge(request, answer, first_receipt)
        except NO_ANSWER as error:
            reason = why(error)
        finally:
            elapsed_ms = (perf_counter() - started) * 1000
            ledger.settle(outcome, reason)
            if answer is not None:
                ledger.latencies_ms.append(elapsed_ms)
            if outcome == 'acknowledged':
                ledger.receipts.append(answer.receipt)
                ledger.repeated += first_receipt is not None
            elif answer is None or answer.get_code() in BUSY:
                self._pause = PAUSE_SECONDS
            self.environment.events.request.fire(
                request_type='POST',
                name=request.path,
                response_time=elapsed_ms,
                response_length=0 if answer is None else len(answer.body),
                exception=None if reason is None else CatchResponseError(reason),
                context={},
                response=answer,
            )
        return answer.receipt if outcome == 'acknowledged' else None


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
