"""A server that speaks bytes, so that a test decides where an exchange breaks."""

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

Script = Callable[[socket.socket], None]


@dataclass
class RawServer:
    """Runs ``script`` on every connection, each in a thread of its own.

    Attributes:
        connections: How many were accepted.
    """

    script: Script
    tls: ssl.SSLContext | None = None
    connections: int = 0
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.listener.getsockname()[1])

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self.listener.accept()
                self.connections += 1
                thread = threading.Thread(target=self._run, args=(sock,), name="server answers")
                self._threads.append(thread)
                thread.start()

    def _run(self, sock: socket.socket) -> None:
        # The client leaves when it likes; that is what is tested.
        with sock, suppress(OSError):
            sock.settimeout(5)
            if self.tls is None:
                self.script(sock)
            else:
                with self.tls.wrap_socket(sock, server_side=True) as secure:
                    self.script(secure)

    def join(self) -> None:
        for thread in self._threads:
            thread.join()


@contextmanager
def serving(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """Serve until the block ends; no thread and no socket stays."""
    server = RawServer(script, tls)
    acceptor = threading.Thread(target=server.serve, name="server accepts")
    acceptor.start()
    try:
        yield server
    finally:
        # Wakes accept(), which closing alone does not.
        server.listener.shutdown(socket.SHUT_RDWR)
        server.listener.close()
        acceptor.join()
        server.join()


def read_request(sock: socket.socket) -> bytes:
    """Read one request as far as its ``Content-Length``."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += sock.recv(65_536)
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = int(lengths[0].partition(b":")[2]) if lengths else 0
    while len(body) < length:
        body += sock.recv(65_536)
    return head + b"\r\n\r\n" + body


def answer(*pieces: bytes) -> Script:
    """Read the request, write the pieces, close."""

    def script(sock: socket.socket) -> None:
        read_request(sock)
        for piece in pieces:
            sock.sendall(piece)

    return script


def drip(start: bytes, endless: bytes, stop: threading.Event) -> Script:
    """Read the request, write ``start``, then ``endless`` again and again, 50 ms apart."""

    def script(sock: socket.socket) -> None:
        read_request(sock)
        sock.sendall(start)
        while not stop.wait(0.05):
            sock.sendall(endless)

    return script


def reset_after_first_byte(sock: socket.socket) -> None:
    """Take one byte of the request and reset the connection."""
    sock.recv(1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def server_tls(certificate: Path) -> ssl.SSLContext:
    """Serve with a PEM file that holds certificate and key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
