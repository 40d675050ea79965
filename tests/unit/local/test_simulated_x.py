"""The simulated X against Nightbell's own reading and sending."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from infra.local.loopback_server import LoopbackServer, Reply, Request
from infra.local.platforms.courier import Delivery as Sent
from infra.local.platforms.faults import Fault, FaultBox, FaultKind
from infra.local.platforms.vendor import Act, Contact, Surroundings
from infra.local.platforms.x.simulator import SimulatedX
from infra.replay.dynamodb import MemoryDynamo
from nightbell.domain.business import Account
from nightbell.domain.events import AccountNews, Delivery, Event, Message, MessageRole, OutsideAnswer, Silent
from nightbell.platforms.channel import (
    Answer,
    ApiAccess,
    HttpOutcome,
    HttpRequest,
    NoAnswer,
    OutboundText,
    ReadBack,
    Verdict,
    VerdictKind,
)
from nightbell.platforms.x.direct_channel import Direct
from nightbell.platforms.x.platform import X
from nightbell.platforms.x.posts_channel import Posts
from tests.contract.world import World
from tests.fakes import READABLE

US, ADA = "1730000000000000042", "1740000000000000101"
HANDLE = "harbour_bakery"
NOW = datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
SECRET = "Kq3vT8wz1LxN6rYb0PfGd5HsJc9uMe2aXoViRtBnQyWkZl7EjU"  # pragma: allowlist secret
SECRETS = {
    "consumer_key": "key",
    "consumer_secret": SECRET,
    "bearer": "app-bearer",
    f"oauth1/{US}": json.dumps({"token": "t", "secret": "s"}),
}
ACCESS = ApiAccess(
    base_url="http://api.example/x",
    version="2",
    token=SECRETS[f"oauth1/{US}"],
    credentials={"consumer_key": "key", "consumer_secret": SECRET},
    at=NOW,
    nonce="0123456789abcdef" * 2,
)
LINE = "Thanks & regards. We answer on Monday."


@pytest.fixture(scope="module")
def accounts() -> tuple[Account, ...]:
    one = World(MemoryDynamo(), "unused", READABLE).account
    return tuple(replace(one, channel=channel, account_id=US, handle=HANDLE) for channel in ("x_posts", "x_direct"))


@pytest.fixture
def faults() -> FaultBox:
    return FaultBox()


@pytest.fixture
def x(accounts: tuple[Account, ...], faults: FaultBox) -> Iterator[SimulatedX]:
    simulated = SimulatedX(Surroundings(accounts=accounts, secrets=SECRETS, clock=lambda: NOW, faults=faults))
    yield simulated
    simulated.stop()


def contact(x: SimulatedX, channel: str = "x_posts", name: str = "Ada Rossi") -> Contact:
    return x.contact({"channel": channel, "name": name})


def parsed(sent: Sent) -> list[Event]:
    headers = {name.lower(): value for name, value in sent.headers.items()}
    delivery = Delivery(
        platform="x", path="", method="POST", headers=headers, query={}, body=sent.body, received_at=NOW
    )
    X().verify(delivery, {"consumer_secret": [SECRET]})
    return X().parse(delivery)


def events(x: SimulatedX) -> list[Event]:
    return [event for sent in x.log for event in parsed(sent)]


def call(x: SimulatedX, request: HttpRequest) -> HttpOutcome:
    reply = x.answer(
        Request(
            method=request.method,
            path=request.url.removeprefix("http://api.example/x"),
            query=request.query,
            headers={"host": "api.example", **{name.lower(): value for name, value in request.headers.items()}},
            body=b"" if request.json is None else json.dumps(request.json).encode(),
        )
    )
    if reply.hang_up:
        return NoAnswer(error="hung up")
    return Answer(status=reply.status, headers=reply.headers, body=reply.body, complete=reply.keep_bytes is None)


def answer(x: SimulatedX, address: str, text: str = LINE, access: ApiAccess = ACCESS) -> Verdict:
    channel = Posts() if address != ADA else Direct()
    outbound = OutboundText(account_id=US, address=address, text=text, tag="t")
    return channel.verdict(call(x, channel.send_request(outbound, access)))


def look(x: SimulatedX, address: str, text: str = LINE) -> ReadBack:
    channel = Posts() if address != ADA else Direct()
    outcome = call(x, channel.read_back_request(address, US, ACCESS))
    return channel.read_back(outcome, account_id=US, text=text, sent_from=NOW)


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 5
    while not holds() and time.monotonic() < ends:
        time.sleep(0.01)
    assert holds()


def test_whoever_writes_to_the_business_names_it(x: SimulatedX) -> None:
    written = x.write(contact(x), Act(text="Are you open & when?"))
    (event,) = events(x)
    assert isinstance(event, Message)
    assert (event.kind, event.message_id) == ("x_posts.addressed", written.message_ids[0])
    assert event.text == f"@{HANDLE} Are you open & when?"
    assert event.contact.name == "Ada Rossi"


def test_an_answer_that_names_the_business_is_told_for_two_reasons_and_is_one_message(x: SimulatedX) -> None:
    ours = x.timeline.opening(US)
    x.write(contact(x), Act(kind="reply", text=f"Nice, @{HANDLE}! Vegan?", about=ours.post_id))
    first, second = events(x)
    assert isinstance(first, Message)
    assert first == second
    assert (first.kind, first.text) == ("x_posts.addressed", f"Nice, @{HANDLE}! Vegan?")
    assert [json.loads(sent.body)["data"]["event_type"] for sent in x.log] == [
        "post.reply.create",
        "post.mention.create",
    ]


def test_a_bare_answer_is_silent_and_x_would_refuse_ours(x: SimulatedX) -> None:
    ours = x.timeline.opening(US)
    written = x.write(contact(x), Act(kind="reply", text="Nice!", about=ours.post_id))
    (event,) = events(x)
    assert isinstance(event, Message)
    assert (event.kind, event.silent, event.text) == ("x_posts.bare_reply", Silent.BARE_REPLY, "Nice!")
    verdict = answer(x, written.message_ids[0])
    assert (verdict.kind, "mention" in verdict.reason) == (VerdictKind.REFUSED, True)


def test_a_quote_may_be_answered(x: SimulatedX) -> None:
    written = x.write(contact(x), Act(kind="quote", text="They never answer", about=x.timeline.opening(US).post_id))
    (event,) = events(x)
    assert event.kind == "x_posts.quote"
    assert answer(x, written.message_ids[0]).kind is VerdictKind.SENT


@pytest.mark.parametrize(("kind", "become"), [("repost", "x_posts.repost"), ("reaction", "x_posts.like")])
def test_what_asks_nothing_is_noise(x: SimulatedX, kind: str, become: str) -> None:
    x.write(contact(x), Act(kind=kind, about=x.timeline.opening(US).post_id))
    assert [event.kind for event in events(x)] == [become]


def test_an_edit_is_a_change_of_what_was_posted(x: SimulatedX) -> None:
    [first] = x.write(contact(x), Act(text="Sunday?")).message_ids
    typed = x.timeline.posts[first].typed
    x.write(contact(x), Act(kind="edit", text=f"{typed} Monday?", about=first))
    event = events(x)[-1]
    assert isinstance(event, Message)
    assert (event.role, event.attachments[0].reference) == (MessageRole.CHANGE, first)


def test_nobody_is_told_what_a_contact_deletes(x: SimulatedX) -> None:
    [asked] = x.write(contact(x), Act(text="Open?")).message_ids
    assert x.write(contact(x), Act(kind="unsend", about=asked)).attempts == ()
    assert asked not in x.timeline.posts
    assert answer(x, asked).kind is VerdictKind.REFUSED


def test_a_bot_is_marked(x: SimulatedX) -> None:
    x.write(contact(x, name="Weather Bot"), Act(text="hello"))
    x.write(contact(x, "x_direct", "Weather Bot"), Act(text="hello"))
    assert [event.silent for event in events(x) if isinstance(event, Message)] == [Silent.BOT, Silent.BOT]


@pytest.mark.parametrize(("channel", "kind"), [("x_posts", "fax"), ("x_direct", "reply")])
def test_an_unknown_act_is_refused_in_words(x: SimulatedX, channel: str, kind: str) -> None:
    with pytest.raises(ValueError, match="image"):
        x.write(contact(x, channel), Act(kind=kind))


def test_our_line_stands_below_and_its_own_event_follows(x: SimulatedX) -> None:
    ada = contact(x)
    [asked] = x.write(ada, Act(text="Open?")).message_ids
    verdict = answer(x, asked)
    assert verdict.kind is VerdictKind.SENT
    until(lambda: len(x.log) == 2)
    event = events(x)[-1]
    assert isinstance(event, OutsideAnswer)
    assert (event.said_id, event.thread, event.text) == (verdict.message_id, asked, LINE)
    assert [bubble.text for bubble in x.transcript(ada)][-1] == LINE
    [_, wall] = x.posts(ada)
    assert [each["text"] for each in wall["comments"]] == [LINE]
    assert wall["comments"][0]["after_ms"] is not None


def test_the_very_same_words_are_refused_the_second_time(x: SimulatedX) -> None:
    [asked] = x.write(contact(x), Act(text="Open?")).message_ids
    assert [answer(x, asked).kind for _ in range(2)] == [VerdictKind.SENT, VerdictKind.REFUSED]


def test_a_direct_message_is_answered_in_private(x: SimulatedX) -> None:
    ada = contact(x, "x_direct")
    assert answer(x, ADA).kind is VerdictKind.REFUSED
    x.write(ada, Act(text="Is my cake ready?"))
    verdict = answer(x, ADA)
    assert verdict.kind is VerdictKind.SENT
    until(lambda: len(x.log) == 2)
    event = events(x)[-1]
    assert isinstance(event, OutsideAnswer)
    assert (event.said_id, event.contact_ids, event.text) == (verdict.message_id, (ADA,), LINE)
    assert [bubble.author for bubble in x.transcript(ada)] == ["contact", "business"]
    assert x.posts(ada) == []


def test_an_encrypted_message_cannot_be_read(x: SimulatedX) -> None:
    ada = contact(x, "x_direct")
    x.write(ada, Act(kind="encrypted", text="secret words"))
    assert b"secret words" not in x.log[-1].body
    x.others()["encrypted_person"](ada, "", "")
    assert [event.kind for event in events(x)] == ["x_direct.encrypted", "x_direct.own_encrypted"]


@pytest.mark.parametrize("channel", ["x_posts", "x_direct"])
def test_a_person_answers_past_us(x: SimulatedX, channel: str) -> None:
    ada = contact(x, channel)
    x.write(ada, Act(text="Hello?"))
    attempt = x.others()["person"](ada, "I am on it", "")
    assert attempt is not None
    event = events(x)[-1]
    assert isinstance(event, OutsideAnswer)
    assert event.text == "I am on it"
    assert x.transcript(ada)[-1].by == "a person"


def test_a_permission_is_withdrawn(x: SimulatedX) -> None:
    x.others()["revoke"](contact(x), "", "")
    (event,) = events(x)
    assert isinstance(event, AccountNews)
    assert event.account_ids == (US,)


@pytest.mark.parametrize("address", ["post", ADA])
@pytest.mark.parametrize(
    ("fault", "kind", "found"),
    [
        (Fault(kind=FaultKind.ERROR, code=88), VerdictKind.NOT_SENT, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, code=187), VerdictKind.REFUSED, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, code=326), VerdictKind.ACCOUNT_BLOCKED, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, code=349), VerdictKind.REFUSED, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, code=401), VerdictKind.TOKEN_DEAD, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, code=476), VerdictKind.REFUSED, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, code=999), VerdictKind.REFUSED, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, name="not-summoned"), VerdictKind.REFUSED, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, name="duplicate"), VerdictKind.REFUSED, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, name="too-long"), VerdictKind.REFUSED, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, name="usage-capped"), VerdictKind.CAPPED, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, name="rate-limit-exceeded"), VerdictKind.NOT_SENT, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, name="client-forbidden"), VerdictKind.NOT_PERMITTED, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, name="oauth1-permissions"), VerdictKind.NOT_PERMITTED, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, name="resource-not-found"), VerdictKind.REFUSED, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, name="invalid-request"), VerdictKind.REFUSED, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, name="unauthorized"), VerdictKind.TOKEN_DEAD, ReadBack.ABSENT),
        (Fault(kind=FaultKind.ERROR, name="partial"), VerdictKind.REFUSED, ReadBack.ABSENT),
        (Fault(kind=FaultKind.OUTAGE), VerdictKind.UNKNOWN, ReadBack.ABSENT),
        (Fault(kind=FaultKind.OUTAGE, executed=True), VerdictKind.UNKNOWN, ReadBack.FOUND),
        (Fault(kind=FaultKind.DROPPED), VerdictKind.UNKNOWN, ReadBack.ABSENT),
        (Fault(kind=FaultKind.LOST_ANSWER), VerdictKind.UNKNOWN, ReadBack.FOUND),
        (Fault(kind=FaultKind.EMPTY_ANSWER), VerdictKind.SENT, ReadBack.FOUND),
    ],
    ids=lambda value: (value.name or f"{value.kind}-{value.code}") if isinstance(value, Fault) else None,
)
def test_an_error_is_judged_and_the_read_back_knows(  # noqa: PLR0913, PLR0917 - a row of the table
    x: SimulatedX, faults: FaultBox, address: str, fault: Fault, kind: VerdictKind, found: ReadBack
) -> None:
    [asked] = x.write(contact(x, "x_posts" if address == "post" else "x_direct"), Act(text="Open?")).message_ids
    place = asked if address == "post" else ADA
    faults.add(fault)
    assert answer(x, place).kind is kind
    assert look(x, place) is found


@pytest.mark.parametrize(
    ("kind", "more"), [(FaultKind.NO_ECHO, 0), (FaultKind.LATE_ECHO, 1), (FaultKind.DOUBLE_ECHO, 2)]
)
def test_the_event_of_our_own_message_may_fail(x: SimulatedX, faults: FaultBox, kind: FaultKind, more: int) -> None:
    x.write(contact(x, "x_direct"), Act(text="Hello"))
    faults.add(Fault(kind=kind, seconds=0.1))
    assert answer(x, ADA).kind is VerdictKind.SENT
    if more:
        until(lambda: len(x.log) == 1 + more)
    time.sleep(0.3)
    assert len(x.log) == 1 + more


@pytest.mark.parametrize(
    "access",
    [
        replace(ACCESS, token=json.dumps({"token": "t", "secret": "other"})),
        replace(ACCESS, token=json.dumps({"token": "other", "secret": "s"})),
        replace(ACCESS, credentials={"consumer_key": "key", "consumer_secret": "other"}),  # pragma: allowlist secret
        replace(ACCESS, token="a-bearer"),
    ],
)
def test_a_call_that_is_not_signed_is_refused(x: SimulatedX, access: ApiAccess) -> None:
    [asked] = x.write(contact(x), Act(text="Open?")).message_ids
    assert answer(x, asked, access=access).kind is VerdictKind.TOKEN_DEAD


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/2/users/me"), ("POST", "/2/dm_conversations/with/x/messages"), ("PUT", "/2/tweets")]
)
def test_what_there_is_not_is_refused(x: SimulatedX, method: str, path: str) -> None:
    assert x.answer(Request(method=method, path=path)).status in {401, 404}


def test_the_address_is_checked_at_the_start(x: SimulatedX) -> None:
    def webhook(request: Request) -> Reply:
        get = Delivery(platform="x", path="", method="GET", headers={}, query=request.query, body=b"", received_at=NOW)
        reply = X().handshake(get, {"consumer_secret": secrets})
        return Reply(status=200, body=reply.body.encode()) if reply else Reply(status=405)

    server = LoopbackServer(webhook)
    x._courier.url = server.url
    secrets = [SECRET]
    assert x.greet() == ""
    secrets = ["another-secret-that-is-long-enough"]
    assert "200" in x.greet()
    server.close()
    assert "None" in x.greet()


def test_a_bearer_token_is_taken_as_well(accounts: tuple[Account, ...]) -> None:
    by_bearer = tuple(replace(one, login="oauth2") for one in accounts)
    secrets = {name: make() for name, make in SimulatedX.secrets(by_bearer).items()}
    assert set(secrets) == {"consumer_key", "consumer_secret", "bearer", f"oauth2/{US}"}
    x = SimulatedX(Surroundings(accounts=by_bearer, secrets=secrets, clock=lambda: NOW, faults=FaultBox()))
    [asked] = x.write(contact(x), Act(text="Open?")).message_ids
    known = ApiAccess(base_url="http://api.example/x", version="2", token=secrets[f"oauth2/{US}"])
    assert answer(x, asked, access=known).kind is VerdictKind.SENT
    x.stop()


def test_secrets_are_made_up_for_the_app_and_each_account(accounts: tuple[Account, ...]) -> None:
    made = {name: make() for name, make in SimulatedX.secrets(accounts).items()}
    assert set(made) == {"consumer_key", "consumer_secret", "bearer", f"oauth1/{US}"}
    assert json.loads(made[f"oauth1/{US}"]).keys() == {"token", "secret"}
    assert len(made["consumer_secret"]) >= X.min_secret
