"""Events of a domain, encoded before the run: `domains/<name>.json` becomes a deck of ready requests.

Encoding costs more than sending, so each run cycles over a fixed deck (same seed, same events).

A domain file holds
  weight     how many users this domain gets, relative to the others
  routes     by HTTP: path, weight, and `answer`: the JSON string that a 200 must carry; without it a receipt
             body. By gRPC: rpc, weight, and `message`: field -> [number, type]; rpc is a method for batches,
             which gets a batch of one, since its answer has the receipt
  spellings  field -> names to send it under, in JSON
  common     field -> values to choose from; also in each group
  groups     [{common, items: [{weight, fields}]}]: fields that belong together, as a product and its price
  lives      for what goes on after its first event, which is sent with a key, and called by it:
               name       the field that says what an event is about
               routes, spellings   of what follows; `{name}` in a path stands for it too
               histories  [{weight, moves: [field -> values to choose from], mistakes}]: what follows, in this
                          order. With `mistakes` some of it is refused behind the endpoint: sent when asked
                          for. When it is delivered again it is judged anew, and must be refused again
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from struct import pack
from typing import Any

DOMAINS = Path(__file__).parent / 'domains'
DECK_LIVES = 4096
SEED = 20261127
# Stands for a name in what is encoded before the run: as long as one, so that lengths stay right.
NAME_CHARS = 16
PLACEHOLDER = '{name}'.ljust(NAME_CHARS, '_')


@dataclass(frozen=True, slots=True)
class Request:
    """One event as it goes over the wire; `head` ends where further headers may follow."""

    path: str
    answer: str | None
    head: bytes
    body: bytes
    wire: bytes
    # By gRPC: `path` is the method, `body` the message.
    rpc: bool = False

    def keyed(self, key: str) -> bytes:
        """The same request with an Idempotency-Key."""
        return b'%bIdempotency-Key: %b\r\n\r\n%b' % (self.head, key.encode(), self.body)

    def about(self, name: str) -> Request:
        """The same of something else. `name` has NAME_CHARS characters."""
        old, new = PLACEHOLDER.encode(), name.encode()
        return replace(self, head=self.head.replace(old, new), body=self.body.replace(old, new))


# What is sent one after the other, each once the one before it is known to be stored.
Requests = tuple[Request, ...]


def domain_names() -> list[str]:
    return sorted(file.stem for file in DOMAINS.glob('*.json'))


def read_domain(name: str) -> dict[str, Any]:
    return json.loads((DOMAINS / f'{name}.json').read_text('utf-8'))


def build_deck(domain: dict[str, Any], host: str, by_grpc: bool, mistakes: bool) -> list[Requests]:
    """`host` is the value of the Host header; without `by_grpc` only routes by HTTP are taken."""
    rng = random.Random(SEED)
    lives = domain.get('lives', {})
    items = [
        {'weight': item['weight'], 'fields': {**domain['common'], **group['common'], **item['fields']}}
        for group in domain['groups']
        for item in group['items']
    ]
    births = _Encoder(domain, lives, host, by_grpc, rng)
    moves = _Encoder(lives, lives, host, by_grpc, rng) if lives else births
    histories = [
        history
        for history in lives.get('histories', [{'weight': 1, 'moves': []}])
        if mistakes or not history.get('mistakes')
    ]
    about = {lives['name']: [PLACEHOLDER]} if lives else {}
    return [
        (
            births.encode(item['fields']),
            *(moves.encode({**about, **choices}) for choices in history['moves']),
        )
        for item, history in zip(_many(items, rng), _many(histories, rng), strict=True)
    ]


def _many(weighted: list[dict[str, Any]], rng: random.Random) -> Iterable[dict[str, Any]]:
    return rng.choices(weighted, [one['weight'] for one in weighted], k=DECK_LIVES)


class _Encoder:
    """Encodes events by the routes of `part`, each of which is chosen as often as its weight says."""

    def __init__(
        self, part: dict[str, Any], lives: dict[str, Any], host: str, by_grpc: bool, rng: random.Random
    ) -> None:
        self._routes = [route for route in part['routes'] if by_grpc or 'rpc' not in route]
        self._spellings = part['spellings']
        self._name = lives.get('name')
        self._host = host
        self._rng = rng

    def encode(self, choices: dict[str, list[Any]]) -> Request:
        rng = self._rng
        [route] = rng.choices(self._routes, [route['weight'] for route in self._routes])
        event = {name: rng.choice(values) for name, values in choices.items()}
        if 'rpc' in route:
            if self._name is not None:
                event[self._name] = PLACEHOLDER
            return Request(route['rpc'], None, b'', _batch_of(_message(event, route['message'])), b'', True)
        path = route['path'].replace('{name}', PLACEHOLDER)
        if path != route['path']:
            del event[self._name]
        spelt = {rng.choice(self._spellings.get(name, [name])): value for name, value in event.items()}
        body = json.dumps(spelt, ensure_ascii=False, separators=(',', ':')).encode()
        head = (
            f'POST {path} HTTP/1.1\r\nHost: {self._host}\r\n'
            f'Content-Type: application/json\r\nContent-Length: {len(body)}\r\n'
        ).encode()
        return Request(route['path'], route.get('answer'), head, body, head + b'\r\n' + body)


def _message(event: dict[str, Any], numbers: dict[str, tuple[int, str]]) -> bytes:
    """In protobuf's wire format (protobuf.dev/programming-guides/encoding): tags below 16 are one byte."""
    message = b''
    for name, value in event.items():
        number, kind = numbers[name]
        if kind == 'double':
            message += bytes([number << 3 | 1]) + pack('<d', float(value))
        else:
            text = str(value).encode()
            message += bytes([number << 3 | 2]) + _varint(len(text)) + text
    return message


def _batch_of(message: bytes) -> bytes:
    """The only field of a batch is its list, number 1."""
    return b'\x0a' + _varint(len(message)) + message


def _varint(value: int) -> bytes:
    return bytes([value]) if value < 0x80 else bytes([value & 0x7F | 0x80]) + _varint(value >> 7)
