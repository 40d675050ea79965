"""A small HTTP server on 127.0.0.1 that can also misbehave on purpose.

The standard library's server is enough: the load is one person and a test suite, and closing a
connection unanswered, or half answered, is one line when nothing stands between us and the socket.
"""

import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

HOST = "127.0.0.1"
MAX_BODY = 20_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came.

    Attributes:
        path: Decoded, without the query.
        query: Of a name given twice, the last.
        headers: Names in lower case.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What to answer, and how badly.

    Attributes:
        delay_s: Waited before the first byte.
        hang_up: Close the connection without a byte.
        keep_bytes: Send only so many bytes of the body, then close.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    hang_up: bool = False
    keep_bytes: int | None = None


Answer = Callable[[Request], Reply]


class PortTakenError(Exception):
    """Another process listens on the port; the message says what to do."""


class LoopbackServer:
    """Serves one function; can be closed and opened again on the same port.

    Attributes:
        port: The one that was bound, also when 0 was asked for.
    """

    def __init__(self, answer: Answer, port: int = 0) -> None:
        """Bind the port and start to serve.

        Raises:
            PortTakenError: The port is in use.
        """
        self._answer = answer
        self._server: _Server | None = None
        self.port = port
        self.open()

    @property
    def url(self) -> str:
        """The address without a slash at its end."""
        return f"http://{HOST}:{self.port}"

    def open(self) -> None:
        """Listen (again)."""
        if self._server is not None:
            return
        try:
            self._server = _Server((HOST, self.port), _handler_for(self._answer))
        except OSError as error:
            message = f"Port {self.port} is taken by another process."
            raise PortTakenError(message) from error
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stop listening: whoever connects now is refused. Running answers are finished."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128


def _handler_for(answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        answer_request = staticmethod(answer)

    return Handler


class _Handler(BaseHTTPRequestHandler):
    answer_request: Answer
    timeout = 30  # a client that never finishes its request may not keep a thread for ever

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        length = int(self.headers.get("content-length") or 0)
        if length > MAX_BODY:
            self._send(Reply(status=413))
            return
        request = Request(
            method=self.command,
            path=unquote(parts.path),
            query=dict(parse_qsl(parts.query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        self._send(type(self).answer_request(request))

    def __getattr__(self, name: str) -> object:
        """Serve every method alike: the base class looks for ``do_GET`` and its like."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _send(self, reply: Reply) -> None:
        time.sleep(reply.delay_s)
        if reply.hang_up:
            self._hang_up()
            return
        try:
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body[: reply.keep_bytes] if self.command != "HEAD" else b"")
        except ConnectionError:
            pass  # the client gave up waiting, which is what some of these answers are for

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it
        """Stay silent: what happened is on the phone page."""
