"""Opening hours reach the places where customers look, within each place's limits, and the owner's words stay."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.cli.hours import lines, plain
from nightbell.adapters.business_file import read_business
from nightbell.domain.business import Account
from nightbell.domain.errors import MisconfiguredError
from nightbell.domain.hours_words import HOURS_WORDS
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest, NoAnswer, NotSent
from nightbell.platforms.profiles import PROFILES
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.publish_hours import Published, PublishHours
from tests.fakes import FakeSecrets
from tests.unit.calendars import FakeCalendars

SETTINGS = read_business(Path(__file__).with_name("business_example.toml"), FakeCalendars())
PAGE, NUMBER = SETTINGS.accounts["messenger", "100"], SETTINGS.accounts["whatsapp", "200"]
NOW = datetime(2026, 12, 20, 9, tzinfo=UTC)
OLD_GREETING = {
    "data": [{"greeting": [{"locale": "default", "text": "Old"}], "ice_breakers": [{"question": "Q?", "payload": "x"}]}]
}
OLD_PROFILE = {"data": [{"about": "Since 1900", "description": "The corner shop.\nFamily owned."}]}
OLD_AUTOMATION = {"id": "200", "conversational_automation": {"enable_welcome_message": True, "prompts": ["Hello?"]}}


class Clock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError(seconds)


class Graph:
    """Answers by method and edge; remembers what was asked."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {
            "GET messenger_profile": OLD_GREETING,
            "GET whatsapp_business_profile": OLD_PROFILE,
            "GET 200": OLD_AUTOMATION,
        } | answers
        self.asked: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpOutcome:
        self.asked.append(request)
        answer = self.answers.get(f"{request.method} {request.url.rpartition('/')[2]}", {"success": True})
        if isinstance(answer, NotSent | NoAnswer | Answer):
            return answer
        return Answer(status=200, headers={}, body=json.dumps(answer).encode())

    @property
    def written(self) -> list[Any]:
        return [request.json for request in self.asked if request.method == "POST"]


def refusal(code: int, status: int = 400) -> Answer:
    return Answer(status=status, headers={}, body=json.dumps({"error": {"code": code, "message": "secret"}}).encode())


def publish(graph: Graph, *accounts: Account, dry_run: bool = False, secrets: Any = None) -> list[Published]:
    access = PlatformAccess(secrets or FakeSecrets(), {"meta": ("https://graph.example", "v26.0")})
    service = PublishHours(profiles=PROFILES, api=graph, access=access, clock=Clock())
    return service(accounts or (PAGE, NUMBER), dry_run=dry_run)


def test_messenger_gets_a_greeting_and_sentences_for_everybody_and_for_each_language() -> None:
    graph = Graph()
    [done] = publish(graph, PAGE)
    [body] = graph.written
    assert done.is_written
    assert [each["locale"] for each in body["greeting"]] == ["default", "en_US", "en_GB", "es_ES", "es_LA"]
    by_locale = {each["locale"]: each["text"] for each in body["greeting"]}
    assert by_locale["default"] == by_locale["en_GB"]
    assert by_locale["default"].startswith("Corner Shop: Mon 09:00")
    assert "lun 09:00" in by_locale["es_LA"]
    assert [each["locale"] for each in body["ice_breakers"]] == list(by_locale)
    asked = [action["question"] for action in body["ice_breakers"][3]["call_to_actions"]]
    assert asked == list(HOURS_WORDS["es"].ask)
    assert body["get_started"]["payload"]


def test_a_tap_is_answered_like_a_message_because_no_payload_is_a_choice_of_ours() -> None:
    graph = Graph()
    publish(graph, PAGE)
    text = json.dumps(graph.written)
    assert "nightbell.choice." not in text


def test_whatsapp_gets_about_description_and_prompts_and_keeps_the_owners_words() -> None:
    graph = Graph()
    [done] = publish(graph, NUMBER)
    profile, automation = graph.written
    assert profile["messaging_product"] == "whatsapp"
    assert profile["about"].startswith("Mon 10:00")
    assert profile["description"].startswith("The corner shop.\nFamily owned.\nOpening hours: Mon 10:00")
    assert "Christmas Eve" in profile["description"]
    assert automation == {"enable_welcome_message": False, "prompts": list(HOURS_WORDS["en"].ask)}
    assert done.before["description"] == "The corner shop.\nFamily owned."


def test_an_accounts_own_hours_are_told_and_not_its_brands() -> None:
    """WhatsApp keeps other hours than the shop."""
    graph = Graph()
    publish(graph)
    greeting, profile, _ = graph.written
    assert "Mon 09:00" in json.dumps(greeting)
    assert "Mon 10:00" in profile["about"]


@pytest.mark.parametrize("language", HOURS_WORDS)
def test_publishing_again_replaces_the_hours_and_nothing_else(language: str) -> None:
    """Also after the brand's first language has changed."""
    first = Graph()
    publish(first, replace(NUMBER, brand=replace(NUMBER.brand, languages=(language,))))
    described = first.written[0]["description"]
    second = Graph(**{"GET whatsapp_business_profile": {"data": [{"description": described}]}})
    publish(second, NUMBER)
    third = Graph()
    publish(third, NUMBER)
    assert second.written[0]["description"] == third.written[0]["description"]
    assert second.written[0]["description"].startswith("The corner shop.\nFamily owned.\nOpening hours: ")


@pytest.mark.parametrize("length", [0, 100, 400, 470, 511, 512])
def test_the_description_keeps_within_its_limit_whatever_the_owner_wrote(length: int) -> None:
    own = "\U0001f950" * (length // 2)
    graph = Graph(**{"GET whatsapp_business_profile": {"data": [{"description": own}]}})
    publish(graph, NUMBER)
    described = graph.written[0]["description"]
    assert described.startswith(own)
    assert len(described.encode("utf-16-le")) // 2 <= 512
    assert len(graph.written[0]["about"]) <= 139


def test_the_greeting_keeps_within_its_limit_whatever_the_brands_name() -> None:
    graph = Graph()
    publish(graph, replace(PAGE, brand=replace(PAGE.brand, name="N" * 300)))
    assert all(1 <= len(each["text"]) <= 160 for each in graph.written[0]["greeting"])


def test_a_dry_run_reads_and_writes_nothing() -> None:
    graph = Graph()
    done = publish(graph, dry_run=True)
    assert graph.written == []
    assert [each.is_written for each in done] == [False, False]
    assert [each.before for each in done] == [
        {"greeting (default)": "Old", "ice breakers (default)": "Q?"},
        {
            "about": "Since 1900",
            "description": "The corner shop.\nFamily owned.",
            "prompts": "Hello?",
            "welcome message": "on",
        },
    ]


def test_every_call_is_proven_and_no_token_is_in_an_address() -> None:
    graph = Graph()
    publish(graph)
    assert all(request.query["appsecret_proof"] for request in graph.asked)
    assert all("token" not in request.url + str(request.query) for request in graph.asked)
    assert {request.url.split("/")[4] for request in graph.asked} == {"100", "200"}


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (refusal(190), "the access token is no longer valid (code 190)"),
        (refusal(10), "the access token lacks a permission (code 10)"),
        (refusal(100), "the platform calls our request invalid (code 100)"),
        (refusal(80006), "too many messages for this Page (code 80006)"),
        (Answer(status=503, headers={}, body=b"<html>"), "the platform answered with status 503 (code http 503)"),
        (NotSent(error="dns"), "the platform was not reached: dns"),
        (NoAnswer(error="timeout"), "the platform did not answer: timeout"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_failure_is_said_in_words_and_keeps_no_other_account_from_it(
    method: str, outcome: HttpOutcome, said: str
) -> None:
    graph = Graph(**{f"{method} messenger_profile": outcome})
    page, number = publish(graph)
    assert (page.problem, page.is_written) == (said, False)
    assert (number.problem, number.is_written) == ("", True)
    assert "secret" not in page.problem


def test_an_account_without_a_token_is_named() -> None:
    graph = Graph()
    page, _ = publish(graph, secrets=FakeSecrets(token=None))
    assert "was never set" in page.problem
    assert graph.asked == []


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"data": None},
        {"data": []},
        {"data": [None, 1, "x"]},
        {"data": [{"greeting": "x", "ice_breakers": {"a": 1}, "about": None, "description": 7}]},
        {"data": [{"greeting": [None, {"text": None}], "ice_breakers": [{"call_to_actions": [1]}]}]},
        [],
        "x",
    ],
)
def test_whatever_the_platform_says_is_there_the_hours_are_written(odd: Any) -> None:
    graph = Graph(**{"GET messenger_profile": odd, "GET whatsapp_business_profile": odd, "GET 200": odd})
    assert [each.problem for each in publish(graph)] == ["", ""]


def test_channels_without_such_a_place_are_left_out() -> None:
    assert publish(Graph(), replace(PAGE, channel="facebook_comments")) == []


def test_people_see_what_was_there_and_what_comes() -> None:
    evil = Graph(**{"GET messenger_profile": {"data": [{"greeting": [{"locale": "default", "text": "\x1b[2J"}]}]}})
    [done] = publish(evil, PAGE, dry_run=True)
    said = "\n".join(lines(done))
    assert "<U+001B>[2J" in said
    assert "Corner Shop: Mon 09:00" in said
    assert plain(done)["written"] is False
    json.dumps(plain(done))


def test_a_secret_that_cannot_be_read_is_a_problem_of_that_account_alone() -> None:
    class Locked(FakeSecrets):
        def get(self, platform: str, name: str) -> tuple[str, ...]:
            if name.endswith("/100"):
                raise MisconfiguredError("must not be read")
            return super().get(platform, name)

    page, number = publish(Graph(), secrets=Locked())
    assert (page.problem, number.is_written) == ("must not be read", True)
