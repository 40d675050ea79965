"""What every registered platform and channel must do, whichever it is."""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import unquote, urlsplit

import pytest

from nightbell.domain.errors import HandshakeError, NotUnderstoodError, SignatureError
from nightbell.domain.events import Broken, Delivery, Event, Message, MessageRole, Unknown
from nightbell.platforms.channel import (
    Answer,
    Button,
    Channel,
    HttpRequest,
    NoAnswer,
    NotSent,
    Platform,
    Proof,
    ReadBack,
    RecoveryClass,
    Sender,
    TagPlace,
    VerdictKind,
)
from nightbell.platforms.registry import CHANNELS, PLATFORMS, SENDERS
from tests.platforms.fixtures import NOT_UNDERSTOOD, RECEIVED_AT, Fixture, differences, read_fixtures
from tests.platforms.sending import hidden, sample_of, written

VALID = list(read_fixtures("valid"))
HOSTILE = list(read_fixtures("hostile"))
EVERY = VALID + HOSTILE
READABLE = [fixture for fixture in EVERY if fixture.expect != NOT_UNDERSTOOD]
SAMPLES = [next((fixture for fixture in VALID if fixture.platform == name), None) for name in PLATFORMS]
SPEAKING = {name: sender for name, sender in SENDERS.items() if sender.person_window != timedelta(0)}
SEVERAL = {"webhook-signature", "svix-signature"}
"""Headers that may hold several signatures, one of which must be right."""
OUTCOME_CLASSES = {
    "messenger": ("E", True),
    "instagram_direct": ("E", True),
    "whatsapp": ("E", False),
    "facebook_comments": ("E", True),
    "instagram_comments": ("E", True),
    "facebook_private_reply": ("K1", False),
    "instagram_private_reply": ("K1", False),
    "x_posts": ("E", True),
    "x_direct": ("E", True),
    "email": ("E", False),
    "sms": ("E", True),
    "twilio_whatsapp": ("E", True),
    "voicemail": ("N", False),
    "telegram": ("N", False),
    "linkedin": ("E", True),
    "google_reviews": ("E", True),
    "standard": ("K", False),
    "line": ("K", False),
}
"""How an unknown outcome is settled, and whether absence can be proved: a promise that does not change by itself."""
DAY = timedelta(days=1)
WINDOWS: dict[str, tuple[timedelta | None, timedelta | None]] = {
    "messenger": (DAY, 7 * DAY),
    "instagram_direct": (DAY, 7 * DAY),
    "whatsapp": (DAY, DAY),
    "twilio_whatsapp": (DAY, DAY),
    "facebook_private_reply": (7 * DAY, 7 * DAY),
    "instagram_private_reply": (7 * DAY, 7 * DAY),
}
"""How long automation may write, and how long a person may; elsewhere both may for ever."""


def proven(fixtures: Iterable[Fixture | None], *proofs: Proof) -> list[Fixture]:
    """List those whose platform proves one of these; anything at all, where none is named."""
    there = [fixture for fixture in fixtures if fixture is not None]
    wanted = set(proofs or Proof)
    return [fixture for fixture in there if PLATFORMS[fixture.platform].proves & wanted]


signed_fixture = pytest.mark.parametrize("fixture", proven(EVERY), ids=str)
signed_body = pytest.mark.parametrize("fixture", proven(EVERY, Proof.BODY), ids=str)
readable_fixture = pytest.mark.parametrize("fixture", READABLE, ids=str)
every_fixture = pytest.mark.parametrize("fixture", EVERY, ids=str)
every_sample = pytest.mark.parametrize("fixture", [fixture for fixture in SAMPLES if fixture], ids=str)
signed_sample = pytest.mark.parametrize("fixture", proven(SAMPLES), ids=str)
body_sample = pytest.mark.parametrize("fixture", proven(SAMPLES, Proof.BODY), ids=str)
address_sample = pytest.mark.parametrize("fixture", proven(SAMPLES, Proof.ADDRESS), ids=str)
time_sample = pytest.mark.parametrize("fixture", proven(SAMPLES, Proof.TIME), ids=str)
every_platform = pytest.mark.parametrize("platform", PLATFORMS.values(), ids=list(PLATFORMS))
every_sender = pytest.mark.parametrize("sender", SPEAKING.values(), ids=list(SPEAKING))
every_channel = pytest.mark.parametrize("channel", CHANNELS.values(), ids=list(CHANNELS))


def platform_of(fixture: Fixture) -> Platform:
    return PLATFORMS[fixture.platform]


def secrets_for(fixture: Fixture, *values: str) -> dict[str, list[str]]:
    """Give every secret of a delivery these values, and nobody else's."""
    return {name: list(values) for name in fixture.secrets}


def refuses(fixture: Fixture, delivery: Delivery, *secrets: str) -> None:
    with pytest.raises(SignatureError):
        platform_of(fixture).verify(delivery, secrets_for(fixture, *secrets) if secrets else fixture.secrets)


def somewhere(platform: Platform, method: str, body: bytes) -> Delivery:
    """Make a delivery to a path that the platform serves."""
    sample = next(fixture for fixture in VALID if fixture.platform == platform.name)
    return replace(sample.delivery(body=body, headers={}, claims={}), method=method, query={})


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
def test_a_channel_has_the_fixtures_that_every_channel_needs(channel: Channel) -> None:
    bad = "batch_with_one_bad_event" if PLATFORMS[channel.platform].batches else "bad_event"
    assert {f"{channel.name}_{event}" for event in ("unknown_event", bad)} <= {fixture.name for fixture in HOSTILE}


# Signatures


@signed_fixture
def test_a_signed_delivery_is_accepted(fixture: Fixture) -> None:
    platform_of(fixture).verify(fixture.delivery(), fixture.secrets)


@signed_fixture
def test_a_delivery_is_verified_by_what_it_asks_for(fixture: Fixture) -> None:
    assert platform_of(fixture).accepts(fixture.path, fixture.accounts)
    assert set(fixture.secrets) <= set(fixture.secret_names)
    assert not fixture.secret_names or fixture.secrets


@every_platform
def test_what_proves_nothing_takes_nothing_over_http(platform: Platform) -> None:
    if not platform.proves:
        assert not any(platform.accepts(one.path, one.accounts) for one in EVERY if one.platform == platform.name)
        assert not platform.accepts("", ())


@signed_sample
def test_a_replaced_secret_is_accepted_beside_the_new_one(fixture: Fixture) -> None:
    both = {name: ["a-new-secret-that-is-long-enough", *values] for name, values in fixture.secrets.items()}
    platform_of(fixture).verify(fixture.delivery(), both)


@signed_body
def test_a_changed_body_is_refused(fixture: Fixture) -> None:
    refuses(fixture, fixture.delivery(body=fixture.body + b" "))
    refuses(fixture, fixture.delivery(body=fixture.body[:-1]))


@body_sample
def test_a_body_written_again_from_its_meaning_is_refused(fixture: Fixture) -> None:
    assert fixture.written_again() != fixture.body
    refuses(fixture, fixture.delivery(body=fixture.written_again()))


@body_sample
def test_an_empty_body_is_refused(fixture: Fixture) -> None:
    refuses(fixture, fixture.delivery(body=b""))


@signed_sample
def test_a_missing_signature_is_refused(fixture: Fixture) -> None:
    kept = set(fixture.headers) - set(platform_of(fixture).signed_headers)
    refuses(fixture, fixture.delivery(headers={name: fixture.headers[name] for name in kept}, claims={}))


@address_sample
@pytest.mark.parametrize(
    "move",
    [
        lambda _: "",
        lambda url: url + "?more=1",
        lambda url: url + "/",
        lambda url: url.replace("https://", "http://"),
        lambda url: url.replace("https://", "https://other."),
        lambda url: url.swapcase(),
    ],
)
def test_another_address_is_refused(fixture: Fixture, move: Callable[[str], str]) -> None:
    assert move(fixture.url) != fixture.url
    refuses(fixture, fixture.delivery(url=move(fixture.url)))


@time_sample
@pytest.mark.parametrize("minutes", [-60, -6, 6, 60])
def test_what_was_signed_at_another_time_is_refused(fixture: Fixture, minutes: int) -> None:
    refuses(fixture, fixture.delivery(received_at=RECEIVED_AT + timedelta(minutes=minutes)))


@signed_sample
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
        lambda right: right + "\n",
        lambda right: right.swapcase(),
        lambda right: right.replace("=", "= "),
        lambda right: right.replace("=", ""),
    ],
)
def test_a_malformed_signature_is_refused(fixture: Fixture, malform: Callable[[str], str]) -> None:
    for malformed in malformations(fixture, malform, set(platform_of(fixture).signed_headers)):
        refuses(fixture, fixture.delivery(headers=malformed))


@signed_sample
@pytest.mark.parametrize(
    "malform",
    [
        lambda right: right + " ",
        lambda right: " " + right,
        lambda right: f"{right}, {right}",
        lambda right: f"sha256={'0' * 64}, {right}",
    ],
)
def test_one_signature_more_is_refused_where_there_is_one(fixture: Fixture, malform: Callable[[str], str]) -> None:
    for malformed in malformations(fixture, malform, set(platform_of(fixture).signed_headers) - SEVERAL):
        refuses(fixture, fixture.delivery(headers=malformed))


def malformations(fixture: Fixture, malform: Callable[[str], str], names: set[str]) -> list[dict[str, str]]:
    """Spoil one header after the other, where that changes it."""
    right = {name: fixture.headers[name] for name in names if name in fixture.headers}
    return [{**fixture.headers, name: malform(value)} for name, value in right.items() if malform(value) != value]


@signed_sample
def test_a_malformed_signature_is_tried_at_all(fixture: Fixture) -> None:
    signed = set(platform_of(fixture).signed_headers)
    assert fixture.claims or malformations(fixture, lambda _: "", signed)


@signed_sample
def test_another_secret_is_refused(fixture: Fixture) -> None:
    if fixture.secrets:
        refuses(fixture, fixture.delivery(), "another-secret-that-is-long-enough")


@signed_sample
def test_a_secret_too_short_to_be_one_accepts_nothing(fixture: Fixture) -> None:
    if fixture.secrets:
        for secret in ("", " ", "short", "x" * (platform_of(fixture).min_secret - 1)):
            refuses(fixture, fixture.delivery(), secret)


@signed_sample
def test_without_any_secret_nothing_is_accepted(fixture: Fixture) -> None:
    if fixture.secrets:
        for secrets in ({}, secrets_for(fixture)):
            with pytest.raises(SignatureError):
                platform_of(fixture).verify(fixture.delivery(), secrets)


# Handshakes


@every_sample
def test_a_delivery_is_no_handshake(fixture: Fixture) -> None:
    assert platform_of(fixture).handshake(fixture.delivery(), fixture.secrets) is None


@every_platform
def test_a_bare_get_is_no_handshake(platform: Platform) -> None:
    bare = somewhere(platform, "GET", b"")
    names = platform.secret_names(bare, ())
    secrets = {name: ["a-token-that-is-long-enough"] for name in (*names.needed, *names.optional)}
    try:
        assert platform.handshake(bare, secrets) is None
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
    later = fixture.delivery(received_at=RECEIVED_AT + timedelta(days=6))

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
            if not fixture.is_form:
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
    if not PLATFORMS[channel.platform].batches:
        alone = next(one for one in HOSTILE if one.name == f"{channel.name}_bad_event")
        (broken,) = platform_of(alone).parse(alone.delivery())
        assert isinstance(broken, Broken)
        return
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
    with pytest.raises(NotUnderstoodError):
        platform.parse(somewhere(platform, "POST", body))


@every_sample
def test_the_largest_documented_body_is_read_in_time(fixture: Fixture) -> None:
    platform = platform_of(fixture)
    padded = fixture.padded(platform.max_body)
    assert platform.parse(fixture.delivery(body=padded)) == platform.parse(fixture.delivery())


# Sending


@every_channel
def test_a_channel_belongs_to_a_registered_platform(channel: Channel) -> None:
    assert channel.platform in PLATFORMS
    assert CHANNELS[channel.name] is channel


@every_sender
@pytest.mark.parametrize("buttons", [0, 1, 3, 4, 10])
def test_a_request_holds_text_and_buttons_and_hides_the_token(sender: Sender, buttons: int) -> None:
    sample = sample_of(sender.platform)
    chosen = tuple(Button(title=f"Choice {n}", payload=f"p.{n}") for n in range(buttons))
    request = sender.send_request(replace(sample.outbound, buttons=chosen), sample.access)
    body = written(request)
    assert request.method in {"POST", "PUT"}
    assert request.timeout_s == sender.send_timeout_s
    assert sample.outbound.text in body
    assert sample.outbound.address in unquote(request.url) + body
    payloads = [len(re.findall(rf"\bp\.{n}\b", body)) for n in range(buttons)]
    tapped = sender.form.max_choices and not sender.form.writes_choices
    assert payloads == [1 if tapped else 0] * buttons
    for secret in hidden(sample.access):
        assert secret not in request.url + str(request.query) + body
        assert secret not in repr(request)
    assert sum(each is not None for each in (request.json, request.form, request.content)) == 1


@every_sender
def test_the_tag_travels_where_the_sender_says(sender: Sender) -> None:
    sample = sample_of(sender.platform)
    request = sender.send_request(sample.outbound, sample.access)
    called_back = [value for _, value in request.form or () if value.startswith("https://")]
    said = {
        TagPlace.BODY: written(replace(request, form=None)) + str(list(request.form or ())),
        TagPlace.ADDRESS: unquote(request.url) + str(request.query) + unquote(str(called_back)),
        TagPlace.HEADERS: str(dict(request.headers)),
    }
    # Some take no dot in a tag.
    spellings = (sample.outbound.tag, sample.outbound.tag.replace(".", "_"))
    found = {place for place, text in said.items() if any(each in text for each in spellings)}
    assert sender.tag_in in found if found else sender.tag_in is TagPlace.NONE


@every_sender
def test_an_account_or_contact_cannot_change_the_address_of_a_call(sender: Sender) -> None:
    sample = sample_of(sender.platform)

    def shape(account_id: str, address: str) -> tuple[str, str, int, str]:
        request = sender.send_request(replace(sample.outbound, account_id=account_id, address=address), sample.access)
        parts = urlsplit(request.url)
        _can_be_written(request)
        return (parts.scheme, parts.netloc, parts.path.count("/"), parts.query + parts.fragment)

    assert shape("../me?x=", '"},"x":{"?y=/#') == shape("77", "78")


def _can_be_written(request: HttpRequest) -> None:
    assert json.loads(json.dumps(request.json)) == request.json
    for name, value in request.headers.items():
        assert (name + value).isprintable()


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
    known = sample_of(sender.platform).verdicts
    assert sender.verdict(outcome).kind is (known.get(outcome.status, kind) if isinstance(outcome, Answer) else kind)


@every_sender
def test_how_long_may_be_written_is_what_the_documentation_says(sender: Sender) -> None:
    assert (sender.reply_window, sender.person_window) == WINDOWS.get(sender.name, (None, None))


def test_only_to_a_telephone_nobody_can_write() -> None:
    assert set(SENDERS) - set(SPEAKING) == {"voicemail"}


@every_sender
def test_only_what_a_person_writes_late_leaves_in_another_form(sender: Sender) -> None:
    sample = sample_of(sender.platform)

    automatic = sample.outbound
    by_person = replace(automatic, by_person=True)
    said, in_time, late = (
        sender.send_request(outbound, sample.access)
        for outbound in (automatic, by_person, replace(by_person, outside_window=True))
    )
    # A mail says of itself whether a machine wrote it, and a relay is told.
    assert (in_time != said) is (sender.name in {"email", "standard"})
    assert (late != in_time) is (sender.name in {"messenger", "instagram_direct"})


@every_sender
def test_the_class_of_an_unknown_outcome_is_what_the_documentation_says(sender: Sender) -> None:
    assert (sender.recovery.value, sender.can_read_back) == OUTCOME_CLASSES[sender.name]


@every_sender
def test_a_sender_that_cannot_prove_absence_never_claims_it(sender: Sender) -> None:
    if sender.can_read_back:
        assert sender.recovery is RecoveryClass.ECHOED
        return
    with pytest.raises(NotImplementedError):
        sender.read_back_request("+1", "77", sample_of(sender.platform).access)
    answer = Answer(status=200, headers={}, body=b'{"data":[]}')
    found = sender.read_back(answer, account_id="77", text="hi", sent_from=RECEIVED_AT)
    assert found is ReadBack.UNREADABLE


@every_channel
def test_a_public_channel_names_where_it_goes_on_in_private(channel: Channel) -> None:
    assert channel.private_reply is None or channel.private_channel is not None
    assert channel.is_public or channel.private_channel is None
    if channel.private_reply is not None and channel.private_channel is not None:
        assert SENDERS[channel.private_reply].form == CHANNELS[channel.private_channel].form
        assert not CHANNELS[channel.private_channel].is_public
