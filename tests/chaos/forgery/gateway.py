"""Forgeries over HTTP, through the gateway of the deployed stack."""

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import local
from urllib.parse import urlencode, urlsplit

from infra.local.cloud import LocalCloud, Ports, local_cloud
from infra.local.progress import Progress
from tests.chaos.sent import Sent

CLIENTS = 4
TIMEOUT_S = 30.0
LONGEST = 2_000
TEXTS = ("application/json", "text/plain", "application/json; charset=utf-8")


@contextmanager
def deployed() -> Iterator[tuple[LocalCloud, Path]]:
    """Deploy the stack to a local cloud of its own; yields it and where it logs."""
    with TemporaryDirectory() as folder, local_cloud(Ports.free(), Progress(), Path(folder)) as cloud:
        yield cloud, Path(folder)


def can_travel(sent: Sent) -> bool:
    """Tell whether HTTP carries a request unchanged: white space around a value is no part of it."""
    values = [*sent.headers.values(), *sent.headers]
    # Claims are the gateway's own word.
    return (
        not sent.claims
        and len("".join(sent.query.values())) < LONGEST
        and all(
            value.isascii() and value.isprintable() and value == value.strip() and len(value) < LONGEST
            for value in values
        )
    )


def as_travelled(sent: Sent, rng: Random) -> Sent:
    """Choose a content type, by which the gateway decides how it hands over the body."""
    kept = {name: value for name, value in sent.headers.items() if name.lower() != "content-type"}
    try:
        sent.body.decode()
    except UnicodeDecodeError:
        types: tuple[str, ...] = ("application/octet-stream",)
    else:
        types = (*TEXTS, "application/octet-stream")
    return replace(sent, headers={**kept, "Content-Type": rng.choice(types)})


@dataclass(frozen=True, slots=True)
class Answered:
    """One request and its answer."""

    sent: Sent
    status: int
    body: str


class Gateway:
    """Calls one address from several threads, each with a connection of its own."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self._own = local()

    def call_all(self, requests: Iterable[Sent]) -> Iterator[Answered]:
        with ThreadPoolExecutor(CLIENTS) as pool:
            yield from pool.map(self._call, requests)

    def _call(self, sent: Sent) -> Answered:
        connection: HTTPConnection = getattr(self._own, "connection", None) or HTTPConnection(
            str(self._url.hostname), self._url.port, timeout=TIMEOUT_S
        )
        self._own.connection = connection
        path = f"{self._url.path}/webhooks/{sent.platform}" + (f"/{sent.path}" if sent.path else "")
        query = "?" + urlencode(sent.query, errors="surrogatepass") if sent.query else ""
        connection.request(sent.method, path + query, body=sent.body or None, headers=dict(sent.headers))
        answer = connection.getresponse()
        return Answered(sent, answer.status, answer.read().decode("utf-8", "replace"))


def answers(answered: Iterable[Answered]) -> Counter[tuple[int, str]]:
    """Count the different answers."""
    return Counter((each.status, each.body) for each in answered)
