"""One request and its answer over a kept connection.

FastHttpUser's own client spends about three times the CPU of this on a request (URLs, cookies, header
objects), which a machine shared with the system under test cannot spare. Here the bytes are ready, and the
answer is read with the same C parser (llhttp, from geventhttpclient). Sockets, time-outs and TLS remain those
of the user's client. Nothing is ever sent twice: a broken connection is an answer that never came.
"""

from __future__ import annotations

from contextlib import suppress
from time import monotonic

from gevent.monkey import get_original
from geventhttpclient._parser import HTTPParseError, HTTPResponseParser
from geventhttpclient.client import HTTPClient

# gevent's own sets up watchers and yields, only to look once.
_select = get_original('select', 'select')
READ_BYTES = 64 * 1024
# A server may close what was idle; a connection in steady use is not asked each time.
IDLE_CHECK_SECONDS = 0.02
NO_ANSWER = (OSError, HTTPParseError)


class Answer(HTTPResponseParser):
    """Status by `get_code()`, the body, and the receipt: the header `event-id`."""

    def __init__(self) -> None:
        super().__init__()
        self.body = b''
        self.receipt = ''
        self.complete = False
        self._field = ''
        self._in_value = False

    def _on_message_begin(self) -> None: ...

    def _on_status(self, text: str) -> None: ...

    def _on_headers_complete(self) -> None: ...

    def end(self) -> None:
        """The connection is closed, which ends an answer without a length."""
        with suppress(HTTPParseError):
            self.feed(b'')
        if not self.complete:
            raise ConnectionError('closed before the whole answer')

    # Names and values come in pieces when the head is split over reads.
    def _on_header_field(self, piece: str) -> None:
        self._field = piece if self._in_value else self._field + piece
        self._in_value = False

    def _on_header_value(self, piece: str) -> None:
        self._in_value = True
        if self._field.lower() == 'event-id':
            self.receipt += piece

    def _on_body(self, piece: bytes) -> None:
        self.body += piece

    def _on_message_complete(self) -> None:
        self.complete = True


class Connection:
    """A user's connection, opened when needed. Not for use by two greenlets at once."""

    def __init__(self, client: HTTPClient) -> None:
        self._pool = client._connection_pool
        self._socket = None
        self._used_at = 0.0

    def exchange(self, wire: bytes) -> Answer:
        """Raises one of NO_ANSWER when no whole answer came."""
        answer = Answer()
        kept = False
        try:
            socket = self._open()
            socket.sendall(wire)
            while not answer.complete:
                piece = socket.recv(READ_BYTES)
                if piece:
                    answer.feed(piece)
                else:
                    answer.end()
            kept = answer.should_keep_alive()
        finally:
            if kept:
                self._used_at = monotonic()
            else:
                self.close()
        return answer

    def close(self) -> None:
        if self._socket is not None:
            self._pool.release_socket(self._socket)
            self._socket = None

    def _open(self):
        idle = monotonic() - self._used_at
        # A kept connection with nothing asked has nothing to say but goodbye.
        if self._socket is not None and idle > IDLE_CHECK_SECONDS and _readable(self._socket):
            self.close()
        if self._socket is None:
            self._socket = self._pool.get_socket()
        return self._socket


def _readable(socket) -> bool:
    return bool(_select([socket], [], [], 0)[0])


def why(error: BaseException) -> str:
    """A short reason, one of a few."""
    if isinstance(error, TimeoutError):
        return 'timeout'
    return 'unreadable answer' if isinstance(error, HTTPParseError) else 'broken connection'
