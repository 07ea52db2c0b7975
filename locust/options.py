"""Command line options beside Locust's own (`locust -f locust/locustfile.py --help`)."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

from deck import domain_names
from shapes import SHAPES

# An endpoint answers within 10 s, if only that it could not; the rest is for the way there and back.
ANSWER_SECONDS = 12.0
# What is in flight when a run ends is waited for this long: supervisors usually kill 10 s after SIGTERM.
STOP_SECONDS = 9


def add_options(parser: ArgumentParser) -> None:
    parser.set_defaults(stop_timeout=STOP_SECONDS)
    group = parser.add_argument_group('Events')
    group.add_argument('--domain', choices=[*domain_names(), 'all'], default='all', help='Events to send')
    group.add_argument(
        '--grpc', metavar='HOST:PORT', help='Also by gRPC, at this publisher; default: by HTTP alone'
    )
    group.add_argument(
        '--mistakes', action='store_true', help='Also events that are not allowed when they come'
    )
    group.add_argument(
        '--pace',
        type=_positive,
        metavar='N',
        help='Start N requests a second in total; default: as fast as answers come',
    )
    group.add_argument(
        '--shape',
        choices=list(SHAPES),
        help='; '.join(f'{name}: {shape.doc}' for name, shape in SHAPES.items()),
    )
    group.add_argument('--results', metavar='FILE', help='Append a JSON line a second, and the totals')
    group.add_argument('--receipts', metavar='FILE', help='Append the receipt of each acknowledged event')
    group.add_argument(
        '--repeat-share',
        type=_share,
        default=0.0,
        metavar='SHARE',
        help='Share of events (0 to 1) sent with an Idempotency-Key, and once more with it',
    )
    group.add_argument(
        '--answer-timeout',
        type=_positive,
        default=ANSWER_SECONDS,
        metavar='SECONDS',
        help='No answer for so long is unknown',
    )
    group.add_argument('--host-header', metavar='NAME', help='Host header, if not the address of --host')


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float('inf'):
        raise ArgumentTypeError('must be greater than 0')
    return value


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise ArgumentTypeError('must be from 0 to 1')
    return value
