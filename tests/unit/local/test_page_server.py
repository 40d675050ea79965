"""Who may use the phone page, tried on its own server without a cloud behind it."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import requests

from infra.local.cloud import LocalCloud
from infra.local.page_server import PageServer
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.platforms.meta.vendor import MetaAsVendor
from infra.local.shifted_clock import ShiftedClock
from infra.local.simulate import WHAT_OTHERS_DO
from infra.local.simulated_acts import CALLBACKS


@pytest.fixture
def server(meta: SimulatedMeta, tmp_path: Path) -> Iterator[PageServer]:
    handles = SimpleNamespace(client=lambda _: None, table_name="none")
    clock = ShiftedClock(tmp_path / "clock.json")
    cloud = SimpleNamespace(meta=meta, vendors={"meta": MetaAsVendor(meta)}, handles=handles, clock=clock)
    server = PageServer(cast("LocalCloud", cloud))
    yield server
    server.stop()


def test_the_page_may_load_nothing_from_elsewhere(server: PageServer) -> None:
    answer = requests.get(server.url, timeout=5)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in answer.text.replace("http-equiv", "")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Content-Type": "text/plain"}, 403),
    ],
)
def test_only_the_page_itself_may_write(headers: dict[str, str], status: int, server: PageServer) -> None:
    body = {"channel": "messenger", "contact": "5000000000000009", "text": "hi"}
    answer = requests.post(server.url + "/api/messages", json=body, headers=headers, timeout=5)
    assert answer.status_code == status


@pytest.mark.parametrize(
    "body",
    [b"[]", b"no json", b"{}", b'{"channel":"messenger","contact":"x"}', b'{"channel":"fax","contact":"1"}'],
)
def test_nonsense_is_refused_in_words(body: bytes, server: PageServer) -> None:
    headers = {"Content-Type": "application/json"}
    answer = requests.post(server.url + "/api/messages", data=body, headers=headers, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_fault_is_switched_on_and_off(server: PageServer, meta: SimulatedMeta) -> None:
    requests.post(server.url + "/_sim/faults", json={"kind": "slow", "seconds": 9}, timeout=5)
    assert len(meta.faults.all()) == 1
    requests.delete(server.url + "/_sim/faults", timeout=5)
    assert meta.faults.all() == []


def test_another_path_is_not_found(server: PageServer) -> None:
    assert requests.get(server.url + "/../cloud.py", timeout=5).status_code == 404


def _post(server: PageServer, path: str, **body: object) -> requests.Response:
    return requests.post(server.url + path, json=body, timeout=5)


def _comment(server: PageServer, text: str, **more: object) -> str:
    person = {"channel": "facebook_comments", "contact": "5000000000000009", "name": "Ada"}
    written = _post(server, "/api/messages", text=text, **person, **more)
    return str(written.json()["message_ids"][0])


def _posts(server: PageServer, contact: str = "5000000000000009") -> list[dict[str, Any]]:
    query = {"channel": "facebook_comments", "contact": contact}
    posts: list[dict[str, Any]] = requests.get(server.url + "/_sim/transcript", params=query, timeout=5).json()
    return posts


def test_a_post_shows_its_comments_and_whose_they_are(server: PageServer) -> None:
    mine = _comment(server, "How much is it?")
    _post(server, "/_sim/others", what="answer", channel="facebook_comments", about=mine, text="Three euros")
    (post,) = _posts(server)
    shown = [(each["by"], each["author"], each["text"], each["by_hand"]) for each in post["comments"]]
    assert shown == [("me", "Ada", "How much is it?", False), ("business", "Bakery", "Three euros", True)]
    assert post["comments"][1]["parent"] == mine
    assert [each["by"] for each in _posts(server, "77")[0]["comments"]] == ["other", "business"]


def test_what_came_in_private_is_told_to_its_reader_alone(server: PageServer, meta: SimulatedMeta) -> None:
    mine = _comment(server, "How much is it?")
    comment = meta.world.wall.comments[mine]
    comment.private_reply_id = "m_private"
    assert _posts(server)[0]["comments"][0]["private_reply"] == "m_private"
    assert _posts(server, "77")[0]["comments"][0]["private_reply"] == ""


def test_a_comment_that_is_gone_takes_its_answers_along(server: PageServer) -> None:
    mine = _comment(server, "How much is it?")
    _comment(server, "me too", about=mine)
    _comment(server, "", kind="unsend", about=mine)
    assert _posts(server)[0]["comments"] == []


@pytest.mark.parametrize("what", WHAT_OTHERS_DO)
def test_everybody_else_can_act(what: str, server: PageServer, meta: SimulatedMeta) -> None:
    about = _comment(server, "How much is it?")
    before = len(meta.courier.log)
    public = what in ("answer", "hide", "unhide", "post")
    channel = "facebook_comments" if public else "messenger"
    person = {"channel": channel, "contact": "5000000000000009"}
    answer = _post(server, "/_sim/others", what=what, about=about, text="Hello", **person)
    assert answer.json()["status"] == 200
    assert len(meta.courier.log) == before + 1


def test_what_nobody_can_do_is_refused_in_words(server: PageServer) -> None:
    person = {"channel": "messenger", "contact": "5000000000000009"}
    assert _post(server, "/_sim/others", what="sing", **person).status_code == 400
    assert _post(server, "/_sim/others", what="hide", about="1_2", **person).json()["error"].startswith("There is no")


@pytest.mark.parametrize("what", CALLBACKS)
def test_meta_can_ask_for_a_person(what: str, server: PageServer, meta: SimulatedMeta) -> None:
    assert _post(server, "/_sim/callbacks", what=what, user_id="218471", login="instagram").json()["status"] == 200
    assert meta.courier.log[-1].path == what
