"""A connection for one send, which knows how far it came and never outlives its deadline.

Timeouts of sockets count from one byte to the next, so a slow drip would outlive them. Here every
look-up, connect, handshake, write and read is given what is left of one total.
"""

import io
import socket
import time
from collections.abc import Mapping
from functools import partial
from http.client import BadStatusLine, HTTPResponse, IncompleteRead
from typing import IO, Any, cast

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from nightbell.adapters.public_addresses import NotPublicError, is_public

_FIRST_FINAL_STATUS = 200


class Attempt:
    """What is known about one send; its outcome is read off this and nothing else.

    Attributes:
        stage: What was being done, in words that are safe to log.
        written: The request's first byte was handed to the socket.
        head: Status and headers (lower case) once both came completely.
        body: As far as it came.
        complete: The body came to its end.
        public_only: Connect to no address of a network that is not everybody's.
    """

    def __init__(self, timeout_s: float, *, public_only: bool = False) -> None:
        self._ends = time.monotonic() + timeout_s
        self.public_only = public_only
        self.stage = "prepare"
        self.written = False
        self.head: tuple[int, Mapping[str, str]] | None = None
        self.body = bytearray()
        self.complete = False

    def remaining_s(self) -> float:
        """Tell what is left; always above zero, which a socket would take for "do not wait".

        Raises:
            TimeoutError: Nothing is left.
        """
        remaining = self._ends - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        return remaining


class _OneShot(HTTPConnection):
    """Reports to its attempt and takes its timeouts from there."""

    def __init__(self, *args: Any, attempt: Attempt, **options: Any) -> None:  # noqa: ANN401 - urllib3's own, passed on
        super().__init__(*args, **options)
        self._attempt = attempt
        self.response_class = cast("type[HTTPResponse]", partial(_TimedResponse, attempt))

    def _new_conn(self) -> socket.socket:
        self._attempt.stage = "look-up"
        addresses = socket.getaddrinfo(self.host.strip("[]"), self.port, type=socket.SOCK_STREAM)
        # The very addresses that are connected to below: a second look-up could say something else.
        if self._attempt.public_only and not all(is_public(str(each[-1][0])) for each in addresses):
            raise NotPublicError
        self._attempt.stage = "connect"
        sock = _connect_to_one(addresses, self._attempt)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._attempt.stage = "handshake"
        sock.settimeout(self._attempt.remaining_s())
        return sock

    def send(self, data: Any) -> None:  # noqa: ANN401 - as http.client has it; only ever bytes here
        """Write all of it; from here on the platform may have executed the request."""
        if self.sock is None:
            self.connect()
        self._attempt.stage = "request"
        left = memoryview(data)
        while left:
            self.sock.settimeout(self._attempt.remaining_s())
            # Before the call, because a TLS record may have left in part when it fails.
            self._attempt.written = True
            left = left[self.sock.send(left) :]
        self._attempt.stage = "answer"


class _OneShotSecure(_OneShot, HTTPSConnection):
    """The same under TLS; the handshake as a whole ends with the socket's timeout."""


class PlainPool(HTTPConnectionPool):
    """Makes connections for one attempt."""

    ConnectionCls = _OneShot


class SecurePool(HTTPSConnectionPool):
    """Makes connections for one attempt, verified by the ``ssl_context`` it is given."""

    ConnectionCls = _OneShotSecure


def _connect_to_one(addresses: list[Any], attempt: Attempt) -> socket.socket:
    """Try each address for its share of the time, so that one silent address cannot use up all of it."""
    failure: OSError | None = None
    for position, (family, kind, protocol, _, address) in enumerate(addresses):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(attempt.remaining_s() / (len(addresses) - position))
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure or OSError("the name has no address")


class _TimedResponse(HTTPResponse):
    """Reads an answer against the deadline and reports its head only when all of it came."""

    def __init__(self, attempt: Attempt, sock: socket.socket, **options: Any) -> None:  # noqa: ANN401 - http.client's own
        self._attempt = attempt
        self._source = _TimedSource(sock, attempt)
        super().__init__(cast("socket.socket", self._source), **options)

    def begin(self) -> None:
        """Read status and headers.

        Raises:
            IncompleteRead: The connection ended in them. ``http.client`` would take that for their end.
            BadStatusLine: Only an interim answer came.
        """
        super().begin()
        if self._source.ended:
            raise IncompleteRead(b"")
        if self.status < _FIRST_FINAL_STATUS:
            raise BadStatusLine(str(self.status))
        self._attempt.head = self.status, {name.lower(): value for name, value in self.getheaders()}
        self._attempt.stage = "body"


class _TimedSource(io.RawIOBase):
    """Gives every single read what is left of the total.

    Attributes:
        ended: The other side ended the connection and we read as far as that.
    """

    def __init__(self, sock: socket.socket, attempt: Attempt) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._attempt = attempt
        self.ended = False

    def makefile(self, _mode: str) -> IO[bytes]:
        """Stand in for a socket, of which ``http.client`` uses only this."""
        return io.BufferedReader(self)

    def readable(self) -> bool:
        """Say what a buffered reader wants to know."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        """Read once."""
        self._sock.settimeout(self._attempt.remaining_s())
        count = self._raw.readinto(buffer) or 0
        self.ended = count == 0
        return count

    def close(self) -> None:
        """Let go of the socket."""
        self._raw.close()
        super().close()
