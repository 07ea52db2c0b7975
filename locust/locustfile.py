"""Load for the pipeline's HTTP endpoints; see README.md beside this file.

locust -f locust/locustfile.py --host http://127.0.0.1:8080
"""

from __future__ import annotations

import signal

import gevent
from locust import events

from options import add_options
from session import Session
from users import user_classes

# Locust takes user classes from this module's names.
globals().update(user_classes())

events.init_command_line_parser.add_listener(add_options)


@events.init.add_listener
def prepare(environment, **_) -> None:
    session = Session(environment)
    events.test_start.add_listener(lambda **_: session.start())
    events.test_stopping.add_listener(lambda **_: session.stopping())
    events.test_stop.add_listener(lambda **_: session.finish())
    _stop_in_order(environment)


def _stop_in_order(environment) -> None:
    """SIGINT and SIGTERM end a run as its shape does: what is in flight is answered, files are completed.

    Locust itself takes SIGTERM only once a shape is over, and Python raises KeyboardInterrupt in whichever
    greenlet happens to run, which can be a user's.
    """
    main = gevent.getcurrent()
    stopped = []

    def interrupt() -> None:
        if not stopped:
            stopped.append(True)
            gevent.kill(main, KeyboardInterrupt)

    events.test_stopping.add_listener(lambda **_: stopped.append(True))
    gevent.signal_handler(signal.SIGINT, interrupt)
    if environment.shape_class is not None:
        gevent.signal_handler(signal.SIGTERM, interrupt)
