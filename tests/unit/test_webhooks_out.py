"""What other systems are told, and when it is tried again."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nightbell.adapters.hand_off_schema import FILE as HAND_OFF_SCHEMA
from nightbell.domain import webhooks as subject
from nightbell.domain.build_settings import build_settings
from nightbell.domain.settings_checks.webhooks import webhook_problems
from nightbell.domain.settings_file import parse_settings
from nightbell.domain.webhooks import EVENTS, WAITS, Webhook, next_try, payload, webhook_id
from nightbell.services.settings_shape import shape_problems
from tests.unit.calendars import FakeCalendars

NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
EXAMPLE = Path(__file__).with_name("business_example.toml").read_bytes()
ONE = '\n[[webhooks]]\nname = "crm"\nurl = "https://crm.example.org/nightbell?a=1"\n'


def message(state: str = "acknowledged", brand: str = "corner") -> dict[str, object]:
    return {"conversation_id": "C#a.b.c", "revision": 1, "brand": brand, "acknowledgement": {"state": state}}


def with_webhooks(text: str) -> dict[str, object]:
    return parse_settings(EXAMPLE + text.encode())


def test_every_state_that_the_team_can_be_told_is_an_event() -> None:
    schema = json.loads(Path(HAND_OFF_SCHEMA).read_bytes())
    states = schema["properties"]["acknowledgement"]["properties"]["state"]["enum"]
    assert [f"conversation.{state}" for state in states] == list(EVENTS)
    settings = json.loads(Path(HAND_OFF_SCHEMA).with_name("business.schema.json").read_bytes())
    assert settings["$defs"]["webhook"]["properties"]["events"]["items"]["enum"] == list(EVENTS)


def test_the_body_has_the_specifications_form_and_is_ascii() -> None:
    written = payload("conversation.pending", {"name": "Zoë\ud800"}, NOW)
    assert written.isascii()
    assert json.loads(written) == {
        "type": "conversation.pending",
        "timestamp": "2026-11-23T09:10:00.000Z",
        "data": {"name": "Zoë\ud800"},
    }


def test_an_endpoint_is_told_of_what_it_wants_and_of_all_if_it_says_nothing() -> None:
    everything = Webhook(name="crm", url="https://crm.example.org")
    assert everything.wants(message())
    some = Webhook(name="crm", url="", events=frozenset({"conversation.refused"}), brands=frozenset({"corner"}))
    assert some.wants(message("refused"))
    assert not some.wants(message("acknowledged"))
    assert not some.wants(message("refused", "other"))


def test_the_schedule_is_the_specifications_ten_tries_within_a_tenth() -> None:
    hours = [5 / 3600, 5 / 60, 0.5, 2, 5, 10, 14, 20, 24]
    assert [wait / timedelta(hours=1) for wait in WAITS] == pytest.approx(hours)
    for tries, wait in enumerate(WAITS, 1):
        waits = [(next_try("OUT#crm", f"{key}.1", tries, NOW) or NOW) - NOW for key in range(200)]
        assert all(0.9 * wait <= each <= 1.1 * wait for each in waits)
        assert len(set(waits)) > 10
        assert waits[0] == (next_try("OUT#crm", "0.1", tries, NOW) or NOW) - NOW
    assert next_try("OUT#crm", "0.1", 10, NOW) is None
    assert next_try("OUT#crm", "0.1", 11, NOW) is None


def test_the_outbox_keeps_what_waits_for_longer_than_the_schedule() -> None:
    assert 1.1 * sum(WAITS, timedelta()) < timedelta(days=4) < subject.KEPT_FOR


def test_an_id_is_one_webhooks_own_and_has_no_dot() -> None:
    ids = [webhook_id(pk, sk) for pk in ("OUT#a", "OUT#b") for sk in ("1.1", "1.2")]
    assert len(set(ids)) == len(ids)
    assert all(len(each) == 36 and "." not in each for each in ids)
    assert webhook_id("OUT#a", "1.1") == ids[0]


def test_settings_name_webhooks() -> None:
    document = with_webhooks(ONE + 'events = ["conversation.refused"]\nbrands = ["corner"]\n')
    assert list(shape_problems(document)) == []
    [built] = build_settings(document, FakeCalendars()).webhooks
    assert built == Webhook(
        name="crm",
        url="https://crm.example.org/nightbell?a=1",
        events=frozenset({"conversation.refused"}),
        brands=frozenset({"corner"}),
    )
    assert build_settings(parse_settings(EXAMPLE), FakeCalendars()).webhooks == ()


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example.org/",
        "https://localhost/",
        "https://crm.example.org:8443/",
        "https://user:pw@crm.example.org/",  # pragma: allowlist secret
        "https://[::1]/",
        "https://crm.example.org/a b",
        "crm.example.org",
    ],
)
def test_an_address_that_cannot_be_called_is_refused_with_a_remedy(url: str) -> None:
    [problem] = shape_problems(with_webhooks(ONE.replace("https://crm.example.org/nightbell?a=1", url)))
    assert problem.place == "webhooks[1].url"
    assert "without a port" in problem.remedy


def test_an_unknown_event_and_an_unfit_name_are_refused() -> None:
    [problem] = shape_problems(with_webhooks(ONE + 'events = ["conversation.closed"]\n'))
    assert problem.place.startswith("webhooks[1].events")
    [problem] = shape_problems(with_webhooks(ONE.replace('"crm"', '"CRM/../x"')))
    assert problem.place == "webhooks[1].name"


def test_two_of_one_name_and_an_unknown_brand_are_told() -> None:
    problems = list(webhook_problems(with_webhooks(ONE + ONE + 'brands = ["habour"]\n')))
    assert [problem.place for problem in problems] == ["webhooks[2].name", "webhooks[2].brands[1]"]
    assert "corner" in problems[1].remedy
