"""From the socket to the verdict: every channel judges every break as the table of outcomes says."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from nightbell.adapters.platform_http import PlatformHttp
from nightbell.platforms.channel import ApiAccess, Channel, HttpRequest, OutboundText, Verdict, VerdictKind
from nightbell.platforms.registry import CHANNELS
from tests.contract.certificates import write_certificate
from tests.contract.mail_world import signature
from tests.contract.raw_server import Script, answer, drip, reset_after_first_byte, server_tls, serving

TOKEN = "canary-token"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
MESSENGER_BODY = b'{"recipient_id":"1","message_id":"m_1"}'
WHATSAPP_BODY = b'{"messaging_product":"whatsapp","messages":[{"id":"wamid.1"}]}'

Break = Callable[[Path], AbstractContextManager[str]]
"""Offers the base address of a platform that breaks in one way."""


def by(script: Script) -> Break:
    @contextmanager
    def offered(_: Path) -> Iterator[str]:
        with serving(script) as server:
            yield f"http://127.0.0.1:{server.port}"
            assert server.connections == 1

    return offered


def by_dripping(start: bytes) -> Break:
    @contextmanager
    def offered(_: Path) -> Iterator[str]:
        stop = threading.Event()
        with serving(drip(start, b"a", stop)) as server:
            yield f"http://127.0.0.1:{server.port}"
            stop.set()
            assert server.connections == 1

    return offered


@contextmanager
def no_such_name(_: Path) -> Iterator[str]:
    yield "https://graph.platform.invalid"


@contextmanager
def refused(_: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    yield f"http://127.0.0.1:{port}"


@contextmanager
def untrusted(folder: Path) -> Iterator[str]:
    certificate = write_certificate(folder / "server.pem", name="localhost")
    with serving(answer(HEAD + b"\r\n"), server_tls(certificate)) as server:
        yield f"https://localhost:{server.port}"
        assert server.connections == 1


BREAKS: dict[str, tuple[Break, VerdictKind]] = {
    "the name does not resolve": (no_such_name, VerdictKind.NOT_SENT),
    "the connection is refused": (refused, VerdictKind.NOT_SENT),
    "the certificate is not trusted": (untrusted, VerdictKind.NOT_SENT),
    "reset after the first byte": (by(reset_after_first_byte), VerdictKind.UNKNOWN),
    "closed before the status": (by(answer()), VerdictKind.UNKNOWN),
    "cut in the headers": (by(answer(HEAD)), VerdictKind.UNKNOWN),
    "slow in the headers": (by_dripping(HEAD + b"X: "), VerdictKind.UNKNOWN),
    "cut in the body": (by(answer(HEAD + b'Content-Length: 99\r\n\r\n{"mess')), VerdictKind.SENT),
    "slow in the body": (by_dripping(HEAD + b"Content-Length: 9999\r\n\r\n{"), VerdictKind.SENT),
    "a body that nobody can read": (by(answer(HEAD + b"\r\n\xff\xfe{{")), VerdictKind.SENT),
    "the platform's own failure": (by(answer(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")), VerdictKind.UNKNOWN),
    "a gateway's failure": (by(answer(b"HTTP/1.1 502 No\r\n\r\n<html>")), VerdictKind.UNKNOWN),
    "a redirect": (by(answer(b"HTTP/1.1 302 No\r\nLocation: http://127.0.0.1:1/\r\n\r\n")), VerdictKind.UNKNOWN),
    "too many calls": (by(answer(b"HTTP/1.1 429 No\r\nContent-Length: 0\r\n\r\n")), VerdictKind.NOT_SENT),
}


def describe(channel: Channel, base_url: str) -> HttpRequest:
    outbound = OutboundText(account_id="107", address="2001", text="canary-text", tag="nightbell.1.1.canary")
    request = channel.send_request(outbound, ApiAccess(base_url=base_url, version="v26.0", token=TOKEN))
    # Nothing on this machine has a public address.
    return replace(request, timeout_s=0.5, public_only=False)


def judged(channel: Channel, base_url: str) -> Verdict:
    return channel.verdict(PlatformHttp(sign=signature()).send(describe(channel, base_url)))


@pytest.mark.parametrize("channel", [each for each in CHANNELS.values() if each.speaks], ids=lambda each: each.name)
@pytest.mark.parametrize("case", BREAKS)
def test_break_is_judged_by_where_it_happened(channel: Channel, case: str, tmp_path: Path) -> None:
    offer, expected = BREAKS[case]
    with offer(tmp_path) as base_url:
        verdict = judged(channel, base_url)
    assert verdict.kind is expected
    assert "canary" not in repr(verdict)


@pytest.mark.parametrize(
    ("name", "body", "message_id"), [("messenger", MESSENGER_BODY, "m_1"), ("whatsapp", WHATSAPP_BODY, "wamid.1")]
)
def test_whole_answer_names_the_message(name: str, body: bytes, message_id: str, tmp_path: Path) -> None:
    with by(answer(HEAD + b"\r\n" + body))(tmp_path) as base_url:
        verdict = judged(CHANNELS[name], base_url)
    assert (verdict.kind, verdict.message_id) == (VerdictKind.SENT, message_id)
