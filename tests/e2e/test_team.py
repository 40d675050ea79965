"""The team reads in its own chats what cannot wait, and what waits when the shop opens, on the deployed stack."""

import json
import urllib.request
from datetime import timedelta

import pytest

from infra.local.page_server import PageServer
from infra.local.waiting import wait_for
from tests.e2e.conftest import SOON_S, Shop

pytestmark = pytest.mark.timeout(180)
HOSTILE = "Your shop is on fire! <!channel> <script>alert(1)</script> </at>"


def notify(shop: Shop, event: object = None) -> None:
    client = shop.cloud.handles.client("lambda")
    name = shop.cloud.handles.outputs["NotifyName"]
    answer = client.invoke(FunctionName=name, Payload=json.dumps(event or {}).encode())
    assert "FunctionError" not in answer, answer["Payload"].read()


def said(shop: Shop, word: str) -> list[str]:
    return [" ".join(each.lines) for each in shop.cloud.team_chat.posted if word in " ".join(each.lines)]


def test_an_emergency_at_night_is_read_in_the_chat_and_leads_to_the_desk(shop: Shop) -> None:
    somebody = shop.somebody()
    with shop.at("evening"):
        shop.write(somebody, HOSTILE)
        shop.told(somebody, "acknowledged")
        notify(shop)
        found = wait_for(lambda: said(shop, "Emergency"), SOON_S)
    assert found
    assert "fire" not in str(found), "what the customer wrote stays at the desk"
    links = [link for each in shop.cloud.team_chat.posted for link in each.links]
    assert any(somebody.contact_id in link for link in links)
    page = PageServer(shop.cloud)
    try:
        with urllib.request.urlopen(f"{page.url}/team") as answer:  # noqa: S310 - our own page
            shown = answer.read().decode()
    finally:
        page.stop()
    assert "Emergency" in shown
    assert "<script" not in shown


def test_an_alarm_is_read_in_every_chat_that_gets_alarms(shop: Shop) -> None:
    now = shop.cloud.clock.now()
    alarm = {
        "AlarmName": "nightbell-local-TryIt",
        "AlarmDescription": "Nothing is wrong. What to do: docs/operations.md#alarms",
        "NewStateValue": "ALARM",
        "StateChangeTime": (now - timedelta(seconds=5)).isoformat(),
    }
    notify(shop, {"Records": [{"Sns": {"Message": json.dumps(alarm)}}]})
    assert wait_for(lambda: len(said(shop, "TryIt")) == 2 or None, SOON_S), shop.cloud.team_chat.posted
