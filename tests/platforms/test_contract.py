"""What every registered platform and channel must do, whichever it is."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote

import pytest

from nightbell.domain.errors import HandshakeError, NotUnderstoodError, SignatureError
from nightbell.domain.events import Broken, Delivery, Event, Message, MessageRole, Unknown
from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    Button,
    Channel,
    NoAnswer,
    NotSent,
    OutboundText,
    Platform,
    ReadBack,
    RecoveryClass,
    Sender,
    TagPlace,
    VerdictKind,
)
from nightbell.platforms.registry import CHANNELS, PLATFORMS, SENDERS
from tests.platforms.fixtures import NOT_UNDERSTOOD, RECEIVED_AT, Fixture, differences, read_fixtures

VALID = list(read_fixtures("valid"))
HOSTILE = list(read_fixtures("hostile"))
EVERY = VALID + HOSTILE
READABLE = [fixture for fixture in EVERY if fixture.expect != NOT_UNDERSTOOD]
SAMPLES = [next((fixture for fixture in VALID if fixture.platform == name), None) for name in PLATFORMS]

every_fixture = pytest.mark.parametrize("fixture", EVERY, ids=str)
readable_fixture = pytest.mark.parametrize("fixture", READABLE, ids=str)
every_sample = pytest.mark.parametrize("fixture", SAMPLES, ids=str)
every_platform = pytest.mark.parametrize("platform", PLATFORMS.values(), ids=list(PLATFORMS))
every_sender = pytest.mark.parametrize("sender", SENDERS.values(), ids=list(SENDERS))
every_channel = pytest.mark.parametrize("channel", CHANNELS.values(), ids=list(CHANNELS))


def platform_of(fixture: Fixture) -> Platform:
    return PLATFORMS[fixture.platform]


def secrets_for(platform: Platform, *values: str) -> dict[str, list[str]]:
    anywhere = Delivery(
        platform=platform.name, path="", method="POST", headers={}, query={}, body=b"", received_at=RECEIVED_AT
    )
    return {name: list(values) for name in platform.secret_names(anywhere, ()).needed}


def refuses(fixture: Fixture, delivery: Delivery, *secrets: str) -> None:
    platform = platform_of(fixture)
    with pytest.raises(SignatureError):
        platform.verify(delivery, secrets_for(platform, *(secrets or (fixture.secret,))))


# Fixtures


@every_platform
def test_a_platform_has_fixtures(platform: Platform) -> None:
    assert [fixture for fixture in VALID if fixture.platform == platform.name]
    assert [fixture for fixture in HOSTILE if fixture.platform == platform.name]


@every_channel
@pytest.mark.parametrize("folder", [VALID, HOSTILE], ids=["valid", "hostile"])
def test_a_channel_has_fixtures(channel: Channel, folder: list[Fixture]) -> None:
    assert [fixture for fixture in folder if fixture.name.startswith(f"{channel.name}_")]


@every_channel
@pytest.mark.parametrize("event", ["unknown_event", "batch_with_one_bad_event"])
def test_a_channel_has_the_fixtures_that_every_channel_needs(channel: Channel, event: str) -> None:
    assert f"{channel.name}_{event}" in {fixture.name for fixture in HOSTILE}


# Signatures


@every_fixture
def test_a_signed_delivery_is_accepted(fixture: Fixture) -> None:
    platform_of(fixture).verify(fixture.delivery(), secrets_for(platform_of(fixture), fixture.secret))


@every_sample
def test_a_replaced_secret_is_accepted_beside_the_new_one(fixture: Fixture) -> None:
    platform = platform_of(fixture)
    platform.verify(fixture.delivery(), secrets_for(platform, "a-new-secret-that-is-long-enough", fixture.secret))


@every_fixture
def test_a_changed_body_is_refused(fixture: Fixture) -> None:
    refuses(fixture, fixture.delivery(body=fixture.body + b" "))
    refuses(fixture, fixture.delivery(body=fixture.body[:-1]))


@every_sample
def test_a_body_written_again_from_its_meaning_is_refused(fixture: Fixture) -> None:
    again = json.dumps(json.loads(fixture.body)).encode()
    assert again != fixture.body
    refuses(fixture, fixture.delivery(body=again))


@every_sample
def test_an_empty_body_is_refused(fixture: Fixture) -> None:
    refuses(fixture, fixture.delivery(body=b""))


@every_sample
def test_a_missing_signature_is_refused(fixture: Fixture) -> None:
    kept = set(fixture.headers) - set(platform_of(fixture).signed_headers)
    refuses(fixture, fixture.delivery(headers={name: fixture.headers[name] for name in kept}))


@every_sample
@pytest.mark.parametrize(
    "malform",
    [
        lambda _: "",
        lambda _: " ",
        lambda _: "é",
        lambda _: "\udcff",
        lambda _: "=",
        lambda _: "sha256",
        lambda _: "sha256=",
        lambda _: "sha1=" + "0" * 40,
        lambda _: "sha256=" + "0" * 64,
        lambda _: "sha256=" + "é" * 64,
        lambda _: "v1,a,b",
        lambda right: right[:-1],
        lambda right: right + "0",
        lambda right: right + " ",
        lambda right: right + "\n",
        lambda right: " " + right,
        lambda right: right.upper(),
        lambda right: right.replace("=", "= "),
        lambda right: f"{right}, {right}",
        lambda right: f"sha256={'0' * 64}, {right}",
    ],
)
def test_a_malformed_signature_is_refused(fixture: Fixture, malform: Callable[[str], str]) -> None:
    for name in platform_of(fixture).signed_headers:
        malformed = {**fixture.headers, name: malform(fixture.headers[name])}
        assert malformed != fixture.headers
        refuses(fixture, fixture.delivery(headers=malformed))


@every_sample
def test_another_secret_is_refused(fixture: Fixture) -> None:
    refuses(fixture, fixture.delivery(), "another-secret-that-is-long-enough")


@every_sample
@pytest.mark.parametrize("secret", ["", " ", "short", "x" * 23])
def test_a_secret_too_short_to_be_one_accepts_nothing(fixture: Fixture, secret: str) -> None:
    refuses(fixture, fixture.delivery(), secret)


@every_sample
def test_without_any_secret_nothing_is_accepted(fixture: Fixture) -> None:
    platform = platform_of(fixture)
    for secrets in ({}, secrets_for(platform)):
        with pytest.raises(SignatureError):
            platform.verify(fixture.delivery(), secrets)


# Handshakes


@every_sample
def test_a_delivery_is_no_handshake(fixture: Fixture) -> None:
    platform = platform_of(fixture)
    assert platform.handshake(fixture.delivery(), secrets_for(platform, fixture.secret)) is None


@every_platform
def test_a_bare_get_is_no_handshake(platform: Platform) -> None:
    bare = Delivery(
        platform=platform.name, path="", method="GET", headers={}, query={}, body=b"", received_at=RECEIVED_AT
    )
    try:
        assert platform.handshake(bare, secrets_for(platform, "a-token-that-is-long-enough")) is None
    except HandshakeError:
        pytest.fail("a bare GET is for the caller to refuse")


# Reading


@every_fixture
def test_a_delivery_becomes_what_its_fixture_expects(fixture: Fixture) -> None:
    if isinstance(fixture.expect, str):
        with pytest.raises(NotUnderstoodError):
            platform_of(fixture).parse(fixture.delivery())
    else:
        assert differences(platform_of(fixture).parse(fixture.delivery()), fixture.expect) == []


@readable_fixture
def test_a_delivery_read_again_gives_the_same_events(fixture: Fixture) -> None:
    parse = platform_of(fixture).parse
    assert parse(fixture.delivery()) == parse(fixture.delivery())


@readable_fixture
def test_a_redelivery_days_later_gives_the_same_identities(fixture: Fixture) -> None:
    later = replace(fixture.delivery(), received_at=RECEIVED_AT + timedelta(days=6))

    def identities(events: list[Event]) -> list[tuple[str, ...]]:
        return [
            (event.account_id, event.contact.contact_id, event.message_id, event.content_hash)
            if isinstance(event, Message)
            else (event.kind,)
            for event in events
        ]

    parse = platform_of(fixture).parse
    assert identities(parse(later)) == identities(parse(fixture.delivery()))


@readable_fixture
def test_what_is_kept_can_be_stored_and_filed(fixture: Fixture) -> None:
    for event in platform_of(fixture).parse(fixture.delivery()):
        json.dumps(str(event), ensure_ascii=False).encode()
        if isinstance(event, Message):
            assert all((event.account_id, event.contact.address, event.message_id))
            # A change that names nobody is filed by the comment it changes.
            assert event.contact.contact_id or (event.role is MessageRole.CHANGE and event.thread)
            assert event.sent_at.utcoffset() == timedelta(0)
            assert event.text or event.attachments or event.choice
            assert event.channel in CHANNELS
        if isinstance(event, Broken):
            assert event.raw.isascii()
            json.loads(event.raw)


@readable_fixture
def test_what_is_broken_is_kept_as_a_delivery_that_brings_it_alone(fixture: Fixture) -> None:
    """Once the platform's parser knows the shape, the very bytes in quarantine can be read."""
    parse = platform_of(fixture).parse
    for event in parse(fixture.delivery()):
        if isinstance(event, Broken):
            again = parse(fixture.delivery(body=event.raw.encode()))
            assert [one for one in again if not isinstance(one, Unknown)] == [event]


@every_channel
def test_an_unknown_event_is_told_and_never_answered(channel: Channel) -> None:
    fixture = next(one for one in HOSTILE if one.name == f"{channel.name}_unknown_event")
    events = platform_of(fixture).parse(fixture.delivery())
    assert [event for event in events if isinstance(event, Unknown) and event.channel == channel.name]
    assert not [event for event in events if isinstance(event, Message) and event.role == "message"]


@every_channel
def test_one_bad_event_does_not_spoil_its_batch(channel: Channel) -> None:
    fixture = next(one for one in HOSTILE if one.name == f"{channel.name}_batch_with_one_bad_event")
    events = platform_of(fixture).parse(fixture.delivery())
    kept = [event for event in events if isinstance(event, Message)]
    assert len(kept) >= 2
    assert [event for event in events if isinstance(event, Broken)]
    assert isinstance(events[0], Message)
    assert isinstance(events[-1], Message)


@every_platform
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"\xff\xfe\xfd",
        b"\xef\xbb\xbf",
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
        b'{"a":1e999}',
        b'{"a":"\\ud800"}',
        b"[" * 33 + b"]" * 33,
        b"[" * 200_000,
        b'{"":' * 100_000,
        b'"' + b'\\"' * 500_000,
        b"[]" * 500_000,
        b"9" * 100_000,
        b"null",
        b"[[[]]]",
    ],
    ids=lambda body: repr(body[:12]),
)
@pytest.mark.timeout(10)
def test_a_genuine_but_hostile_body_is_not_understood(platform: Platform, body: bytes) -> None:
    delivery = Delivery(
        platform=platform.name, path="", method="POST", headers={}, query={}, body=body, received_at=RECEIVED_AT
    )
    with pytest.raises(NotUnderstoodError):
        platform.parse(delivery)


@every_sample
def test_the_largest_documented_body_is_read_in_time(fixture: Fixture) -> None:
    platform = platform_of(fixture)
    padded = fixture.body + b" " * (platform.max_body - len(fixture.body))
    assert platform.parse(fixture.delivery(body=padded)) == platform.parse(fixture.delivery())


# Sending

ACCESS = ApiAccess(base_url="https://api.example", version="v1.0", token="token-of-the-account", app_secret="s" * 32)
PLAIN = OutboundText(account_id="77", address="+4366055501234", text="We are open until 18:00.", tag="nightbell.1.1.k")


@every_channel
def test_a_channel_belongs_to_a_registered_platform(channel: Channel) -> None:
    assert channel.platform in PLATFORMS
    assert CHANNELS[channel.name] is channel


@every_sender
@pytest.mark.parametrize("buttons", [0, 1, 3, 4, 10])
def test_a_request_holds_text_tag_and_buttons_and_hides_the_token(sender: Sender, buttons: int) -> None:
    outbound = replace(PLAIN, buttons=tuple(Button(title=f"Choice {n}", payload=f"p.{n}") for n in range(buttons)))
    request = sender.send_request(outbound, ACCESS)
    body = json.dumps(request.json, ensure_ascii=True)
    assert request.method == "POST"
    assert request.timeout_s == sender.send_timeout_s
    assert PLAIN.text in body
    assert PLAIN.address in unquote(request.url) + body
    assert (PLAIN.tag in body) is (sender.tag_in is TagPlace.BODY)
    assert [body.count(f'"p.{n}"') for n in range(buttons)] == [1 if sender.form.max_choices else 0] * buttons
    assert ACCESS.token not in request.url + str(request.query) + body
    assert str(ACCESS.app_secret) not in str(request)


@every_sender
def test_an_account_or_contact_cannot_change_the_address_of_a_call(sender: Sender) -> None:
    request = sender.send_request(replace(PLAIN, account_id="../me?x=", address='"},"x":{"?y='), ACCESS)
    is_public = getattr(sender, "is_public", False)
    named = "%22%7D%2C%22x%22%3A%7B%22%3Fy%3D" if is_public else "..%2Fme%3Fx%3D"
    assert request.url.startswith(f"https://api.example/v1.0/{named}/")
    assert json.loads(json.dumps(request.json)) == request.json


@every_sender
@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (NotSent(error="refused"), VerdictKind.NOT_SENT),
        (NoAnswer(error="reset"), VerdictKind.UNKNOWN),
        (Answer(status=200, headers={}, body=b"{}"), VerdictKind.SENT),
        (Answer(status=200, headers={}, body=b"<html>"), VerdictKind.SENT),
        (Answer(status=202, headers={}, body=b"", complete=False), VerdictKind.SENT),
        (Answer(status=429, headers={}, body=b""), VerdictKind.NOT_SENT),
        (Answer(status=400, headers={}, body=b"\xff"), VerdictKind.REFUSED),
        (Answer(status=404, headers={}, body=b"[]"), VerdictKind.REFUSED),
        (Answer(status=401, headers={}, body=b""), VerdictKind.TOKEN_DEAD),
        (Answer(status=302, headers={}, body=b""), VerdictKind.UNKNOWN),
        (Answer(status=500, headers={}, body=b'{"error":{"code":100}}'), VerdictKind.UNKNOWN),
        (Answer(status=503, headers={}, body=b"<html>"), VerdictKind.UNKNOWN),
    ],
)
def test_a_send_is_judged_by_where_it_broke(
    sender: Sender, outcome: NotSent | NoAnswer | Answer, kind: VerdictKind
) -> None:
    assert sender.verdict(outcome).kind is kind


@every_sender
def test_a_sender_that_cannot_prove_absence_never_claims_it(sender: Sender) -> None:
    if sender.can_read_back:
        assert sender.recovery is RecoveryClass.ECHOED
        return
    with pytest.raises(NotImplementedError):
        sender.read_back_request("+1", "77", ACCESS)
    answer = Answer(status=200, headers={}, body=b'{"data":[]}')
    found = sender.read_back(answer, account_id="77", text="hi", sent_from=RECEIVED_AT)
    assert found is ReadBack.UNREADABLE


@every_channel
def test_a_public_channel_names_where_it_goes_on_in_private(channel: Channel) -> None:
    assert channel.is_public == (channel.private_reply is not None) == (channel.private_channel is not None)
    if channel.private_reply is not None and channel.private_channel is not None:
        assert SENDERS[channel.private_reply].form == CHANNELS[channel.private_channel].form
        assert not CHANNELS[channel.private_channel].is_public
