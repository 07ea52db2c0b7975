"""Events of a domain, encoded before the run: `domains/<name>.json` becomes a deck of ready HTTP requests.

Encoding costs more than sending, so each run cycles over a fixed deck (same seed, same events).

A domain file holds
  weight     how many users this domain gets, relative to the others
  routes     path, weight, and `answer`: the JSON string that a 200 must carry; without it a receipt body
  spellings  field -> names to send it under
  common     field -> values to choose from; also in each group
  groups     [{common, items: [{weight, fields}]}]: fields that belong together, as a product and its price
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DOMAINS = Path(__file__).parent / 'domains'
DECK_EVENTS = 4096
SEED = 20261127


@dataclass(frozen=True, slots=True)
class Request:
    """One event as it goes over the wire; `head` ends where further headers may follow."""

    path: str
    answer: str | None
    head: bytes
    body: bytes
    wire: bytes

    def keyed(self, key: str) -> bytes:
        """The same request with an Idempotency-Key."""
        return b'%bIdempotency-Key: %b\r\n\r\n%b' % (self.head, key.encode(), self.body)


def domain_names() -> list[str]:
    return sorted(file.stem for file in DOMAINS.glob('*.json'))


def read_domain(name: str) -> dict[str, Any]:
    return json.loads((DOMAINS / f'{name}.json').read_text('utf-8'))


def build_deck(domain: dict[str, Any], host: str) -> list[Request]:
    """`host` is the value of the Host header."""
    rng = random.Random(SEED)
    items = [
        (item['weight'], {**domain['common'], **group['common'], **item['fields']})
        for group in domain['groups']
        for item in group['items']
    ]
    fields = rng.choices([choices for _, choices in items], [weight for weight, _ in items], k=DECK_EVENTS)
    routes = rng.choices(domain['routes'], [route['weight'] for route in domain['routes']], k=DECK_EVENTS)
    spellings = domain['spellings']
    return [
        _encode(
            route,
            host,
            {rng.choice(spellings.get(name, [name])): rng.choice(values) for name, values in choices.items()},
        )
        for route, choices in zip(routes, fields, strict=True)
    ]


def _encode(route: dict[str, Any], host: str, event: dict[str, Any]) -> Request:
    body = json.dumps(event, ensure_ascii=False, separators=(',', ':')).encode()
    head = (
        f'POST {route["path"]} HTTP/1.1\r\nHost: {host}\r\n'
        f'Content-Type: application/json\r\nContent-Length: {len(body)}\r\n'
    ).encode()
    return Request(route['path'], route.get('answer'), head, body, head + b'\r\n' + body)
