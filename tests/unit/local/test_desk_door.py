from collections.abc import Iterator

import pytest
import requests

from infra.local.deployment import Handles
from infra.local.loopback_server import LoopbackServer, Reply, Request
from tests.desk_door import DeskDoor

POLICY = "default-src 'none'; frame-ancestors 'none'"


class Deployed:
    """Notes what the deployed API is asked, and answers with what it is given."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.reply = Reply()
        self.server = LoopbackServer(self._answer)
        self.handles = Handles(endpoint="", api_url=f"{self.server.url}/api", outputs={})

    def _answer(self, request: Request) -> Reply:
        self.asked.append(request)
        return self.reply


@pytest.fixture
def deployed() -> Iterator[Deployed]:
    deployed = Deployed()
    yield deployed
    deployed.server.close()


@pytest.fixture
def door(deployed: Deployed) -> Iterator[DeskDoor]:
    door = DeskDoor(deployed.handles)
    yield door
    door.stop()


def test_what_is_asked_below_the_desk_reaches_the_api_as_it_is(deployed: Deployed, door: DeskDoor) -> None:
    requests.post(
        f"{door.url}/C%23messenger.1.a%252Eb?brand=bakery",
        json={"text": "ü"},
        headers={"Authorization": "Bearer t", "If-Match": '"3.1"', "Cookie": "desk=1"},
        timeout=5,
    )
    (asked,) = deployed.asked
    assert (asked.method, asked.path, asked.query) == ("POST", "/api/desk/C#messenger.1.a%2Eb", {"brand": "bakery"})
    assert asked.body.startswith(b'{"text"')
    assert asked.headers["authorization"] == "Bearer t"
    assert asked.headers["if-match"] == '"3.1"'
    assert asked.headers["cookie"] == "desk=1"


def test_the_answer_comes_back_as_it_was_given(deployed: Deployed, door: DeskDoor) -> None:
    headers = {"ETag": '"4.1"', "Set-Cookie": "desk=2; HttpOnly", "Content-Encoding": "gzip", "X-Own": "kept"}
    deployed.reply = Reply(status=412, body=b"\x1f\x8bnot opened", content_type="application/json", headers=headers)
    with requests.get(door.url, timeout=5, stream=True) as answer:
        assert answer.status_code == 412
        assert answer.raw.read(decode_content=False) == b"\x1f\x8bnot opened"
        assert answer.headers["etag"] == '"4.1"'
        assert answer.headers["set-cookie"] == "desk=2; HttpOnly"
        assert "x-own" not in answer.headers


def test_only_the_page_on_this_machine_may_frame_it(deployed: Deployed, door: DeskDoor) -> None:
    deployed.reply = Reply(headers={"Content-Security-Policy": POLICY})
    answer = requests.get(door.url, timeout=5)
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'self'"


@pytest.mark.parametrize("path", ["/", "/desktop", "/webhooks/meta", "/desk/../webhooks/meta"])
def test_nothing_else_is_passed_on(deployed: Deployed, door: DeskDoor, path: str) -> None:
    session = requests.Session()
    asked = requests.Request("GET", door.url.removesuffix("/desk")).prepare()
    asked.url = door.url.removesuffix("/desk") + path
    assert session.send(asked, timeout=5).status_code == 404
    assert deployed.asked == []


def test_a_cloud_that_is_gone_is_said(deployed: Deployed, door: DeskDoor) -> None:
    deployed.server.close()
    answer = requests.get(door.url, timeout=5)
    assert answer.status_code == 502
    assert "does not answer" in answer.text
