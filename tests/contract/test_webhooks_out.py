"""The business's own systems are told, signed, as long as they answer, and no endpoint harms another or the team."""

import json
import math
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from nightbell.adapters import one_shot_connection
from nightbell.adapters.outbox_table import OutboxTable
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.errors import MisconfiguredError, UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.keys import outbox_pk
from nightbell.domain.webhooks import WAITS, Webhook
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest, NoAnswer, NotSent
from nightbell.platforms.standard.signature import HEADERS, verify
from nightbell.services.ports import PlatformApi
from nightbell.services.send_webhooks import SendWebhooks
from nightbell.services.write_outbox import WriteOutbox
from tests.contract.certificates import write_certificate
from tests.contract.conversation_table import partition
from tests.contract.fake_clock import FakeClock
from tests.contract.faults import Crash, Faults, FaultyDynamo, How
from tests.contract.raw_server import answer, read_request, server_tls, serving
from tests.contract.world import World
from tests.fakes import FakeHumanQueue

KEYS = (
    "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY=",  # pragma: allowlist secret
    "whsec_MTIzNDU2Nzg5MEFCQ0RFRkdISUpLTE1OT1BRUlNUVVY=",  # pragma: allowlist secret
)
CRM = Webhook(name="crm", url="https://crm.example.org/hook")
BOT = Webhook(name="bot", url="https://bot.example.org/hook", events=frozenset({"conversation.refused"}))
OK = Answer(status=204, headers={}, body=b"")
RUN = timedelta(seconds=55)


def failing(status: int, **headers: str) -> Answer:
    return Answer(status=status, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=b"")


class Keys:
    """Secrets by name."""

    def __init__(self) -> None:
        self.of: dict[str, tuple[str, ...]] = {}

    def get(self, platform: str, name: str) -> tuple[str, ...]:
        assert platform == "standard"
        assert name.startswith("out/")
        found = self.of.get(name.removeprefix("out/"), KEYS)
        if not found:
            raise MisconfiguredError("never set")
        return found


class Receivers:
    """Systems that verify what they get; each answer takes its time."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.took_s = 0.1
        self.got: list[HttpRequest] = []
        self.answers: dict[str, Callable[[], HttpOutcome]] = {}

    def send(self, request: HttpRequest) -> HttpOutcome:
        for key in KEYS:
            verify(request.headers, request.content or b"", self.clock.now(), [key])
        self.got.append(request)
        outcome = self.answers.get(request.url, lambda: OK)()
        self.clock.advance(request.timeout_s if isinstance(outcome, NoAnswer) else self.took_s)
        return outcome

    def ids(self, webhook: Webhook = CRM) -> list[str]:
        return [each.headers[HEADERS[0]] for each in self.got if each.url == webhook.url]


class Told:
    """An outbox, and who sends what is in it."""

    def __init__(self, dynamodb: Any, table: str, *webhooks: Webhook) -> None:
        self.dynamodb, self.table, self.webhooks = dynamodb, table, webhooks
        self.clock = FakeClock()
        self.receivers, self.keys, self.team = Receivers(self.clock), Keys(), Team()
        self.build(Faults())

    def build(self, faults: Faults, api: PlatformApi | None = None) -> None:
        client = TableClient(FaultyDynamo(self.dynamodb, faults), self.table, Deadline(self.clock))
        self.outbox = OutboxTable(client)
        self.queue = WriteOutbox(self.team, self.outbox, self.webhooks, self.clock)
        self.sender = SendWebhooks(
            store=self.outbox,
            api=api or self.receivers,
            secrets=self.keys,
            webhooks=self.webhooks,
            clock=self.clock,
        )

    def tell(self, conversation: str = "C#a.b.c", revision: int = 1, state: str = "acknowledged") -> None:
        told = {"conversation_id": conversation, "revision": revision, "brand": "corner"}
        self.queue.send({**told, "acknowledgement": {"state": state}})

    def run(self) -> list[Fact]:
        return self.sender(self.clock.now() + RUN)

    def wait(self, **time: float) -> None:
        self.clock.advance(timedelta(**time).total_seconds())

    def skip(self) -> None:
        """Wait for the first run, a minute apart, that finds something due."""
        self.wait(minutes=1)
        for item in self.items():
            missing_s = item.get("due_at", 0) / 1000 - self.clock.now().timestamp()
            self.wait(minutes=max(0, math.ceil(missing_s / 60)))

    def items(self, webhook: Webhook = CRM) -> list[dict[str, Any]]:
        return partition(self.dynamodb, self.table, outbox_pk(webhook.name))


class Team:
    """The human queue."""

    def __init__(self) -> None:
        self.told: list[Mapping[str, object]] = []

    def send(self, message: Mapping[str, object]) -> None:
        self.told.append(message)


MakeTold = Callable[..., Told]


@pytest.fixture
def make_told(dynamodb: Any, table: str) -> MakeTold:
    return lambda *webhooks: Told(dynamodb, table, *webhooks)


@pytest.fixture
def told(make_told: MakeTold) -> Told:
    return make_told(CRM)


def names(facts: list[Fact]) -> list[str]:
    return [fact.name for fact in facts]


def test_what_the_team_is_told_is_sent_signed_by_every_secret_and_then_forgotten(told: Told) -> None:
    told.tell()
    assert names(told.run()) == ["webhooks_sent"]
    [request] = told.receivers.got
    assert (request.method, request.url, request.public_only) == ("POST", CRM.url, True)
    assert len(request.headers["webhook-signature"].split()) == 2
    body = json.loads(request.content or b"")
    assert (body["type"], body["data"]) == ("conversation.acknowledged", told.team.told[0])
    [item] = told.items()
    assert "body" not in item
    assert "due_pk" not in item
    assert told.run() == []


def test_an_endpoint_gets_what_it_wants_and_each_of_several_gets_it(make_told: MakeTold) -> None:
    told = make_told(CRM, BOT)
    told.tell(revision=1)
    told.tell(revision=2, state="refused")
    told.run()
    assert (len(told.receivers.ids(CRM)), len(told.receivers.ids(BOT))) == (2, 1)


def test_the_same_word_twice_is_one_webhook_before_and_after_it_was_sent(told: Told) -> None:
    told.tell()
    told.tell()
    told.run()
    told.tell()
    told.run()
    assert len(told.receivers.got) == 1
    told.tell(revision=2)
    told.run()
    assert len(set(told.receivers.ids())) == 2


def test_a_failure_is_tried_ten_times_by_the_schedule_under_one_id_and_then_disables_with_an_alarm(told: Told) -> None:
    told.receivers.answers[CRM.url] = lambda: failing(500)
    told.tell()
    began = told.clock.now()
    tries: list[timedelta] = []
    facts: list[Fact] = []
    while not any(fact.alarm for fact in facts):
        before = len(told.receivers.got)
        facts = told.run()
        if len(told.receivers.got) > before:
            tries.append(told.clock.now() - began)
        told.skip()
        assert told.clock.now() - began < timedelta(days=4)
    waits = [later - sooner for sooner, later in pairwise(tries)]
    assert len(tries) == 10
    for wait, planned in zip(waits, WAITS, strict=True):
        assert 0.9 * planned <= wait <= 1.1 * planned + timedelta(seconds=62)
    assert len(set(told.receivers.ids())) == 1
    assert len({request.content for request in told.receivers.got}) == 1
    assert len({request.headers["webhook-timestamp"] for request in told.receivers.got}) == 10
    assert names(facts) == ["webhooks_failed", "webhooks_disabled"]


def test_an_endpoint_that_is_gone_gets_nothing_more_until_a_person_enables_it(told: Told) -> None:
    told.receivers.answers[CRM.url] = lambda: failing(410)
    told.tell()
    assert names(told.run()) == ["webhooks_failed", "webhooks_disabled"]
    told.tell(revision=2)
    told.wait(hours=5)
    assert told.run() == []
    assert len(told.receivers.got) == 1
    told.receivers.answers.clear()
    told.outbox.enable(outbox_pk(CRM.name))
    assert names(told.run()) == ["webhooks_sent"] * 2


def test_what_failed_for_the_whole_schedule_does_not_disable_an_endpoint_a_second_time(told: Told) -> None:
    told.receivers.answers[CRM.url] = lambda: failing(400)
    told.tell()
    for _ in range(12):
        told.run()
        told.wait(hours=27)
    told.receivers.answers.clear()
    told.outbox.enable(outbox_pk(CRM.name))
    assert told.run() == []
    told.tell(revision=2)
    assert names(told.run()) == ["webhooks_sent"]


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 409, 500])
def test_what_is_no_2xx_is_a_failure_and_redirects_are_not_followed(told: Told, status: int) -> None:
    told.receivers.answers[CRM.url] = lambda: failing(status, location="https://elsewhere.example/")
    told.tell()
    told.tell("C#a.b.d")
    assert names(told.run()) == ["webhooks_failed"] * 2
    assert {each.url for each in told.receivers.got} == {CRM.url}


@pytest.mark.parametrize("status", [429, 502, 504])
def test_an_endpoint_that_asks_for_fewer_rests_for_longer_each_time_and_then_gets_everything(
    told: Told, status: int
) -> None:
    told.receivers.answers[CRM.url] = lambda: failing(status)
    for revision in range(3):
        told.tell(revision=revision)
    told.run()
    assert len(told.receivers.got) == 1
    told.wait(seconds=55)
    told.run()
    assert len(told.receivers.got) == 1
    told.wait(seconds=10)
    told.run()
    assert len(told.receivers.got) == 2
    told.wait(seconds=65)
    told.run()
    assert len(told.receivers.got) == 2
    told.receivers.answers.clear()
    told.wait(minutes=6)
    assert names(told.run()) == ["webhooks_sent"] * 3
    assert told.outbox.state(outbox_pk(CRM.name)).failures == 0


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_heeded(told: Told, status: int) -> None:
    told.receivers.answers[CRM.url] = lambda: failing(status, retry_after="7200")
    told.tell()
    told.run()
    told.wait(minutes=119)
    told.run()
    assert len(told.receivers.got) == 1
    told.wait(minutes=2)
    told.run()
    assert len(told.receivers.got) == 2


def test_a_slow_endpoint_takes_nothing_from_the_others(make_told: MakeTold) -> None:
    told = make_told(CRM, Webhook(name="other", url="https://other.example.org/"))
    told.receivers.answers[CRM.url] = lambda: NoAnswer(error="timeout")
    for revision in range(4):
        told.tell(revision=revision)
    ends = told.clock.now() + RUN
    told.run()
    assert told.clock.now() < ends
    assert len([each for each in told.receivers.got if each.url == CRM.url]) == 1
    assert len([each for each in told.receivers.got if each.url != CRM.url]) == 4


def test_an_endpoint_with_much_to_be_told_leaves_the_others_their_share(make_told: MakeTold) -> None:
    told = make_told(CRM, Webhook(name="other", url="https://other.example.org/"))
    told.receivers.took_s = 7.0
    for revision in range(20):
        told.tell(revision=revision)
    told.run()
    assert {each.url for each in told.receivers.got} == {each.url for each in told.webhooks}


def test_a_run_is_over_in_time_however_much_waits(told: Told) -> None:
    told.receivers.took_s = 7.0
    for revision in range(20):
        told.tell(revision=revision)
    ends = told.clock.now() + RUN
    told.run()
    assert told.clock.now() < ends
    assert 0 < len(told.receivers.got) < 20


def test_two_runs_side_by_side_try_each_once(told: Told) -> None:
    told.tell()
    [waiting] = told.outbox.due(outbox_pk(CRM.name), told.clock.now(), 10)
    until = told.clock.now() + timedelta(hours=1)
    assert told.outbox.claim(waiting, until) is not None
    assert told.outbox.claim(waiting, until) is None


def test_a_run_that_begins_while_another_tries_leaves_it_alone(told: Told) -> None:
    beside: list[Fact] = []

    def slowly() -> HttpOutcome:
        told.wait(minutes=1)
        beside.extend(told.run() if len(told.receivers.got) < 3 else [])
        return OK

    told.receivers.answers[CRM.url] = slowly
    told.tell()
    assert names(told.run()) == ["webhooks_sent"]
    assert beside == []


PUBLIC_KEY = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="  # pragma: allowlist secret


@pytest.mark.parametrize("found", [(), (PUBLIC_KEY,), ("no key at all" * 3,)])
def test_without_a_secret_that_is_a_key_nothing_is_sent_and_no_try_is_used_up(
    told: Told, found: tuple[str, ...]
) -> None:
    told.keys.of["crm"] = found
    told.tell()
    [fact] = told.run()
    assert (fact.name, fact.alarm) == ("webhooks_unsigned", True)
    told.keys.of.clear()
    told.run()
    [item] = told.items()
    assert item["tries"] == 1


def tell_until_it_is_told(told: Told) -> None:
    """Tell as Acknowledge does, whose unit stays due until both have it."""
    for _ in range(3):
        with suppress(Crash, UnavailableError):
            told.tell()
            return


@pytest.mark.parametrize("how", list(How))
@pytest.mark.parametrize("at", range(1, 7))
def test_no_fault_at_any_call_loses_a_webhook_or_gives_it_a_second_id(told: Told, how: How, at: int) -> None:
    told.build(Faults(at, how))
    tell_until_it_is_told(told)
    for _ in range(4):
        with suppress(Crash):
            told.run()
        told.wait(hours=2)
    assert len(set(told.receivers.ids())) == 1
    assert len(told.receivers.got) <= 2
    [item] = [each for each in told.items() if each["sk"] != "STATE"]
    assert "body" not in item


def test_the_team_is_told_first_even_if_the_outbox_cannot_be_written(told: Told) -> None:
    told.build(Faults(1, How.CRASH_BEFORE))
    with suppress(Crash):
        told.tell()
    assert len(told.team.told) == 1
    assert told.items() == []


def test_a_customer_who_writes_is_told_of_in_each_state(world: World, dynamodb: Any, table: str) -> None:
    """The services themselves, from the delivery to the webhook."""
    told = Told(dynamodb, table, CRM)
    team = FakeHumanQueue()
    world.human_queue = WriteOutbox(team, told.outbox, (CRM,), world.clock)  # type: ignore[assignment]
    world.build(Faults())
    world.write()
    world.rest()
    told.clock.advance((world.clock.now() - told.clock.now()).total_seconds())
    told.run()
    sent = [json.loads(request.content or b"") for request in told.receivers.got]
    assert len(sent) == len({message["revision"] for message in team.messages}) > 0
    assert {each["data"]["conversation_id"] for each in sent} == {world.pk()}
    newest = max(sent, key=lambda each: each["data"]["revision"])
    assert newest["type"] == "conversation.acknowledged"
    assert world.due() == []


def test_over_real_http_the_receiver_reads_what_was_signed(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = write_certificate(tmp_path / "server.pem", name="crm.example.org")
    received: list[bytes] = []

    def script(sock: socket.socket) -> None:
        received.append(read_request(sock))
        sock.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with serving(script, server_tls(certificate)) as server:
        _lead_to(server.port, monkeypatch)
        told.build(Faults(), PlatformHttp(str(certificate)))
        told.tell()
        assert names(told.run()) == ["webhooks_sent"]
    head, _, body = received[0].partition(b"\r\n\r\n")
    lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    headers = {name.lower(): value for name, value in lines.items()}
    assert headers["content-type"] == "application/json"
    for key in KEYS:
        verify(headers, body, told.clock.now(), [key])


def test_over_real_http_a_redirect_is_a_failure(told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = write_certificate(tmp_path / "server.pem", name="crm.example.org")
    away = b"HTTP/1.1 302 Found\r\nLocation: https://crm.example.org/else\r\nContent-Length: 0\r\n\r\n"
    with serving(answer(away), server_tls(certificate)) as server:
        _lead_to(server.port, monkeypatch)
        told.build(Faults(), PlatformHttp(str(certificate)))
        told.tell()
        assert names(told.run()) == ["webhooks_failed"]
        assert server.connections == 1


def _lead_to(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(one_shot_connection, "is_public", lambda _: True)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f000001", "localhost", "[::1]", "169.254.169.254", "10.0.0.1", "a@10.0.0.1"]
)
@pytest.mark.parametrize("form", ["https://{}/", "http://{}/", "https://{}:8443/"])
def test_an_address_inside_is_never_called(make_told: MakeTold, host: str, form: str) -> None:
    """Whoever writes the settings past their check does not reach what only we reach."""
    told = make_told(Webhook(name="crm", url=form.format(host)))
    sent: list[HttpOutcome] = []

    class Http:
        def send(self, request: HttpRequest) -> HttpOutcome:
            sent.append(PlatformHttp().send(request))
            return sent[-1]

    told.build(Faults(), Http())
    told.tell()
    assert names(told.run()) == ["webhooks_failed"]
    assert isinstance(sent[0], NotSent)
