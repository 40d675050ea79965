"""What a send says to the platform, with which access, what it is counted as, and how long a unit is held."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from nightbell.domain.business import TextId
from nightbell.domain.conversation import Join
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Outcome
from nightbell.domain.facts import Fact
from nightbell.domain.policy import NOT_IN_SETTINGS
from nightbell.domain.texts import text_for
from nightbell.domain.unit import UnitKind, UnitState, back_off
from nightbell.platforms.channel import (
    ApiAccess,
    Button,
    HttpOutcome,
    HttpRequest,
    NotSent,
    OutboundText,
    ReadBack,
    RecoveryClass,
    VerdictKind,
)
from nightbell.services.attempts import LEASE_MARGIN
from nightbell.services.guard_account import SENTENCES, Cause, token_mark
from nightbell.services.ports import Breaker
from nightbell.services.recover_unit import UNREADABLE
from tests.contract.world import CLOSED, LIFE, World
from tests.fakes import ECHOING, LOST_SENT, LOST_UNSENT, READABLE, Behaviour, FakeChannel, says

MakeWorld = Callable[..., World]


@dataclass(kw_only=True)
class Watched(FakeChannel):
    """A channel that can be read back and keeps all it is asked."""

    name: str = "watched"
    recovery: RecoveryClass = RecoveryClass.ECHOED
    can_read_back: bool = True
    sends: list[tuple[OutboundText, ApiAccess]] = field(default_factory=list)
    looks: list[tuple[str, str, ApiAccess]] = field(default_factory=list)
    compared: list[tuple[str, str, datetime]] = field(default_factory=list)

    def send_request(self, outbound: OutboundText, access: ApiAccess) -> HttpRequest:
        self.sends.append((outbound, access))
        return super().send_request(outbound, access)

    def read_back_request(self, address: str, account_id: str, access: ApiAccess) -> HttpRequest:
        self.looks.append((address, account_id, access))
        return super().read_back_request(address, account_id, access)

    def read_back(self, outcome: HttpOutcome, *, account_id: str, text: str, sent_from: datetime) -> ReadBack:
        self.compared.append((account_id, text, sent_from))
        return super().read_back(outcome, account_id=account_id, text=text, sent_from=sent_from)


class NamedSecrets:
    """Tells for each secret what it is; the current value stands before the one it replaces."""

    def get(self, platform: str, name: str) -> tuple[str, ...]:
        return (f"{platform}/{name}", "the value before")


@pytest.fixture
def channel() -> Watched:
    return Watched()


@pytest.fixture
def watched(make_world: MakeWorld, channel: Watched) -> World:
    """Make a world by night, whose channel and secrets tell what was asked of them."""
    world = make_world(channel, now=CLOSED)
    world.secrets = NamedSecrets()  # type: ignore[assignment]
    world.build(world.faults)
    return world


def refuses(kind: VerdictKind, **more: Any) -> Behaviour:
    return Behaviour(executed=False, outcome=says(kind, **more))


def named(facts: list[Fact], name: str) -> list[Fact]:
    return [fact for fact in facts if fact.name == name]


# What is said


def test_a_redirect_leaves_with_its_choices_and_our_tag(watched: World, channel: Watched) -> None:
    watched.write()
    watched.work()
    ((outbound, _),) = channel.sends
    brand = watched.account.brand
    assert (outbound.account_id, outbound.address) == (watched.account.account_id, "7")
    assert outbound.tag == watched.unit(1).tag
    assert outbound.text == watched.unit(1).text
    assert outbound.buttons == [
        Button(title=brand.titles["en"][choice], payload=f"nightbell.choice.{choice.value}") for choice in brand.choices
    ]
    assert outbound.menu_title == text_for(brand, TextId.MENU, "en", watched.channel.name)
    assert outbound.ask is None


def test_a_question_for_an_address_says_what_it_asks_for(watched: World, channel: Watched) -> None:
    watched.write()
    watched.write("", choice="nightbell.choice.email_me")
    watched.rest()
    asked = channel.sends[-1][0]
    assert (asked.ask, asked.buttons, asked.menu_title) == ("email", [], "")


def test_what_leaves_goes_to_the_address_a_platform_told_or_else_to_the_contact(
    make_world: MakeWorld, channel: Watched
) -> None:
    world = make_world(channel)
    told = world.message(by="8")
    world.deliver(replace(told, contact=replace(told.contact, address="8@elsewhere")))
    untold = world.message(by="9")
    world.deliver(replace(untold, contact=replace(untold.contact, address="")))
    world.api.next = [LOST_UNSENT] * 2
    world.work()
    world.rest()
    assert sorted(outbound.address for outbound, _ in channel.sends) == ["8@elsewhere", "8@elsewhere", "9", "9"]
    assert sorted(address for address, _, _ in channel.looks) == ["8@elsewhere", "9"]


# With which access


def test_a_send_and_a_look_use_the_accounts_current_token(watched: World, channel: Watched) -> None:
    watched.api.next = [LOST_SENT]
    watched.write()
    watched.rest()
    account = watched.account.account_id
    access = ApiAccess(
        base_url="https://api.example",
        version="v1",
        token=f"fake/access_token/{account}",
        owner_id=account,
    )
    assert [used for _, used in channel.sends] == [access]
    assert channel.looks == [("7", account, access)]


def test_what_is_looked_for_are_the_words_sent_since_then(watched: World, channel: Watched) -> None:
    watched.api.next = [LOST_SENT]
    watched.write()
    watched.pass_by(seconds=7)
    sent_at = watched.clock.now()
    watched.work()
    text = watched.unit(1).text
    assert text
    watched.rest()
    assert channel.compared == [(watched.account.account_id, text, sent_at)]


def test_without_a_token_nobody_can_look_and_it_stays_uncertain(world: World) -> None:
    world.api.next = [LOST_SENT]
    world.write()
    world.work()
    world.secrets.token = None
    world.rest()
    assert (world.api.reads, world.unit(1).state, world.unit(1).reason) == (0, UnitState.UNCERTAIN, UNREADABLE)
    assert world.faults_at_rest() == []


def test_finding_words_that_a_later_unit_repeats_proves_nothing_about_the_earlier_one(world: World) -> None:
    world.api.next = [LOST_UNSENT]
    world.write()
    world.work()
    world.desk.take(world.pk(), "ana")
    world.desk.close(world.pk(), "ana")
    world.write("And this?")
    world.work()
    world.rest()
    earlier, later = world.units_of()
    assert earlier.text == later.text
    assert later.state is UnitState.SENT
    assert earlier.state is UnitState.UNCERTAIN
    assert world.faults_at_rest() == []


def test_finding_words_that_the_contact_was_told_for_a_comment_proves_nothing(world: World) -> None:
    """A private reply stands among the private messages, and its unit is in another conversation."""
    world.api.next = [LOST_UNSENT]
    world.write()
    world.work()
    public = world.message(by="post/7")
    world.deliver(replace(public, contact=replace(public.contact, address=public.contact.author_id)))
    world.work()
    join = Join(since=world.clock.now(), pk=world.pk("post/7"))
    assert world.truth.join(world.pk(), world.conversation(), join)
    world.rest()
    lost, sent = world.unit(1), world.unit(1, "post/7")
    assert (lost.text, sent.state) == (sent.text, UnitState.SENT)
    assert (lost.state, lost.reason) == (UnitState.UNCERTAIN, UNREADABLE)


# For how long


def test_the_lease_outlasts_the_worker_by_a_margin_for_clocks(watched: World) -> None:
    watched.api.next = [LOST_UNSENT, LOST_UNSENT]
    watched.write()
    deadline = watched.clock.now() + LIFE
    watched.work()
    assert watched.unit(1).lease == deadline + LEASE_MARGIN
    assert timedelta(seconds=5) <= LEASE_MARGIN <= timedelta(seconds=30)


def test_a_worker_that_may_live_is_left_alone_to_the_last_moment_of_its_lease(world: World) -> None:
    world.api.next = [LOST_SENT]
    world.write()
    world.work()
    lease = world.unit(1).lease
    assert lease is not None
    waits = max(lease - world.clock.now(), timedelta(seconds=90))
    world.pass_by(seconds=waits.total_seconds())
    assert world.acknowledge(world.pk(), world.unit(1).sk, world.run()) == []
    world.pass_by(seconds=0.001)
    assert named(world.acknowledge(world.pk(), world.unit(1).sk, world.run()), "recoveries")


@pytest.mark.parametrize(("life_s", "sends"), [(14, 1), (13.99, 0)])
def test_a_send_begins_only_if_it_can_end_within_the_run(world: World, life_s: float, sends: int) -> None:
    world.write()
    world.hints.waiting.clear()
    facts = world.acknowledge(world.pk(), world.unit(1).sk, world.run(timedelta(seconds=life_s)))
    assert len(world.api.tokens) == sends
    assert len(named(facts, "too_late_to_send")) == 1 - sends


# Without settings


def test_an_account_that_goes_while_a_send_is_unknown_leaves_it_uncertain(world: World) -> None:
    world.api.next = [LOST_SENT]
    world.write()
    world.work()
    world.accounts.clear()
    world.rest()
    assert (world.unit(1).state, world.unit(1).reason) == (UnitState.UNCERTAIN, NOT_IN_SETTINGS)
    assert world.last_word() == "uncertain"
    assert world.faults_at_rest() == []


def test_an_account_that_goes_takes_no_unit_from_a_worker_that_lives(world: World) -> None:
    world.api.next = [LOST_SENT]
    world.write()
    world.work()
    before = world.unit(1)
    world.accounts.clear()
    world.pass_by(seconds=30)
    assert world.acknowledge(world.pk(), before.sk, world.run()) == []
    assert world.unit(1) == before
    world.pass_by(seconds=11)
    run = world.run()
    assert [fact.name for fact in world.acknowledge(world.pk(), before.sk, run)] == ["hand_offs"]
    assert (world.unit(1).worker, world.unit(1).epoch) == (run.worker, before.epoch + 1)


def test_who_takes_over_without_settings_holds_the_unit_as_long_as_anybody(world: World) -> None:
    world.api.next = [LOST_SENT]
    world.write()
    world.work()
    world.accounts.clear()
    world.pass_by(minutes=2)

    def refuse(message: object) -> None:
        raise UnavailableError(type(message).__name__)

    world.human_queue.send = refuse  # type: ignore[method-assign]
    run = world.run()
    with pytest.raises(UnavailableError):
        world.acknowledge(world.pk(), world.unit(1).sk, run)
    assert (world.unit(1).state, world.unit(1).lease) == (UnitState.RECOVERING, run.deadline + LEASE_MARGIN)
    assert world.unit(1).due_at == run.deadline + LEASE_MARGIN


def test_a_hint_for_a_unit_that_is_not_there_is_counted_and_nothing_else(world: World) -> None:
    assert [fact.name for fact in world.acknowledge(world.pk(), "A#000000000009", world.run())] == [
        "hints_without_unit"
    ]


# What it is counted as


def test_a_send_is_counted_with_its_channel_its_code_and_how_long_the_contact_waited(world: World) -> None:
    world.write()
    world.pass_by(seconds=2.5)
    world.work()
    (sent,) = named(world.facts, "sends_sent")
    named_too = {"channel": world.channel.name, "code": "", "kind": "acknowledgement", "brand": "corner"}
    assert dict(sent.fields) == {**named_too, "waited_ms": 2500}
    assert named(world.facts, "hand_offs")


def test_a_refusal_is_counted_by_the_platforms_code(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world(ECHOING)
    verdict = FakeChannel.verdict
    monkeypatch.setattr(FakeChannel, "verdict", lambda self, outcome: replace(verdict(self, outcome), code="10/2018"))
    world.api.next = [refuses(VerdictKind.REFUSED)]
    world.write()
    world.work()
    assert [fact.fields["code"] for fact in named(world.facts, "sends_refused")] == ["10/2018"]


@pytest.mark.parametrize(("behaviour", "found"), [(LOST_SENT, "found"), (LOST_UNSENT, "absent")])
def test_a_recovery_and_what_it_found_are_counted(world: World, behaviour: Behaviour, found: str) -> None:
    world.api.next = [behaviour]
    world.write()
    world.rest()
    for name in ("recoveries", f"read_backs_{found}"):
        (fact,) = named(world.facts, name)
        assert dict(fact.fields) == {"channel": world.channel.name}
    assert len(named(world.facts, "hand_offs")) == 1


def test_what_is_suppressed_at_the_last_moment_is_counted(world: World) -> None:
    world.write()
    world.desk.take(world.pk(), "ana")
    world.work()
    assert [fact.name for fact in world.facts[-2:]] == ["hand_offs", "acks_suppressed"]


def test_a_text_that_is_gone_raises_an_alarm(world: World) -> None:
    world.write()
    for key, account in world.accounts.items():
        world.accounts[key] = replace(account, brand=replace(account.brand, texts={"en": {}, "es": {}}))
    world.work()
    assert [(fact.name, fact.alarm) for fact in world.facts[-2:]] == [("hand_offs", False), ("texts_gone", True)]


def test_a_missing_token_raises_an_alarm_that_names_it(world: World) -> None:
    world.secrets.token = None
    world.write()
    world.work()
    (alarm,) = [fact for fact in world.facts if fact.alarm]
    assert alarm.name == "accounts_without_token"
    assert alarm.fields == {"because": f"fake/access_token/{world.account.account_id} was never set"}


def test_a_breaker_that_opens_raises_an_alarm_that_names_the_account(world: World) -> None:
    world.api.next = [refuses(VerdictKind.TOKEN_DEAD)]
    world.write()
    world.work()
    (alarm,) = [fact for fact in world.facts if fact.alarm]
    assert alarm.name == "breakers_opened"
    assert alarm.fields == {"channel": world.channel.name, "account": world.account.account_id, "cause": "token"}
    world.write(by="8")
    world.work()
    (parked,) = named(world.facts, "acks_parked")
    assert parked.fields == {"cause": "token"}


# How long it waits


def test_what_never_left_waits_longer_each_time(world: World) -> None:
    world.api.next = [Behaviour(executed=False, outcome=NotSent(error="refused"))] * 4
    world.write()
    world.work()
    for _ in range(3):
        unit = world.unit(1)
        assert unit.not_before is not None
        assert unit.reason == "the platform could not be reached yet"
        assert unit.told
        world.clock.advance((unit.not_before - world.clock.now()).total_seconds())
        world.sweep()
        swept = world.unit(1).sweeps
        world.work()
        assert world.unit(1).not_before == world.clock.now() + back_off(swept + 1)


def test_the_platforms_own_words_for_waiting_are_kept(world: World) -> None:
    world.api.next = [refuses(VerdictKind.NOT_SENT, reason="too many calls", retry_after_s=60)]
    world.write()
    world.work()
    assert world.unit(1).reason == "too many calls"
    (message,) = world.human_queue.messages
    assert message["acknowledgement"]["reason"] == "too many calls"  # type: ignore[index]


@pytest.mark.parametrize(("asked_s", "waits_s"), [(None, 60), (20, 60), (900, 900)])
def test_a_blocked_account_waits_for_the_breaker_and_for_what_the_platform_asks(
    world: World, asked_s: int | None, waits_s: int
) -> None:
    world.api.next = [refuses(VerdictKind.ACCOUNT_BLOCKED, retry_after_s=asked_s)]
    world.write()
    world.work()
    assert world.unit(1).not_before == world.clock.now() + timedelta(seconds=waits_s)
    assert world.unit(1).reason == SENTENCES[Cause.BLOCKED]
    assert world.breaker()["token_mark"] == token_mark("a token of the account")


def test_a_pause_that_the_platform_asks_for_is_kept_by_all_of_the_account(world: World) -> None:
    world.api.next = [refuses(VerdictKind.ACCOUNT_BLOCKED, retry_after_s=4 * 3600)]
    world.write(by="1")
    world.work()
    for minutes in range(30, 4 * 60, 30):
        world.pass_by(minutes=30)
        world.write(by=f"after {minutes} minutes")
        world.work()
        world.sweep()
        world.work()
    assert len(world.api.tokens) == 1
    world.rest(rounds=100)
    assert len(world.api.seen) == 8


def test_who_waits_for_a_long_pause_looks_every_hour_whether_it_is_over(world: World) -> None:
    world.api.next = [refuses(VerdictKind.ACCOUNT_BLOCKED, retry_after_s=4 * 3600)]
    world.write(by="1")
    world.write(by="2")
    world.work()
    for by in "12":
        assert world.unit(1, by).not_before == world.clock.now() + timedelta(hours=1)


def test_what_is_parked_waits_for_the_breaker_or_its_own_back_off_whichever_is_longer(world: World) -> None:
    world.api.next = [refuses(VerdictKind.TOKEN_DEAD)]
    world.write(by="1")
    world.work()
    assert world.unit(1, "1").not_before == world.clock.now() + timedelta(seconds=60)
    world.pass_by(seconds=20)
    world.write(by="2")
    world.work()
    assert world.unit(1, "2").not_before == world.clock.now() + back_off(1)
    assert world.unit(1, "2").reason == SENTENCES[Cause.TOKEN]


def test_what_is_parked_beside_a_long_pause_waits_to_its_end(world: World) -> None:
    world.api.next = [refuses(VerdictKind.ACCOUNT_BLOCKED)] * 3
    world.write(by="1")
    for minutes in (3, 3, 1):
        world.acknowledge(world.pk("1"), world.unit(1, "1").sk, world.run())
        world.pass_by(minutes=minutes)
    world.hints.waiting.clear()
    world.write(by="2")
    world.work()
    assert world.unit(1, "2").not_before == world.clock.now() + timedelta(minutes=4 - 1)


def test_a_breaker_without_a_token_is_opened_once_in_a_pause(world: World) -> None:
    world.secrets.token = None
    for by in "123":
        world.write(by=by)
    world.work()
    assert world.breaker()["opened"] == 1
    assert world.unit(1, "3").not_before == world.clock.now() + back_off(1)
    assert world.unit(1, "3").reason == SENTENCES[Cause.NO_TOKEN]
    world.pass_by(seconds=60)
    world.acknowledge(world.pk("1"), world.unit(1, "1").sk, world.run())
    assert world.breaker()["opened"] == 2


def test_news_beside_a_send_that_is_on_its_way_waits_as_long_as_anything_due(world: World) -> None:
    world.secrets.token = None
    world.write()
    world.work()
    world.write("It came broken and I am not happy")
    told_at = world.clock.now()
    world.work()
    (news,) = [unit for unit in world.units_of() if unit.kind is UnitKind.HAND_OFF]
    assert (news.state, news.told, news.due_at) == (UnitState.READY, True, told_at + back_off(1))
    for _ in range(4):
        due_at = world.unit(news.seq).due_at
        assert due_at is not None
        world.clock.advance((due_at - world.clock.now()).total_seconds())
        world.sweep()
    swept = world.unit(news.seq).sweeps
    assert swept > 1
    world.acknowledge(world.pk(), news.sk, world.run())
    assert world.unit(news.seq).due_at == world.clock.now() + back_off(swept + 1)


def test_of_two_who_find_the_pause_over_at_once_one_probes(world: World) -> None:
    world.api.next = [refuses(VerdictKind.ACCOUNT_BLOCKED)] * 3
    for by in "12":
        world.write(by=by)
    world.work()
    assert len(world.api.tokens) == 1
    world.pass_by(seconds=61)
    read = world.units.read_breaker

    def read_beside_another(channel: str, account_id: str) -> Breaker:
        world.units.read_breaker = read  # type: ignore[method-assign]
        found = read(channel, account_id)
        world.acknowledge(world.pk("2"), world.unit(1, "2").sk, world.run())
        return found

    world.units.read_breaker = read_beside_another  # type: ignore[method-assign]
    facts = world.acknowledge(world.pk("1"), world.unit(1, "1").sk, world.run())
    assert named(facts, "acks_parked")
    assert len(world.api.tokens) == 2
    assert [world.faults_at_rest(by)[0] for by in "12"] == ["a due marker is left"] * 2


def test_failures_are_counted_on_the_account_they_are_of(make_world: MakeWorld) -> None:
    world = make_world(ECHOING)
    world.api.next = [LOST_UNSENT] * 2
    for by in "12":
        world.write(by=by)
    world.work()
    assert world.breaker()["failures"] == 2
    world.write(by="3")
    world.work()
    assert "failures" not in world.breaker()


# Settled by the platform


def test_a_hand_off_about_a_settled_unit_is_counted_and_done_once(make_world: MakeWorld) -> None:
    world = make_world(ECHOING)
    world.api.next = [LOST_SENT]
    world.write()
    world.rest()
    world.deliver(world.settlement(world.unit(1).tag, Outcome.FAILED))
    sk = world.unit(1).sk
    assert [fact.name for fact in world.acknowledge(world.pk(), sk, world.run())] == ["hand_offs"]
    assert world.unit(1).due_at is None
    assert world.acknowledge(world.pk(), sk, world.run()) == []


def test_what_was_proven_absent_is_sent_again_at_once_and_by_the_same_run(make_world: MakeWorld) -> None:
    world = make_world(READABLE)
    world.api.next = [LOST_UNSENT]
    world.write()
    world.work()
    world.pass_by(seconds=91)
    world.acknowledge(world.pk(), world.unit(1).sk, world.run())
    assert (world.unit(1).state, len(world.visible())) == (UnitState.SENT, 1)
    assert not world.unit(1).told
