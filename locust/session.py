"""From the command line to runs: what the options ask for is made here, and each run starts and ends here."""

from __future__ import annotations

import logging
import sys
from time import monotonic
from typing import IO
from urllib.parse import urlsplit

from locust.env import Environment
from locust.runners import LocalRunner

from calls import Caller
from deck import build_deck, read_domain
from pacer import Pacer
from report import Report
from shapes import NamedShape
from turns import turns
from users import EventUser, Load

log = logging.getLogger(__name__)


class Session:
    """One process; the web interface may start several runs in it."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._options = options = environment.parsed_options
        if not isinstance(environment.runner, LocalRunner):
            sys.exit('One process keeps the account: --master, --worker and --processes are refused')
        if options.headless and not environment.host:
            sys.exit('Where to? Give --host, such as http://127.0.0.1:8080')
        self._results = _append_to(options.results)
        self._receipts = _append_to(options.receipts)
        self._report: Report | None = None
        EventUser.connection_timeout = EventUser.network_timeout = options.answer_timeout
        if options.domain != 'all':
            environment.user_classes = [
                user for user in environment.user_classes if user.domain == options.domain
            ]
        self._shape = self._make_shape()
        if self._shape is not None:
            environment.shape_class = self._shape

    def _make_shape(self) -> NamedShape | None:
        options = self._options
        # Without the web interface all runs have one: then Locust leaves SIGTERM to us.
        name = options.shape or ('steady' if options.headless else None)
        if name is None:
            return None
        shape = NamedShape(name, options.num_users or 1, options.spawn_rate, options.run_time)
        shape.runner = self._environment.runner
        duration = 'until stopped' if shape.seconds is None else f'for {shape.seconds:g} s'
        log.info('Shape %s: up to %d users %s', name, shape.peak, duration)
        return shape

    def start(self) -> None:
        environment, options = self._environment, self._options
        host = options.host_header or urlsplit(environment.host or '').netloc
        decks = {}
        for user in environment.user_classes:
            domain = read_domain(user.domain)
            deck = build_deck(domain, host, options.grpc is not None, options.mistakes)
            decks[user.domain] = turns(deck, options.repeat_share, 'lives' in domain)
        level = self._shape.level if self._shape is not None else lambda: 1.0
        pacer = None if options.pace is None else Pacer(options.pace, level, monotonic())
        EventUser.load = load = Load(decks, pacer, self._caller())
        runner = environment.runner
        shape = self._shape
        if shape is not None:
            shape.begin()
        self._report = Report(
            load.ledger,
            pacer,
            users=lambda: runner.user_count,
            peak=lambda: runner.target_user_count if shape is None else shape.peak,
            results=self._results,
            receipts=self._receipts,
        )

    def _caller(self) -> Caller | None:
        options = self._options
        return None if options.grpc is None else Caller(options.grpc, options.answer_timeout)

    def stopping(self) -> None:
        if self._report is not None:
            self._report.stopping()

    def finish(self) -> None:
        if self._report is not None:
            total, self._report = self._report.finish(), None
            log.info(
                'sent %(sent)d = acknowledged %(acknowledged)d + refused %(refused)d + unknown %(unknown)d;'
                ' missed starts %(missed_starts)d; %(rps)s/s; p50 %(p50_ms)s ms, p99 %(p99_ms)s ms',
                total,
            )


def _append_to(path: str | None) -> IO[str] | None:
    try:
        return None if path is None else open(path, 'a', encoding='utf-8')
    except OSError as error:
        sys.exit(f'Cannot write {path}: {error.strerror}')
