"""What the gateway hands over becomes the delivery that was sent, and nothing that a sender writes becomes more."""

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from nightbell.domain.events import Delivery
from nightbell.handlers.http_event import asked_from, delivery_from, given_to
from nightbell.services.desk_api.asked import Given

NOW = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
FORM = b"Body=%C3%A1+%E2%82%AC&From=%2B34600111222"


def event(**changed: Any) -> dict[str, Any]:
    return {
        "version": "2.0",
        "routeKey": "ANY /webhooks/{platform}/{proxy+}",
        "rawPath": "/stage/webhooks/twilio/status",
        "rawQueryString": "",
        "pathParameters": {"platform": "twilio", "proxy": "status"},
        "requestContext": {"domainName": "abc.execute-api.eu-west-1.amazonaws.com", "http": {"method": "post"}},
        "headers": {},
        **changed,
    }


def read(public_url: str = "", **changed: Any) -> Delivery:
    return delivery_from(event(**changed), NOW, public_url)


@pytest.mark.parametrize(
    ("parameters", "query", "url"),
    [
        ({"platform": "twilio"}, "", "/webhooks/twilio"),
        ({"platform": "twilio", "proxy": ""}, "", "/webhooks/twilio"),
        ({"platform": "twilio", "proxy": "status"}, "", "/webhooks/twilio/status"),
        ({"platform": "twilio", "proxy": "status/"}, "tag=a.b&to=%2B34", "/webhooks/twilio/status?tag=a.b&to=%2B34"),
        ({"platform": "x"}, "crc_token=a+b%2Bc&&x", "/webhooks/x?crc_token=a+b%2Bc&&x"),
        ({"platform": "telegram", "proxy": "123456"}, "", "/webhooks/telegram/123456"),
    ],
)
@pytest.mark.parametrize(
    ("public_url", "base"),
    [
        ("", "https://abc.execute-api.eu-west-1.amazonaws.com"),
        ("https://hooks.example.com", "https://hooks.example.com"),
    ],
    ids=["own address", "another address"],
)
def test_the_address_is_what_the_platform_was_told_with_the_query_as_it_came(
    parameters: dict[str, str], query: str, url: str, public_url: str, base: str
) -> None:
    assert read(public_url, pathParameters=parameters, rawQueryString=query).url == base + url


def test_a_host_that_a_sender_names_changes_nothing() -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    assert read(headers=headers).url == read().url


@pytest.mark.parametrize(
    ("route", "place"),
    [
        ("POST /webhooks/google", ("google", "")),
        ("POST /webhooks/twilio/voice/key", ("twilio", "voice/key")),
        ("$default", ("", "")),
        ("GET /hours", ("", "")),
    ],
)
@pytest.mark.parametrize("without", [{"pathParameters": None}, {"pathParameters": {}}])
def test_a_route_of_its_own_names_platform_and_path(
    route: str, place: tuple[str, str], without: dict[str, Any]
) -> None:
    delivery = read(routeKey=route, **without)
    assert (delivery.platform, delivery.path) == place


def test_claims_are_those_that_the_authorizer_has_proven() -> None:
    told = {"jwt": {"claims": {"email": "a@b.example", "email_verified": True, "exp": 1795000000}, "scopes": None}}
    context = {**event()["requestContext"], "authorizer": told}
    assert read(requestContext=context).claims == {
        "email": "a@b.example",
        "email_verified": "True",
        "exp": "1795000000",
    }


@pytest.mark.parametrize("told", [None, {}, {"jwt": None}, {"jwt": {}}, {"lambda": {"claims": {"email": "a"}}}])
def test_without_an_authorizer_nothing_is_claimed(told: object) -> None:
    context = {**event()["requestContext"], "authorizer": told}
    forged = {"authorization": "Bearer a.b.c", "x-claims": "email", "claims": "{}"}
    assert read(requestContext=context, headers=forged).claims == {}
    assert read(headers=forged).claims == {}


@pytest.mark.parametrize(
    "body",
    [
        {"body": FORM.decode(), "isBase64Encoded": False},
        {"body": base64.b64encode(FORM).decode(), "isBase64Encoded": True},
    ],
    ids=["as text", "in base64"],
)
def test_a_form_is_the_same_bytes_however_the_gateway_hands_it_over(body: dict[str, Any]) -> None:
    assert read(headers={"Content-Type": "application/x-www-form-urlencoded"}, **body).body == FORM


def at_the_desk(**more: Any) -> dict[str, Any]:
    http = {"http": {"method": "post", "path": "/desk/session"}, "domainName": "abc.example"}
    return {"requestContext": http, "rawPath": "/desk/session", **more}


@pytest.mark.parametrize("given", [{"cookies": ["a=1", "b=x=y"]}, {"headers": {"Cookie": "a=1; b=x=y"}}])
def test_cookies_come_by_themselves_or_in_a_header(given: dict[str, Any]) -> None:
    asked = asked_from(at_the_desk(**given))
    assert dict(asked.cookies) == {"a": "1", "b": "x=y"}
    assert (asked.method, asked.path) == ("POST", "/desk/session")


def test_only_what_the_authorizer_says_is_a_claim() -> None:
    event = at_the_desk(headers={"authorization": "Bearer eyJ1c2VybmFtZSI6ImV2ZSJ9"})
    assert asked_from(event).claims == {}
    event["requestContext"]["authorizer"] = {"jwt": {"claims": {"username": "marta", "exp": 1}}}
    assert asked_from(event).claims == {"username": "marta", "exp": "1"}


def test_compressed_files_travel_in_base64_and_text_as_it_is() -> None:
    zipped = given_to(Given(body=b"\x1f\x8b", headers={"content-encoding": "gzip"}))
    assert (zipped["body"], zipped["isBase64Encoded"]) == ("H4s=", True)
    plain = given_to(Given(status=204, body="ü", cookies=("a=b",)))
    assert (plain["statusCode"], plain["body"], plain["isBase64Encoded"], plain["cookies"]) == (
        204,
        "ü",
        False,
        ["a=b"],
    )
