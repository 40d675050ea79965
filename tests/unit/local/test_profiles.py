"""What customers see of an account before they write: written by the code that ships, limited as documented."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.meta.simulator import SimulatedMeta
from nightbell.adapters.business_file import read_business
from nightbell.domain.business import Account
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest
from nightbell.platforms.profiles import PROFILES
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.publish_hours import Published, PublishHours
from tests.contract.fake_clock import FakeClock
from tests.unit.calendars import FakeCalendars
from tests.unit.local.conftest import APP, PAGE, PHONE, Api

SETTINGS = read_business(Path(__file__).parents[1] / "business_example.toml", FakeCalendars())
NOW = datetime(2026, 12, 20, 9, tzinfo=UTC)


class Secrets:
    def get(self, platform: str, name: str) -> tuple[str, ...]:
        assert platform == "meta"
        tokens = {f"access_token/{account.account_id}": account.token for account in (PAGE, PHONE)}
        return ((tokens | {"app_secret": APP.app_secret})[name],)


class Straight:
    """Calls the simulated API without a wire between."""

    def __init__(self, meta: SimulatedMeta) -> None:
        self._meta = meta

    def send(self, request: HttpRequest) -> HttpOutcome:
        body = b"" if request.json is None else json.dumps(request.json).encode()
        headers = {name.lower(): value for name, value in request.headers.items()}
        path = urlsplit(request.url).path
        asked = Request(method=request.method, path=path, query=dict(request.query), headers=headers, body=body)
        reply: Reply = self._meta.graph_api.answer(asked)
        return Answer(status=reply.status, headers={}, body=reply.body)


def accounts() -> list[Account]:
    ours = SETTINGS.accounts
    return [
        replace(ours["messenger", "100"], account_id=PAGE.account_id),
        replace(ours["whatsapp", "200"], account_id=PHONE.account_id),
    ]


def publish(meta: SimulatedMeta, *, dry_run: bool = False) -> list[Published]:
    access = PlatformAccess(Secrets(), {"meta": ("https://graph.example", "v26.0")})
    service = PublishHours(profiles=PROFILES, api=Straight(meta), access=access, clock=FakeClock(NOW))
    return service(accounts(), dry_run=dry_run)


def test_what_is_published_is_there_afterwards(meta: SimulatedMeta) -> None:
    for done in publish(meta):
        assert (done.problem, done.before) == ("", {})
    for again in publish(meta, dry_run=True):
        assert again.problem == ""
        shown = {name: text for name, text in again.after.items() if text != "off"}
        assert {name: again.before[name] for name in shown} == shown


def test_a_dry_run_leaves_everything_as_it_was(meta: SimulatedMeta) -> None:
    publish(meta, dry_run=True)
    assert not any(meta.world.profiles.values())


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("messenger_profile", {"greeting": [{"locale": "default", "text": "x" * 161}]}),
        ("messenger_profile", {"greeting": [{"locale": "es_ES", "text": "x"}]}),
        ("messenger_profile", {"ice_breakers": [{"locale": "default", "call_to_actions": [{"question": "x" * 81}]}]}),
    ],
)
def test_the_page_refuses_what_is_documented_as_too_much(api: Api, path: str, body: Any) -> None:
    assert api("POST", f"/v26.0/{PAGE.account_id}/{path}", body).status == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("whatsapp_business_profile", {"messaging_product": "whatsapp", "about": "x" * 140}),
        ("whatsapp_business_profile", {"messaging_product": "whatsapp", "about": ""}),
        ("whatsapp_business_profile", {"about": "x"}),
        ("conversational_automation", {"prompts": ["x"] * 5}),
        ("conversational_automation", {"prompts": ["x" * 81]}),
    ],
)
def test_the_number_refuses_what_is_documented_as_too_much(api: Api, path: str, body: Any) -> None:
    assert api("POST", f"/v26.0/{PHONE.account_id}/{path}", body, token=PHONE.token).status == 400


def test_nobody_writes_a_profile_without_its_token(api: Api) -> None:
    body = {"greeting": [{"locale": "default", "text": "x"}]}
    assert api("POST", f"/v26.0/{PAGE.account_id}/messenger_profile", body, token="other").status == 400
