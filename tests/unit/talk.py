"""A conversation to test the policy with: one contact of the example bakery says things, and time passes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from nightbell.adapters.business_file import read_business
from nightbell.domain.acknowledgement import Composed, compose, reason_to_drop
from nightbell.domain.business import Account, BusinessSettings, Choice, TextId
from nightbell.domain.choices import payload
from nightbell.domain.conversation import Conversation
from nightbell.domain.day_plan import Period
from nightbell.domain.events import Attachment, Contact, Message, MessageRole
from nightbell.domain.hand_off import Place, hand_off, queue_revision
from nightbell.domain.manners import PLAIN, Manners
from nightbell.domain.opening_hours import OpeningHours
from nightbell.domain.policy import Decision, decide
from nightbell.domain.policy_public import Surface
from nightbell.domain.unit import Unit, UnitState
from tests.unit.calendars import FakeCalendars

BUSINESS = Path(__file__).parents[2] / "functions" / "business.toml"
MADRID = ZoneInfo("Europe/Madrid")
DAY = timedelta(hours=24)
PK = "C#messenger.100000000000001.4711"


@cache
def business() -> BusinessSettings:
    """Read what the example business ships with."""
    return read_business(BUSINESS, FakeCalendars())


def bakery(channel: str = "messenger") -> Account:
    return next(account for account in business().accounts.values() if account.channel == channel)


def nine_to_six(account: Account) -> Account:
    """Keep other hours: every day from nine to six without a break."""
    week = ((Period(start=9 * 60, end=18 * 60),),) * 7
    return replace(account, hours=OpeningHours(zone=MADRID, weekly=week))


def always(account: Account, *, is_open: bool) -> Account:
    week = ((Period(start=0, end=24 * 60),),) * 7 if is_open else ((),) * 7
    return replace(account, hours=OpeningHours(zone=MADRID, weekly=week))


def in_madrid(text: str) -> datetime:
    """Read ``2026-11-23 17:50`` on the shop's clock."""
    return datetime.fromisoformat(text).replace(tzinfo=MADRID).astimezone(UTC)


MONDAY_NOON = in_madrid("2026-11-23 12:00")
MONDAY_NIGHT = in_madrid("2026-11-23 22:00")


class Talk:
    """Folds what the contact does through the policy."""

    def __init__(  # noqa: PLR0913 - each is a part of where one talks
        self,
        at: datetime = MONDAY_NOON,
        *,
        account: Account | None = None,
        window: timedelta | None = DAY,
        surface: Surface | None = None,
        pk: str = PK,
        manners: Manners = PLAIN,
    ) -> None:
        self.account = account or bakery()
        self.window = window
        self.surface = surface
        self.manners = manners
        self.pk = pk
        self.now = at
        self.conversation = Conversation()
        self.units: list[Unit] = []

    def wait(self, **elapsed: int) -> "Talk":
        self.now += timedelta(**elapsed)
        return self

    def until(self, text: str) -> "Talk":
        self.now = in_madrid(text)
        return self

    def says(self, text: str = "", **more: Any) -> Decision:
        seq = self.conversation.last_seq + 1
        message = Message(
            kind=more.pop("kind", "messenger.message"),
            channel=self.account.channel,
            account_id=self.account.account_id,
            contact=more.pop("contact", Contact(contact_id="4711", address="4711")),
            message_id=f"m{seq}",
            sent_at=more.pop("sent_at", self.now),
            text=text,
            **more,
        )
        decision = decide(
            message,
            self.conversation,
            self.account,
            pk=self.pk,
            reply_window=self.window,
            now=self.now,
            surface=self.surface,
            manners=self.manners,
        )
        self.conversation = decision.conversation
        self.units += [decision.unit] if decision.unit else []
        return decision

    def taps(self, choice: Choice) -> Decision:
        return self.says(self.account.brand.titles["en"][choice], choice=payload(choice))

    def edits(self, text: str) -> Decision:
        return self.says(text, role=MessageRole.CHANGE, attachments=(Attachment(kind="edit_of", reference="m1"),))

    def unsends(self) -> Decision:
        return self.says(role=MessageRole.CHANGE, attachments=(Attachment(kind="unsend_of", reference="m1"),))

    def is_closed_by_a_person(self) -> "Talk":
        self.conversation = replace(self.conversation, seen_seq=self.conversation.last_seq)
        return self

    def changes(self, **values: Any) -> "Talk":
        self.conversation = replace(self.conversation, **values)
        return self

    def sent(self, decision: Decision) -> Composed:
        """Compose what the decision's unit sends now."""
        assert decision.unit is not None
        assert decision.unit.text_id is not None
        return compose(decision.unit, decision.unit.text_id, self.conversation, self.account, self.now)

    def dropped(self, decision: Decision) -> str | None:
        assert decision.unit is not None
        return self.dropped_now(decision.unit, self.window)

    def dropped_now(self, unit: Unit, window: timedelta | None) -> str | None:
        """Tell why a unit must not leave any more, by whoever sends its current step."""
        return reason_to_drop(unit, self.conversation, self.account, reply_window=window, now=self.now)

    def handed_off(self, decision: Decision, outcome: UnitState = UnitState.SENT, **values: Any) -> dict[str, Any]:
        """Write the hand-off of the decision's unit."""
        assert decision.unit is not None
        place = Place(
            channel=self.account.channel,
            account_id=self.account.account_id,
            account_name=self.account.name,
            contact_id="4711",
            reply_window=self.window,
            desk_url="https://desk.example",
        )
        unit = replace(decision.unit, **values)
        revision = queue_revision(unit, unit, announced=True)
        message: dict[str, Any] = hand_off(
            unit, self.conversation, place, revision=revision, outcome=outcome, reason=unit.reason
        )
        return message


def text_of(decision: Decision) -> TextId | None:
    """Name the text that a decision sends; ``None`` when it sends none."""
    if decision.unit is None or not decision.unit.kind.sends:
        return None
    return decision.unit.text_id
