"""The server of the simulated platform misbehaves exactly as it is told to."""

from collections.abc import Iterator

import pytest
import requests

from infra.local.loopback_server import LoopbackServer, PortTakenError, Reply, Request


def _answer(request: Request) -> Reply:
    return {
        "/fine": Reply(body=request.body or b"fine"),
        "/hang-up": Reply(hang_up=True),
        "/cut": Reply(body=b"x" * 1000, keep_bytes=500),
        "/slow": Reply(delay_s=0.3),
    }[request.path]


@pytest.fixture
def server() -> Iterator[LoopbackServer]:
    server = LoopbackServer(_answer)
    yield server
    server.close()


def test_a_body_comes_through(server: LoopbackServer) -> None:
    assert requests.post(server.url + "/fine?a=1", data=b"\x00\xff", timeout=5).content == b"\x00\xff"


@pytest.mark.parametrize("path", ["/hang-up", "/cut"])
def test_an_answer_is_lost_or_cut(path: str, server: LoopbackServer) -> None:
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        requests.get(server.url + path, timeout=5)


def test_an_answer_takes_its_time(server: LoopbackServer) -> None:
    with pytest.raises(requests.Timeout):
        requests.get(server.url + "/slow", timeout=0.1)
    assert requests.get(server.url + "/slow", timeout=5).status_code == 200


def test_a_closed_server_refuses_connections_until_it_is_opened_again(server: LoopbackServer) -> None:
    url = server.url
    server.close()
    with pytest.raises(requests.ConnectionError):
        requests.get(url + "/fine", timeout=5)
    server.open()
    assert requests.get(url + "/fine", timeout=5).status_code == 200


def test_a_taken_port_is_said_in_words(server: LoopbackServer) -> None:
    with pytest.raises(PortTakenError, match=str(server.port)):
        LoopbackServer(_answer, server.port)
