"""An address that somebody outside wrote leads nowhere inside, whatever it is made of."""

import socket
from collections.abc import Sequence
from itertools import product

import pytest

from nightbell.adapters import one_shot_connection
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.public_addresses import is_public
from nightbell.platforms.channel import Answer, HttpRequest, NotSent
from tests.contract.raw_server import answer, serving

WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
HTTP = PlatformHttp()

INSIDE = (
    *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "localhost", "localhost."),
    *(
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[::127.0.0.1]",
    ),
    *("169.254.169.254", "169.254.170.2", "[fd00:ec2::254]", "[fe80::1]", "[fec0::1]", "10.0.0.1", "172.16.0.1"),
    *("192.168.1.1", "100.64.0.1", "198.18.0.1", "192.0.2.1", "240.0.0.1", "255.255.255.255", "224.0.0.1", "[ff02::1]"),
    *(
        "user:pw@127.0.0.1",
        "cdn.example@127.0.0.1",
        "127.0.0.1#@cdn.example",
        "\u2460\u2461\u2466.0.0.1",
        "127.0.0.1%00",
    ),
)
FORMS = ("https://{}/hook", "https://{}:443/hook", "HTTPS://{}/hook", "https:\\\\{}/hook", "https:///{}/hook")
OTHERWISE = ("http://{}/hook", "https://{}:8443/hook", "ftp://{}/hook", "//{}/hook", "file://{}/etc/passwd", "{}/hook")


def get(url: str) -> HttpRequest:
    return HttpRequest(method="POST", url=url, json={"a": 1}, public_only=True, timeout_s=2.0)


def test_nothing_inside_is_ever_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hundred spellings and more; the names among them are looked up for real."""
    tried: list[object] = []
    monkeypatch.setattr(one_shot_connection, "_connect_to_one", lambda addresses, _: tried.append(addresses))
    urls = [form.format(host) for form, host in product((*FORMS, *OTHERWISE), INSIDE)]
    assert len(urls) > 200
    assert [url for url in urls if not isinstance(HTTP.send(get(url)), NotSent)] == []
    assert tried == []


def resolving(monkeypatch: pytest.MonkeyPatch, *answers: Sequence[str]) -> list[str]:
    """Answer each look-up with the next addresses, and list what is connected to."""
    left = list(answers)
    tried: list[str] = []

    def look_up(_: str, port: int, **__: int) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (each, port)) for each in left.pop(0)]

    def connect(
        addresses: Sequence[tuple[object, object, object, object, tuple[str, int]]], _: object
    ) -> socket.socket:
        tried.extend(each[-1][0] for each in addresses)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(one_shot_connection, "_connect_to_one", connect)
    return tried


def test_one_address_inside_among_others_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = resolving(monkeypatch, ["93.184.215.14", "10.0.0.1"])
    assert HTTP.send(get("https://rebind.example/hook")) == NotSent(error="look-up: NotPublicError")
    assert tried == []


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = resolving(monkeypatch, ["93.184.215.14"], ["127.0.0.1"])
    outcome = HTTP.send(get("https://rebind.example/hook"))
    assert isinstance(outcome, NotSent)
    assert outcome.error.startswith("connect: ")
    assert tried == ["93.184.215.14"]


def test_our_own_addresses_may_be_inside() -> None:
    """A simulated platform, or an endpoint in a private network, is named by an operator."""
    with serving(answer(WHOLE)) as server:
        request = HttpRequest(method="POST", url=f"http://127.0.0.1:{server.port}/", json={})
        assert isinstance(HTTP.send(request), Answer)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_what_belongs_to_everybody_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address", ["64:ff9b::a00:1", "2002:a00:1::1", "::ffff:10.0.0.1", "fe80::1%eth0", "2001::1", "::7f00:1", "fec0::1"]
)
def test_what_holds_an_address_inside_is_not(address: str) -> None:
    assert not is_public(address)
