"""Addresses in attachments: nothing that a delivery names is ever called.

There is no code that fetches an attachment; this proof sees to it that none comes in by the way. The
modules that can open a connection are counted from their imports, and while deliveries full of addresses
are received, every connection and every look-up of a name is watched.
"""

import ast
import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import nightbell
from nightbell.domain.events import Delivery
from nightbell.platforms.registry import PLATFORMS
from tests.chaos.forgery.corpus import genuine
from tests.chaos.hostile.witnesses import WITNESSING
from tests.chaos.listening import Listener, listening
from tests.chaos.schemes import SCHEMES
from tests.chaos.staged import KEYS, Staged

CAN_CONNECT = {"socket", "ssl", "http", "requests", "urllib3", "aiohttp", "httpx", "ftplib", "smtplib", "asyncio"}
CAN_CONNECT |= {"botocore", "boto3", "subprocess", "telnetlib", "poplib", "imaplib", "nntplib", "xmlrpc", "webbrowser"}
MAY = {"adapters/platform_http.py", "adapters/one_shot_connection.py", "adapters/aws_clients.py"}
MAY |= {"adapters/aws_signature.py", "platforms/lazy.py"}
ERRORS_ONLY = "botocore.exceptions"
BOTH = 2
"""A call shows at the bait and among the connections that were watched."""

_SCHEMES = ("http", "https", "ftp", "file", "gopher", "dict", "//", "HTTP", "http:\\\\", "jar:http")
_HOSTS = (
    *("127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]"),
    *("169.254.169.254", "[fd00:ec2::254]", "169.254.170.2", "10.0.0.1", "user:pw@127.0.0.1", "127.0.0.1#@cdn.example"),
    *("rebind.example", "redirect.example", "127.0.0.1.nip.example", "\u2460\u2461\u2466.0.0.1", "metadata.internal"),
)


def addresses(port: int) -> list[str]:
    """Make 200 addresses that a fetcher must never follow."""
    made = []
    for scheme, host in product(_SCHEMES, _HOSTS):
        lead = scheme if scheme.endswith(("//", "\\\\")) else f"{scheme}://"
        made.append(f"{lead}{host}:{port}/latest/meta-data/iam")
    return made


def importers() -> list[str]:
    """List modules that can open a connection and have no business with it."""
    root = Path(nightbell.__path__[0])
    found = {path.relative_to(root).as_posix(): set(_imports(path)) for path in root.rglob("*.py")}
    return [f"{module} imports {sorted(names)}" for module, names in found.items() if names and module not in MAY]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}"]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "__import__":
            names = ["__import__"]
        for name in names:
            top = name.partition(".")[0]
            if (top in CAN_CONNECT and name != ERRORS_ONLY) or name in {"__import__", "importlib", "urllib.request"}:
                yield name


def overlooked(stage: Staged, platform: str, listener: Listener) -> bool:
    """Have the parser call what a message names, and tell whether nobody noticed."""
    of: Any = type(PLATFORMS[platform])
    parse = of.parse

    def curious(self: object, delivery: Delivery) -> Any:
        events = parse(self, delivery)
        for event in events:
            with suppress(OSError, ValueError):
                # What is only looked up later says nothing itself.
                found = urlsplit(event.text or _first_address(delivery.body))
                socket.create_connection((str(found.hostname), found.port or 80), timeout=0.05).close()
        return events

    with patch.object(of, "parse", curious):
        return len(fetched(stage, platform, listener, many=1)[1]) < BOTH


def _first_address(body: bytes) -> str:
    found = re.search(r'https?://[^"\\s]+', body.decode())
    return found[0] if found else ""


def fetched(stage: Staged, platform: str, listener: Listener, many: int) -> tuple[int, list[str]]:
    """Receive deliveries that name addresses; returns how many addresses, and what was called."""
    wrong = importers()
    with socket.create_server(("127.0.0.1", 0)) as bait, watched() as called:
        tried = addresses(bait.getsockname()[1])[:many]
        for number, address in enumerate(tried):
            tree = WITNESSING[platform].attach(f"attached.{number}", address)
            sent = genuine(SCHEMES[platform], tree, SCHEMES[platform].spelled(KEYS[0]), what=address)
            with listening(listener):
                status = stage.receive(sent)["statusCode"]
            wrong += [] if status == 200 else [f"{address} was answered {status}"]
        bait.settimeout(0.2)
        try:
            bait.accept()[0].close()
            wrong.append("somebody called the address of an attachment")
        except TimeoutError:
            pass
    ours = urlsplit(os.environ["AWS_ENDPOINT_URL"])
    wrong += [f"{host}:{port} was called" for host, port in called if (host, port) != (ours.hostname, ours.port)]
    return len(tried), wrong


@contextmanager
def watched() -> Iterator[set[tuple[str, int]]]:
    """Note every look-up of a name, and every connection, that is made meanwhile."""
    called: set[tuple[str, int]] = set()
    look_up, connect = socket.getaddrinfo, socket.socket.connect

    def noted_look_up(host: Any, port: Any, *more: Any, **others: Any) -> Any:
        called.add((str(host), int(port or 0)))
        return look_up(host, port, *more, **others)

    def noted_connect(self: socket.socket, address: Any) -> None:
        called.add((str(address[0]), int(address[1])))
        connect(self, address)

    with patch.object(socket, "getaddrinfo", noted_look_up), patch.object(socket.socket, "connect", noted_connect):
        yield called
