"""A server that answers like an AWS service on a bad day, one scripted answer after the other."""

import json
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One answer, given ``after_s`` seconds; ``lost`` executes the call and hangs up."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False
    after_s: float = 0


def failure(code: str, status: int = 400) -> Reply:
    """Fail as AWS's JSON protocols do."""
    return Reply(status=status, body=json.dumps({"__type": code, "message": "no"}).encode())


@dataclass
class AwsStub:
    """Answers the calls with ``replies`` in turn; the last one stays.

    Attributes:
        calls: The body of every call that arrived.
        connections: How many were accepted.
    """

    replies: Sequence[Reply]
    url: str = ""
    calls: list[dict[str, object]] = field(default_factory=list)
    connections: int = 0

    def next_reply(self, body: bytes) -> Reply:
        self.calls.append(json.loads(body))
        return self.replies[min(len(self.calls), len(self.replies)) - 1]


@contextmanager
def answering(*replies: Reply) -> Iterator[AwsStub]:
    """Serve until the block ends."""
    stub = AwsStub(replies)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            stub.connections += 1

        def do_POST(self) -> None:
            reply = stub.next_reply(self.rfile.read(int(self.headers["Content-Length"])))
            time.sleep(reply.after_s)
            if reply.lost:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            # A client that has given up is no error of ours.
            with suppress(ConnectionError):
                self._answer(reply)

        def _answer(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

    server = Server(("127.0.0.1", 0), Handler)
    stub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield stub
    finally:
        server.shutdown()
        thread.join()
        # Waits for no connection that a client keeps alive.
        server.block_on_close = False
        server.server_close()
