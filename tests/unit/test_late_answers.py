"""When the time for automation is over: only what a person wrote leaves, and only then under the mark for people."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from nightbell.domain.acknowledgement import Composed
from nightbell.domain.business import TextId
from nightbell.domain.conversation import Conversation
from nightbell.domain.unit import Unit, UnitKind
from nightbell.platforms.channel import HttpOutcome, HttpRequest, NoAnswer
from nightbell.platforms.registry import QUESTIONS, SENDERS
from nightbell.services.ask_first import AskFirst
from nightbell.services.case import Case, Invocation
from tests.platforms.sending import sample_of, written
from tests.unit.talk import bakery

WROTE = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
IN_TIME, LATE, OVER = WROTE + timedelta(hours=1), WROTE + timedelta(days=3), WROTE + timedelta(days=30)
MARKED = frozenset({"messenger", "instagram_direct"})
BY_PERSON = frozenset({UnitKind.PERSON_ANSWER, UnitKind.PERSON_PROMISE})
SPEAKING = sorted(name for name, sender in SENDERS.items() if sender.person_window != timedelta(0))


def case_of(name: str, kind: UnitKind, text_id: TextId, now: datetime, said_at: datetime | None = None) -> Case:
    """Make a case in which the contact wrote long ago."""
    unit = Unit(pk="C#x.1.2", seq=1, desk=1, kind=kind, text_id=text_id, said_at=said_at, created_at=now)
    return Case(
        unit=replace(unit, address=sample_of(SENDERS[name].platform).outbound.address),
        text_id=text_id,
        conversation=Conversation(contact_at=WROTE),
        sender=SENDERS[name],
        account=bakery(),
        contact_id="2",
        run=Invocation(worker="w", deadline=now),
        now=now,
    )


def says(case: Case) -> str:
    outbound = case.outbound(Composed(text_id=case.text_id, text="We are on it."))
    return written(case.sender.send_request(outbound, sample_of(case.sender.platform).access))


@pytest.mark.parametrize("name", SPEAKING)
@pytest.mark.parametrize("kind", [kind for kind in UnitKind if kind not in BY_PERSON])
@pytest.mark.parametrize("now", [IN_TIME, LATE, OVER], ids=["in time", "late", "over"])
def test_nothing_automatic_bears_the_mark_for_people(name: str, kind: UnitKind, now: datetime) -> None:
    for text_id in TextId:
        case = case_of(name, kind, text_id, now)
        assert "HUMAN_AGENT" not in says(case)
        assert "MESSAGE_TAG" not in says(case)
        assert not case.outbound(Composed(text_id=text_id, text="")).by_person


@pytest.mark.parametrize("name", SPEAKING)
@pytest.mark.parametrize("kind", sorted(BY_PERSON))
def test_a_person_bears_it_when_it_is_late_and_where_there_is_one(name: str, kind: UnitKind) -> None:
    text_id = TextId.RECEIPT
    assert "HUMAN_AGENT" not in says(case_of(name, kind, text_id, IN_TIME))
    assert ("HUMAN_AGENT" in says(case_of(name, kind, text_id, LATE))) is (name in MARKED)


def test_the_message_that_is_answered_tells_how_late_it_is() -> None:
    kind, text_id = UnitKind.PERSON_ANSWER, TextId.RECEIPT
    assert "HUMAN_AGENT" not in says(case_of("messenger", kind, text_id, LATE, said_at=LATE - timedelta(hours=2)))


def test_every_kind_of_unit_is_by_a_person_or_not() -> None:
    assert {kind for kind in UnitKind if kind.is_by_person} == BY_PERSON


class Asked:
    """An API that knows nothing, and counts who asks."""

    def __init__(self) -> None:
        self.requests: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpOutcome:
        self.requests.append(request)
        return NoAnswer(error="nobody is there")


@pytest.mark.parametrize(
    ("name", "address", "stops_people"),
    [("facebook_comments", "100_1/100_2", False), ("telegram", "bc-1:7700000421", True)],
)
def test_only_a_strangers_account_stops_people(name: str, address: str, *, stops_people: bool) -> None:
    """Once the private reply was used, Meta would say no to every line that somebody writes."""
    found = {}
    for kind in (UnitKind.ACKNOWLEDGEMENT, UnitKind.PERSON_ANSWER):
        api, case = Asked(), case_of(name, kind, TextId.RECEIPT, IN_TIME)
        case = replace(case, unit=replace(case.unit, address=address))
        AskFirst(api, QUESTIONS)(case, sample_of(case.sender.platform).access)
        found[kind] = bool(api.requests)
    assert found == {UnitKind.ACKNOWLEDGEMENT: True, UnitKind.PERSON_ANSWER: stops_people}
