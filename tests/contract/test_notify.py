"""The team hears at once what cannot wait, once, wherever it reads; and everything else when the shop opens."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.loopback_server import LoopbackServer, Reply, Request
from infra.local.platforms.email.ses_api import SesApi
from infra.local.platforms.faults import Fault, FaultBox, FaultKind
from infra.local.platforms.team_chat import TeamChat, slack_error, teams_error
from nightbell.adapters.aws_signature import AwsSignature
from nightbell.adapters.outbox_table import OutboxTable
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.bulletin import Bulletin, Line
from nightbell.domain.conversation import Conversation, PriorityReason
from nightbell.domain.desk_state import DeskState
from nightbell.domain.errors import MisconfiguredError, UnavailableError
from nightbell.domain.facts import Fact
from nightbell.domain.keys import team_pk
from nightbell.domain.priority import SENTENCES
from nightbell.domain.team_place import Gets, TeamPlace
from nightbell.services.desk_reading import Standing
from nightbell.services.send_to_team import TRIED_BEFORE, SendToTeam
from nightbell.services.tell_alarm import TellAlarm
from nightbell.services.tell_team import TellTeam
from nightbell.services.write_alerts import WriteAlerts
from tests.contract.conversation_table import partition
from tests.contract.fake_clock import FakeClock
from tests.contract.faults import Crash, Faults, FaultyDynamo, How
from tests.unit.test_hold_promises import KNOWN

SLACK = TeamPlace(name="shop-floor", kind="slack", brand="corner")
TEAMS = TeamPlace(name="office", kind="teams", brand="corner")
MAIL = TeamPlace(name="mailbox", kind="email", brand="corner", to="team@example.com", sender="n@mail.example.com")
SECRETS = {
    "shop-floor": "https://hooks.slack.com/services/T0SECRET/B0SECRET/XXsecretXX",  # pragma: allowlist secret
    "office": "https://prod-1.westeurope.logic.azure.com/workflows/0SECRET0/triggers/manual/paths/invoke?sig=XXsecretXX",
}
MONDAY_TEN = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""At the shop, which opened an hour ago."""
NIGHT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RUN = timedelta(seconds=55)


class Keys:
    """Secrets by name."""

    def __init__(self) -> None:
        self.of = dict(SECRETS)

    def get(self, platform: str, name: str) -> tuple[str, ...]:
        assert platform == "notify"
        if name not in self.of:
            raise MisconfiguredError("never set")
        return (self.of[name],)


class Human:
    """The human queue."""

    def __init__(self) -> None:
        self.told: list[Any] = []

    def send(self, message: Any) -> None:
        self.told.append(message)


class Office:
    """A team, its chats over real HTTP, and what it is owed in a real table."""

    def __init__(self, dynamodb: Any, table: str, server: LoopbackServer, chat: TeamChat, *places: TeamPlace) -> None:
        self.dynamodb, self.table, self.chat, self.places = dynamodb, table, chat, places
        self.server = server
        self.clock, self.keys, self.human = FakeClock(MONDAY_TEN), Keys(), Human()
        self.talks: dict[str, Conversation] = {}
        self.build(Faults())

    def build(self, faults: Faults) -> None:
        client = TableClient(FaultyDynamo(self.dynamodb, faults), self.table, Deadline(self.clock))
        self.outbox = OutboxTable(client)
        self.queue = WriteAlerts(self.human, self.outbox, self.places, KNOWN.brands, self.clock)
        self.tell = TellTeam(self.outbox, self.places, self.clock)
        self.send = SendToTeam(
            store=self.outbox,
            standings=self.standings,
            api=PlatformHttp(sign=AwsSignature()),
            secrets=self.keys,
            places=self.places,
            brands=KNOWN.brands,
            clock=self.clock,
            stand_in=self.server.url,
        )

    def standings(self, pks: Sequence[str]) -> Sequence[Standing]:
        return [Standing(pk=pk, conversation=self.talks[pk], state=DeskState()) for pk in pks if pk in self.talks]

    def hand_off(self, *reasons: PriorityReason, who: str = "5", preview: str | None = None) -> None:
        pk = f"C#messenger.100.{who}"
        self.talks[pk] = Conversation(last_seq=1, episode=1, episode_at=self.clock.now(), brand="corner")
        self.queue.send(
            {
                "conversation_id": pk,
                "episode": 1,
                "brand": "corner",
                "channel": "messenger",
                "via": None,
                "contact": {"id": who, "display_name": "Ana <!channel>"},
                "first_message_at": self.clock.now().isoformat(),
                "last_message_at": self.clock.now().isoformat(),
                "priority": {"score": 1, "reasons": [SENTENCES[reason] for reason in reasons]},
                "preview": preview,
                "desk_link": f"https://desk.example.com/desk/{who}",
            }
        )

    def run(self) -> list[Fact]:
        return self.send(self.clock.now() + RUN)

    def wait(self, **time: float) -> None:
        self.clock.advance(timedelta(**time).total_seconds())

    def seen(self, channel: str = "slack") -> list[str]:
        return [" | ".join(each.lines) for each in self.chat.posted if each.channel == channel]

    def items(self, place: TeamPlace = SLACK) -> list[dict[str, Any]]:
        return partition(self.dynamodb, self.table, team_pk(place.name))


@pytest.fixture
def chat() -> TeamChat:
    return TeamChat()


@pytest.fixture
def server(chat: TeamChat) -> Iterator[LoopbackServer]:
    def answer(request: Request) -> Reply:
        name, _, rest = request.path[1:].partition("/")
        return getattr(chat, name)(replace(request, path=f"/{rest}"))  # type: ignore[no-any-return]

    served = LoopbackServer(answer)
    yield served
    served.close()


MakeOffice = Callable[..., Office]


@pytest.fixture
def make(dynamodb: Any, table: str, server: LoopbackServer, chat: TeamChat) -> MakeOffice:
    return lambda *places: Office(dynamodb, table, server, chat, *places)


@pytest.fixture
def office(make: MakeOffice) -> Office:
    return make(SLACK)


def names(facts: list[Fact]) -> list[str]:
    return [fact.name for fact in facts]


def test_an_emergency_rings_at_once_and_at_night_and_leads_to_the_desk(make: MakeOffice) -> None:
    office = make(SLACK, TEAMS)
    office.clock.advance((NIGHT - MONDAY_TEN).total_seconds())
    office.hand_off(PriorityReason.EMERGENCY)
    assert names(office.run()) == ["team_told", "team_told"]
    for channel in ("slack", "teams"):
        [said] = office.seen(channel)
        assert "Emergency" in said
        assert "waits since Mon 03:00" in said
    assert [each.links for each in office.chat.posted] == [("https://desk.example.com/desk/5",)] * 2


def test_at_night_a_complaint_costs_nothing_and_waits_for_the_digest(office: Office) -> None:
    office.clock.advance((NIGHT - MONDAY_TEN).total_seconds())
    office.hand_off(PriorityReason.COMPLAINT, PriorityReason.THIRD_MESSAGE, PriorityReason.ANSWER_FAILED)
    assert office.items() == []
    office.hand_off(PriorityReason.COMPLAINT, PriorityReason.IMPORTANT_CONTACT)
    office.run()
    [said] = office.seen()
    assert "From your list of contacts who matter" in said


def test_what_is_not_worth_ringing_for_is_not_written_down(office: Office) -> None:
    office.hand_off(PriorityReason.WINDOW, PriorityReason.LOOP, PriorityReason.UNPROVEN)
    office.hand_off(who="6")
    assert office.items() == []
    assert len(office.human.told) == 2


def test_complaints_of_a_few_minutes_are_one_message(office: Office) -> None:
    for number in range(25):
        office.hand_off(PriorityReason.COMPLAINT, who=str(number))
        office.wait(seconds=4)
    assert office.run() == []
    office.wait(minutes=3)
    office.run()
    [said] = office.seen()
    assert said.startswith("Corner Shop") or "Complaint, and 24 more" in said
    assert "and 15 more; the desk lists all of them" in said


def test_a_storm_of_alerts_is_one_message_that_tells_how_many(office: Office) -> None:
    for number in range(120):
        office.hand_off(PriorityReason.COMPLAINT, who=str(number))
    office.hand_off(PriorityReason.EMERGENCY, who="last")
    office.wait(minutes=3)
    office.run()
    [said] = office.seen()
    assert "Emergency, and 120 more" in said
    office.wait(minutes=10)
    assert office.run() == []


def test_the_same_reason_in_the_same_episode_is_told_once(office: Office) -> None:
    for _ in range(3):
        office.hand_off(PriorityReason.EMERGENCY)
        office.run()
        office.wait(minutes=5)
    assert len(office.seen()) == 1
    office.hand_off(PriorityReason.EMERGENCY, PriorityReason.COMPLAINT)
    office.wait(minutes=4)
    office.run()
    assert len(office.seen()) == 2


@pytest.mark.parametrize("answered", [{"seen_seq": 1}, {"episode": 2, "last_seq": 2}])
def test_what_was_answered_meanwhile_rings_no_more(office: Office, answered: dict[str, int]) -> None:
    office.hand_off(PriorityReason.COMPLAINT)
    [pk] = office.talks
    office.talks[pk] = replace(office.talks[pk], **answered)  # type: ignore[arg-type]
    office.wait(minutes=3)
    assert names(office.run()) == ["alerts_settled"]
    assert office.seen() == []


def test_what_an_agent_has_in_hand_rings_no_more_but_an_emergency_does(office: Office) -> None:
    for who, reason in (("5", PriorityReason.COMPLAINT), ("6", PriorityReason.EMERGENCY)):
        office.hand_off(reason, who=who)
    held = {"agent_id": "marta", "agent_until": MONDAY_TEN + timedelta(hours=1)}
    office.talks = {pk: replace(each, **held) for pk, each in office.talks.items()}  # type: ignore[arg-type]
    office.wait(minutes=3)
    office.run()
    [said] = office.seen()
    assert "Emergency" in said
    assert "Complaint" not in said


def test_what_could_not_be_told_before_closing_is_left_to_the_digest(office: Office) -> None:
    office.chat.fault = lambda _: slack_error("rollup_error")
    office.hand_off(PriorityReason.COMPLAINT)
    office.wait(minutes=3)
    assert names(office.run()) == ["team_not_told"]
    office.chat.fault = lambda _: None
    office.wait(hours=14)
    assert names(office.run()) == ["alerts_settled"]
    assert office.seen() == []


def test_without_the_setting_no_name_and_no_word_of_the_customer_leaves(make: MakeOffice) -> None:
    quiet, open_one = make(SLACK, replace(TEAMS, excerpt=True)), "My order 5512 <at>all</at>"
    quiet.hand_off(PriorityReason.EMERGENCY, preview=open_one)
    quiet.run()
    assert "Ana" not in json.dumps(quiet.chat.posted[0].raw)
    assert "5512" not in json.dumps(quiet.chat.posted[0].raw) + json.dumps(quiet.items(), default=str)
    assert "Ana <!channel>: \u201c" + open_one in quiet.seen("teams")[0]


@pytest.mark.parametrize(
    "reply",
    [slack_error("rate_limited", 90), slack_error("rollup_error"), Reply(hang_up=True), Reply(status=502), None],
)
def test_what_a_place_does_not_take_is_kept_and_tried_again_less_and_less_often(
    office: Office, reply: Reply | None
) -> None:
    if reply is None:
        office.server.close()
    office.chat.fault = lambda _: reply
    office.hand_off(PriorityReason.EMERGENCY)
    facts = []
    for _ in range(40):
        facts += office.run()
        office.wait(minutes=1)
    found = [fact.alarm for fact in facts]
    assert found == [False, False, False, False, True, True]
    office.server.open()
    office.chat.fault = lambda _: None
    office.wait(hours=1)
    assert names(office.run()) == ["team_told"]
    [said] = office.seen()
    assert TRIED_BEFORE in said


def test_a_place_that_asks_us_to_wait_is_left_alone_for_so_long(office: Office) -> None:
    office.chat.fault = lambda _: slack_error("rate_limited", 600)
    office.hand_off(PriorityReason.EMERGENCY)
    office.run()
    office.chat.fault = lambda _: None
    office.wait(minutes=9)
    assert office.run() == []
    office.wait(minutes=2)
    assert names(office.run()) == ["team_told"]


@pytest.mark.parametrize("word", ["no_service", "invalid_token", "channel_is_archived", "action_prohibited", "no_text"])
def test_what_no_time_mends_is_loud_at_once_and_mends_itself_with_a_new_address(office: Office, word: str) -> None:
    office.chat.fault = lambda _: slack_error(word)
    office.hand_off(PriorityReason.EMERGENCY)
    [fact] = office.run()
    assert (fact.name, fact.alarm) == ("team_not_told", True)
    assert str(fact.fields["because"]).endswith(word)
    office.wait(minutes=30)
    assert office.run() == []
    office.chat.fault = lambda _: None
    office.wait(minutes=31)
    assert names(office.run()) == ["team_told"]


def test_a_dead_place_keeps_nothing_from_another(make: MakeOffice) -> None:
    office = make(SLACK, TEAMS)
    office.chat.fault = lambda path: slack_error("no_team") if "services" in path else None
    office.hand_off(PriorityReason.EMERGENCY)
    assert names(office.run()) == ["team_not_told", "team_told"]
    office.chat.fault = lambda path: teams_error(429, 60) if "workflows" in path else None
    office.hand_off(PriorityReason.EMERGENCY, who="6")
    office.wait(hours=2)
    assert names(office.run()) == ["team_told", "team_not_told"]


def test_an_address_of_a_retired_connector_is_named_so(make: MakeOffice) -> None:
    office = make(TEAMS)
    office.keys.of["office"] = "https://contoso.webhook.office.com/webhookb2/1/IncomingWebhook/2"
    office.hand_off(PriorityReason.EMERGENCY)
    [fact] = office.run()
    assert fact.fields["because"] == "the secret notify/office is of a retired connector"


@pytest.mark.parametrize("secret", [None, "https://evil.example/services/T/B/x", "http://169.254.169.254/latest"])
def test_without_an_address_of_the_vendor_nothing_is_called_and_an_operator_hears_of_it(
    office: Office, secret: str | None
) -> None:
    office.keys.of = {"shop-floor": secret} if secret else {}
    office.hand_off(PriorityReason.EMERGENCY)
    [fact] = office.run()
    assert (fact.name, fact.alarm) == ("team_not_told", True)
    assert "shop-floor" in str(fact.fields["because"])
    assert "evil" not in str(fact)


def test_no_line_no_metric_no_item_and_no_error_holds_an_address(
    office: Office, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(0)
    said: list[object] = []
    faults: list[Callable[[str], Reply | None]] = [
        lambda _: Reply(hang_up=True),
        lambda _: slack_error("invalid_token"),
        lambda _: Reply(status=302, headers={"Location": SECRETS["shop-floor"]}),
        lambda path: Reply(status=500, body=path.encode()),
        lambda _: None,
    ]
    for fault in faults:
        office.chat.fault = fault
        office.hand_off(PriorityReason.EMERGENCY)
        said += office.run()
        office.wait(hours=2)
    office.server.close()
    office.hand_off(PriorityReason.EMERGENCY, who="6")
    said += office.run()
    office.keys.of["shop-floor"] = "https://hooks.slack.com:99999/services/T0SECRET/B0SECRET/XXsecretXX"
    office.wait(hours=2)
    said += office.run()
    told = [repr(said), repr(office.items()), caplog.text, *capfd.readouterr()]
    assert len(said) >= 7
    for word in ("SECRET", "secretXX", "services/"):
        assert not [each for each in told if word in each]


@pytest.mark.parametrize("how", list(How))
@pytest.mark.parametrize("at", range(1, 9))
def test_no_fault_at_any_call_of_the_table_loses_an_alert(office: Office, how: How, at: int) -> None:
    office.build(Faults(at, how))
    for _ in range(3):
        with suppress(Crash, UnavailableError):
            office.hand_off(PriorityReason.EMERGENCY)
            break
    for _ in range(4):
        with suppress(Crash):
            office.run()
        office.wait(minutes=11)
    assert 1 <= len(office.seen()) <= 2
    assert all(TRIED_BEFORE in each for each in office.seen()[1:])


def test_two_runs_side_by_side_say_it_once(office: Office) -> None:
    beside: list[Fact] = []

    def slowly(_: str) -> Reply | None:
        office.chat.fault = lambda _: None
        beside.extend(office.run())
        return None

    office.chat.fault = slowly
    office.hand_off(PriorityReason.EMERGENCY)
    assert names(office.run()) == ["team_told"]
    assert beside == []
    assert len(office.seen()) == 1


def report(title: str = "The week at Corner") -> Bulletin:
    return Bulletin(title=title).with_lines([Line(text="42 conversations", link="https://desk.example.com/report")])


def test_a_finished_bulletin_is_sent_once_to_each_place_that_gets_such_things(make: MakeOffice) -> None:
    office = make(SLACK, replace(TEAMS, gets=frozenset({Gets.ALERTS})))
    until = office.clock.now() + timedelta(days=1)
    for _ in range(2):
        told = office.tell("corner", Gets.REPORT, "report.2026-W47", report(), until=until)
        office.run()
    assert [place.name for place in told] == ["shop-floor"]
    assert office.seen() == ["The week at Corner | 42 conversations  Open"]
    assert office.seen("teams") == []
    assert office.tell("another", Gets.REPORT, "report.2026-W47", report(), until=until) == []


def test_a_bulletin_that_is_of_no_use_any_more_is_given_up_loudly(office: Office) -> None:
    office.chat.fault = lambda _: slack_error("rollup_error")
    office.tell("corner", Gets.DIGEST, "digest.1", report(), until=office.clock.now() + timedelta(hours=3))
    office.run()
    office.chat.fault = lambda _: None
    office.wait(hours=4)
    assert [(fact.name, fact.alarm) for fact in office.run()] == [("team_given_up", True)]
    assert office.seen() == []


ALARM = {
    "AlarmName": "nightbell-prod-OldestDue",
    "AlarmDescription": "Work waits for minutes. What to do: https://wiki.example.com/operations.md#alarms",
    "NewStateValue": "ALARM",
    "StateChangeTime": "2026-11-23T09:00:00.000+0000",
}


def test_a_mail_is_taken_by_ses_signed_and_in_both_forms(
    make: MakeOffice, chat: TeamChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    letters: list[Any] = []

    def keep(_: Any, letter: Any) -> str:
        letters.append(letter)
        return "0100019"

    faults = FaultBox()
    ses = SesApi(faults, frozenset({MAIL.sender}), keep)
    monkeypatch.setattr(chat, "email", ses.answer, raising=False)
    office = make(MAIL)
    office.hand_off(PriorityReason.EMERGENCY, preview="<b>fire</b>")
    faults.add(Fault(kind=FaultKind.ERROR, channel="email", name="TooManyRequestsException", code=429, times=1))
    [fact] = office.run()
    assert (fact.name, fact.fields["because"]) == ("team_not_told", "status 429 TooManyRequestsException")
    office.wait(minutes=2)
    assert names(office.run()) == ["team_told"]
    [letter] = letters
    assert (letter["To"], letter["Subject"]) == (MAIL.to, "Corner Shop: Emergency")
    assert [part.get_content_type() for part in letter.get_payload()] == ["text/plain", "text/html"]


def test_an_alarm_is_told_in_words_with_its_runbook_and_once(office: Office) -> None:
    alarm = TellAlarm(office.tell, office.send)
    for _ in range(2):
        assert alarm([json.dumps(ALARM), "no alarm at all", "{}"]) == []
        office.run()
    [posted] = office.chat.posted
    assert posted.lines[0] == "Alarm: nightbell-prod-OldestDue"
    assert posted.lines[1] == "Work waits for minutes."
    assert posted.links == ("https://wiki.example.com/operations.md#alarms",)


def test_an_alarm_is_told_though_the_table_is_what_is_wrong(office: Office) -> None:
    office.build(Faults(1, How.FAILED))
    alarm = TellAlarm(office.tell, office.send)
    [fact] = alarm([json.dumps(ALARM)])
    assert (fact.name, fact.count) == ("alarms_told_directly", 1)
    assert len(office.seen()) == 1


def test_an_address_that_cannot_be_read_keeps_no_alarm_from_another_place(
    make: MakeOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = make(TEAMS, SLACK)
    read = office.keys.get

    def get(platform: str, name: str) -> tuple[str, ...]:
        if name == TEAMS.name:
            raise UnavailableError("no answer")
        return read(platform, name)

    monkeypatch.setattr(office.keys, "get", get)
    office.build(Faults(1, How.FAILED))
    [fact] = TellAlarm(office.tell, office.send)([json.dumps(ALARM)])
    assert (fact.name, fact.count) == ("alarms_told_directly", 1)
    assert len(office.seen()) == 1
