"""Who may use the phone page, tried on its own server without a cloud behind it."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest
import requests

from infra.local.cloud import LocalCloud
from infra.local.page_server import PageServer
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.shifted_clock import ShiftedClock


@pytest.fixture
def server(meta: SimulatedMeta, tmp_path: Path) -> Iterator[PageServer]:
    handles = SimpleNamespace(client=lambda _: None, table_name="none")
    clock = ShiftedClock(tmp_path / "clock.json")
    cloud = SimpleNamespace(meta=meta, handles=handles, clock=clock)
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
