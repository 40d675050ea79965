"""What a unit sends, rendered at the moment of sending, so that it never states a time that has passed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from nightbell.domain.business import Account, Choice, TextId
from nightbell.domain.choice_list import WITH_CHOICES, listed, offered_choices
from nightbell.domain.choices import ASKED_BY, payload
from nightbell.domain.conversation import Conversation
from nightbell.domain.graphemes import cut
from nightbell.domain.policy_plan import BY_KIND
from nightbell.domain.promise import kept_or_anew
from nightbell.domain.public_line import LINES, public_line
from nightbell.domain.rating import SCALE
from nightbell.domain.rating import payload as payload_of_rating
from nightbell.domain.suppression import (
    ANSWERED,
    LOOP,
    OPTED_IN_AGAIN,
    REPLACED,
    WINDOW_CLOSED,
    first_reason,
    is_looping,
    reason_of_conversation,
    window_closes,
)
from nightbell.domain.texts import FormLimits, Occasion, choice_title, render, text_for, values_for, with_fact
from nightbell.domain.unit import Unit, UnitKind

_BY_NAME = {text_id: kind for texts_of in (BY_KIND, LINES) for kind, texts in texts_of.items() for text_id in texts}
_RECEIPTS = frozenset(receipt for receipt, _ in BY_KIND.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceButton:
    """A choice as the contact sees it, and what comes back when it is tapped."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """What leaves.

    Attributes:
        text_id: ``None`` for the words of a person.
        menu: What opens the buttons where a channel shows them as a list.
        promised_by: By when the text says that a person answers; ``None`` if it says nothing of it.
        ask: ``email`` or ``phone`` where the contact is asked to give it.
    """

    text_id: TextId | None
    text: str
    buttons: Sequence[ChoiceButton] = ()
    menu: str = ""
    promised_by: datetime | None = None
    ask: str | None = None


def reason_to_drop(
    unit: Unit, conversation: Conversation, account: Account, *, reply_window: timedelta | None, now: datetime
) -> str | None:
    """Look again, just before sending: name the reason why its current step must not leave any more."""
    closes = window_closes(unit.said_at or conversation.contact_at, reply_window)
    checks = (
        (conversation.seen_seq >= unit.seq, ANSWERED),
        (unit.text_id is TextId.OPTED_OUT and not conversation.opted_out, OPTED_IN_AGAIN),
        (closes is not None and closes <= now, WINDOW_CLOSED),
        (is_looping(conversation), LOOP),
        (_is_replaced(unit, conversation, account), REPLACED),
    )
    return first_reason(checks) or reason_of_conversation(conversation, unit.text_id, now)


def _is_replaced(unit: Unit, conversation: Conversation, account: Account) -> bool:
    """Tell whether we opened or closed since, and an acknowledgement that says so is on its way, too."""
    if unit.kind is not UnitKind.ACKNOWLEDGEMENT or unit.text_id is TextId.EMERGENCY or unit.is_in_public:
        # No later unit says a line in public, and what that line says is true whenever it leaves.
        return False
    spoken_for = account.hours.stretch_at(unit.created_at).key
    return unit.seq < conversation.ack_seq and conversation.unit_stretch not in {spoken_for, ""}


def compose(unit: Unit, text_id: TextId, conversation: Conversation, account: Account, now: datetime) -> Composed:
    """Write the text as it is true now; a redirect that leaves after opening becomes a receipt."""
    brand, language = account.brand, _language(unit, account)
    text_id = _true_now(unit, text_id, conversation, account, now)
    wording = text_for(brand, text_id, language, account.channel)
    if unit.ask_fact and not text_id.is_public:
        wording = with_fact(wording, text_for(brand, TextId.ASK_FACT, language, account.channel))
    promise = kept_or_anew(unit.promise_at, account, now)
    opens_at = account.hours.next_opening(now)
    occasion = Occasion(now=now, promised_by=promise, opens_at=opens_at, code=conversation.reference or "")
    buttons = _buttons(text_id, account, language)
    return Composed(
        text_id=text_id,
        text=render(wording, values_for(brand, language, account.channel, occasion)),
        buttons=buttons,
        menu=text_for(brand, TextId.MENU, language, account.channel) if text_id in WITH_CHOICES and buttons else "",
        promised_by=promise if "{promised_by}" in wording else None,
        ask=ASKED_BY.get(text_id),
    )


def fitted(composed: Composed, form: FormLimits) -> Composed:
    """Cut what is too long all the same, by a value longer than those that settings are checked with.

    Where there are no buttons, what they would say stands below the text.
    """
    if composed.text_id is TextId.RATING and len(composed.buttons) > form.max_choices:
        # The text says that a number is enough.
        composed = replace(composed, buttons=())
    most = form.max_text_with_choices if composed.buttons else form.max_text
    if not (form.writes_choices and composed.buttons):
        return replace(composed, text=cut(composed.text, most, form.unit))
    below = listed(composed.menu, [button.title for button in composed.buttons])
    return replace(composed, text=cut(composed.text, most, form.unit, below), buttons=(), menu="")


def _true_now(unit: Unit, text_id: TextId, conversation: Conversation, account: Account, now: datetime) -> TextId:
    """Exchange a receipt, a redirect or a line in public for the one that fits by now.

    The contact may have gone on to complain since it was planned: then it must not be merry.
    """
    if text_id not in _BY_NAME:
        return text_id
    kind = conversation.kind if unit.seq >= conversation.episode else _BY_NAME[text_id]
    if text_id.is_public:
        return public_line(kind, unit.ack_key, account.brand, _language(unit, account), account.channel)
    receipt, redirect = BY_KIND[kind]
    is_open = account.hours.stretch_at(now).is_open
    return receipt if is_open or text_id in _RECEIPTS else redirect


def _language(unit: Unit, account: Account) -> str:
    return unit.language or account.brand.default_language


def _buttons(text_id: TextId, account: Account, language: str) -> tuple[ChoiceButton, ...]:
    if text_id is TextId.RATING:
        return tuple(ChoiceButton(title=str(points), payload=payload_of_rating(points)) for points in SCALE)
    if text_id not in WITH_CHOICES:
        return ()
    return tuple(_button(choice, account, language) for choice in offered_choices(account.brand, account.channel))


def _button(choice: Choice, account: Account, language: str) -> ChoiceButton:
    return ChoiceButton(title=choice_title(account.brand, choice, language), payload=payload(choice))
