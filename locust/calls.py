"""One call by gRPC and its answer, over a channel that all users share.

Nothing is ever sent twice behind our back: gRPC's own retries are off.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import grpc
from grpc.experimental import gevent

# Its threads would block all users.
gevent.init_gevent()

CHANNEL = [
    ('grpc.enable_retries', 0),
    ('grpc.initial_reconnect_backoff_ms', 100),
    ('grpc.max_reconnect_backoff_ms', 1_000),
]
Code = grpc.StatusCode


# functions/_core/errors.ts: what no repetition would change.
FINAL = (
    Code.INVALID_ARGUMENT,
    Code.NOT_FOUND,
    Code.ALREADY_EXISTS,
    Code.FAILED_PRECONDITION,
    Code.UNIMPLEMENTED,
)
BUSY = (Code.RESOURCE_EXHAUSTED, Code.UNAVAILABLE)
CODES = {code.value[0]: code for code in Code}


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """`code`: of the call, or of the batch's only item; None when it is stored."""

    code: Code | None
    receipt: str = ''
    # Whether anybody has answered.
    size: int = 0

    @property
    def is_final(self) -> bool:
        return self.code in FINAL

    @property
    def is_busy(self) -> bool:
        return self.code in BUSY


class Caller:
    """`address`: host:port. `seconds`: no answer for so long is none."""

    def __init__(self, address: str, seconds: float) -> None:
        self._channel = grpc.insecure_channel(address, options=CHANNEL)
        self._seconds = seconds

    def call(self, method: str, message: bytes, key: str | None) -> CallAnswer:
        metadata = () if key is None else (('idempotency-key', key),)
        try:
            body = self._channel.unary_unary(method)(message, timeout=self._seconds, metadata=metadata)
        except grpc.RpcError as error:
            return CallAnswer(error.code())
        return _read(body)

    def close(self) -> None:
        self._channel.close()


def _read(body: bytes) -> CallAnswer:
    """A list (field 1) of one result: `exito` = 1, `codigo` = 2, `motivo` = 3, the receipt `id` = 4."""
    [(_, result)] = _fields(body)
    found = dict(_fields(result))
    if found.get(1) == 1:
        return CallAnswer(None, found.get(4, b'').decode(), len(body))
    return CallAnswer(CODES.get(found.get(2, 0), Code.UNKNOWN), '', len(body))


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """Of a message in protobuf's wire format that has only numbers and what has a length."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        value, at = _varint(message, at)
        if tag & 7 == 2:
            value, at = message[at : at + value], at + value
        yield tag >> 3, value


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (message[at] & 0x7F) << shift
        if message[at] < 0x80:
            return value, at + 1
        at, shift = at + 1, shift + 7
