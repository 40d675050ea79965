"""What a unit sends, rendered at the moment of sending, so that it never states a time that has passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nightbell.domain.business import Account, Choice, TextId
from nightbell.domain.choices import payload
from nightbell.domain.conversation import Conversation
from nightbell.domain.suppression import ANSWERED, HELD, LOOP, OPTED_OUT, WINDOW_CLOSED, window_closes
from nightbell.domain.texts import Occasion, choice_title, render, text_for, values_for
from nightbell.domain.unit import Unit

PROMISE_AT_LEAST = timedelta(minutes=10)
"""A promise nearer than this is counted anew from now: nobody could keep it."""

_REDIRECTS = {
    TextId.REDIRECT: TextId.RECEIPT,
    TextId.REDIRECT_COMPLAINT: TextId.RECEIPT_COMPLAINT,
    TextId.REDIRECT_IDEA: TextId.RECEIPT_IDEA,
    TextId.REDIRECT_PRAISE: TextId.RECEIPT_PRAISE,
}
_ASKS = {TextId.ASK_EMAIL: "email", TextId.ASK_PHONE: "phone"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceButton:
    """A choice as the contact sees it, and what comes back when it is tapped."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What leaves.

    Attributes:
        promised_by: By when the text says that a person answers; ``None`` if it says nothing of it.
        ask: ``email`` or ``phone`` where the contact is asked to give it.
    """

    text_id: TextId
    text: str
    buttons: Sequence[ChoiceButton] = ()
    promised_by: datetime | None = None
    ask: str | None = None


def reason_to_drop(
    unit: Unit, conversation: Conversation, *, reply_window: timedelta | None, now: datetime
) -> str | None:
    """Look again, just before sending: name the reason why it must not leave any more."""
    closes = window_closes(conversation.contact_at, reply_window)
    checks = (
        (conversation.seen_seq >= unit.seq, ANSWERED),
        (conversation.is_held(now), HELD),
        (conversation.opted_out and unit.text_id is not TextId.OPTED_OUT, OPTED_OUT),
        (closes is not None and closes <= now, WINDOW_CLOSED),
        (conversation.loop_seen_seq == conversation.seen_seq, LOOP),
    )
    return next((reason for holds, reason in checks if holds), None)


def compose(unit: Unit, text_id: TextId, conversation: Conversation, account: Account, now: datetime) -> Composed:
    """Write the text as it is true now; a redirect that leaves after opening becomes a receipt."""
    brand, language = account.brand, unit.language or account.brand.default_language
    is_open = account.hours.stretch_at(now).is_open
    text_id = _REDIRECTS.get(text_id, text_id) if is_open else text_id
    wording = text_for(brand, text_id, language, account.channel)
    if unit.ask_fact:
        wording = f"{wording} {text_for(brand, TextId.ASK_FACT, language, account.channel)}"
    promise = _promise(unit, account, now)
    opens_at = account.hours.next_opening(now)
    occasion = Occasion(now=now, promised_by=promise, opens_at=opens_at, code=conversation.reference or "")
    return Composed(
        text_id=text_id,
        text=render(wording, values_for(brand, language, account.channel, occasion)),
        buttons=_buttons(text_id, account, language),
        promised_by=promise if "{promised_by}" in wording else None,
        ask=_ASKS.get(text_id),
    )


def _promise(unit: Unit, account: Account, now: datetime) -> datetime | None:
    if unit.promise_at and unit.promise_at - now >= PROMISE_AT_LEAST:
        return unit.promise_at
    return account.hours.add_open_time(now, account.brand.promise)


def _buttons(text_id: TextId, account: Account, language: str) -> tuple[ChoiceButton, ...]:
    if text_id not in _REDIRECTS:
        return ()
    return tuple(_button(choice, account, language) for choice in account.brand.choices)


def _button(choice: Choice, account: Account, language: str) -> ChoiceButton:
    return ChoiceButton(title=choice_title(account.brand, choice, language), payload=payload(choice))
