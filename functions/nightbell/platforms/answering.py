"""By which ways a person may answer a conversation now: where the contact wrote, in public, in private, by mail.

Every way is a sender that exists already; what is told here is which of them lead to this contact, and how long.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.keys import split_conversation_pk
from nightbell.domain.suppression import window_closes
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.channel import Channel, Sender, TextForm

MAIL = "email"
_NOT_USED = frozenset({UnitState.READY, UnitState.SUPPRESSED, UnitState.REFUSED})
"""Where a private reply has not left, and none will while somebody holds the conversation or has answered it."""
_NEVER = timedelta(0)
_MENTION, _BROADCAST = ".mention", ".live_comment"
_LABELS = {"google_reviews": "in public, as the only answer of this review: it replaces one that stands there"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to the contact, as a unit names it.

    Attributes:
        via: Key of the sender.
        via_account: Account that sends it; empty for the conversation's own.
        about: What the answer must repeat of the message that it answers.
        said_at: When that message was said, where the way is open from then on alone.
        label: For the agent, in English.
        is_public: Others can read it as well.
        closes_at: Until when a person may write so, aware, UTC; ``None`` for ever.
        needs_person_tag: The time for automation is over, and only a person may write still.
    """

    via: str
    via_account: str = ""
    address: str
    about: Mapping[str, str] = field(default_factory=dict, hash=False)
    said_at: datetime | None = None
    label: str
    is_public: bool = False
    closes_at: datetime | None = None
    form: TextForm
    needs_person_tag: bool = False

    def is_open(self, now: datetime) -> bool:
        """Tell whether the platform still lets a person write so."""
        return self.closes_at is None or now < self.closes_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The contact's message that is answered.

    Attributes:
        kind: Key of the platform's table of consequences.
        sent_at: The platform's time of it, aware, UTC.
    """

    kind: str
    sent_at: datetime
    about: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What there is to answer by: the registries, and the accounts in the settings."""

    channels: Mapping[str, Channel]
    senders: Mapping[str, Sender]
    accounts: Mapping[tuple[str, str], Account]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The conversation that is to be answered.

    Attributes:
        answered: Its newest message that says something, as far as the agent was shown them; ``None`` where none is.
        units: All that was sent in it, or is to be.
    """

    pk: str
    conversation: Conversation
    answered: Answered | None
    units: Iterable[Unit] = ()


def ways_to_answer(asked: Asked, known: Known, now: datetime) -> tuple[Way, ...]:
    """List them, private ones before public ones; closed ones, too, so that one can say why not."""
    private = _where_they_wrote(asked, known, now) or _in_private(asked, known, now)
    found = (private, _in_public(asked, known, now), _by_mail(asked, known, now))
    return tuple(way for way in found if way is not None)


def _where_they_wrote(asked: Asked, known: Known, now: datetime) -> Way | None:
    """Answer on the private channel on which they wrote last; ``None`` where that was in public."""
    talk, (own, account_id, contact_id) = asked.conversation, _place(asked.pk)
    channel = known.channels.get(talk.via or own)
    if channel is None or channel.is_public or channel.person_window == _NEVER:
        return None
    is_elsewhere = bool(talk.via or talk.via_account)
    address = talk.via_address if is_elsewhere else talk.address or contact_id
    if not address or (channel.name, talk.via_account or account_id) not in known.accounts:
        return None
    in_group = not is_elsewhere and is_in_group(asked.pk, talk)
    way = Way(
        via=channel.name,
        via_account=talk.via_account or "",
        address=address,
        about=asked.answered.about if asked.answered else {},
        label="to the whole group" if in_group else f"in private, {_on(channel)}",
        is_public=in_group,
        form=channel.form,
    )
    return _timed(way, channel, talk.contact_at, now)


def is_in_group(pk: str, conversation: Conversation) -> bool:
    """Tell whether a chat is a group's: whoever speaks there is known by the group's address and their own id."""
    contact_id = _place(pk)[2]
    return contact_id.startswith(f"{conversation.address or contact_id}/")


def _in_private(asked: Asked, known: Known, now: datetime) -> Way | None:
    """Offer the one private reply that what stands in public may get, as long as nobody has used it."""
    channel, answered, address = _public_side(asked, known), asked.answered, asked.conversation.address
    reply = known.senders.get(channel.private_reply or "") if channel else None
    if reply is None or answered is None or not address or answered.kind.endswith(_MENTION):
        return None
    if any(_has_used(unit, reply, address) for unit in asked.units):
        return None
    label = "in private, as the only private reply that it may get"
    way = Way(via=reply.name, address=address, said_at=answered.sent_at, label=label, form=reply.form)
    return _timed(way, reply, answered.sent_at, now)


def _has_used(unit: Unit, reply: Sender, address: str) -> bool:
    return unit.via == reply.name and unit.address == address and unit.state not in _NOT_USED


def _in_public(asked: Asked, known: Known, now: datetime) -> Way | None:
    """Offer a line below what was said in public, however many stand there."""
    channel, answered, address = _public_side(asked, known), asked.answered, asked.conversation.address
    kind = answered.kind if answered else ""
    if channel is None or not address or kind.endswith(_BROADCAST):
        return None
    # What was said since, on another channel, has nothing to repeat below what stands in public.
    about = answered.about if answered and not asked.conversation.via else {}
    label = _LABELS.get(channel.name, f"in public, {_on(channel)}")
    way = Way(via=channel.name, address=address, about=about, label=label, is_public=True, form=channel.form)
    return _timed(way, channel, asked.conversation.contact_at, now)


def _public_side(asked: Asked, known: Known) -> Channel | None:
    """Find the channel that the conversation began on, where everybody can read that and the settings know it still."""
    own, account_id, _ = _place(asked.pk)
    channel = known.channels.get(own)
    return channel if channel and channel.is_public and (own, account_id) in known.accounts else None


def _by_mail(asked: Asked, known: Known, now: datetime) -> Way | None:
    """Offer a mail by the brand's own account to whoever has asked for one in this conversation."""
    consent, sender = asked.conversation.consent, known.senders.get(MAIL)
    account = _mail_account(asked.conversation.brand, known.accounts)
    is_there = (asked.conversation.via or _place(asked.pk)[0]) == MAIL
    if sender is None or account is None or consent is None or consent.channel != MAIL or is_there:
        return None
    label = "by e-mail, as the contact has asked"
    way = Way(
        via=MAIL,
        via_account=account.account_id,
        address=consent.address,
        # Nothing else leads back from what becomes of it: the contact has no conversation by mail.
        about={"conversation": asked.pk},
        label=label,
        form=sender.form,
    )
    return _timed(way, sender, None, now)


def _mail_account(brand: str, accounts: Mapping[tuple[str, str], Account]) -> Account | None:
    """Choose the account whose address the brand tells people, else the first in the settings."""
    found = [each for (channel, _), each in accounts.items() if channel == MAIL and each.brand.key == brand]
    return min(found, key=lambda each: each.account_id != each.brand.email, default=None)


def _timed(way: Way, sender: Sender, opened_at: datetime | None, now: datetime) -> Way:
    closes_at = window_closes(opened_at, sender.person_window)
    return replace(way, closes_at=closes_at, needs_person_tag=is_late(sender, opened_at, now))


def is_late(sender: Sender, opened_at: datetime | None, now: datetime) -> bool:
    """Tell whether automation may not write any more, and a person could, for a while."""
    if sender.person_window == sender.reply_window:
        return False
    closes_at = window_closes(opened_at, sender.reply_window)
    return closes_at is not None and closes_at <= now


def _place(pk: str) -> tuple[str, str, str]:
    return split_conversation_pk(pk) or ("", "", "")


def _on(channel: Channel) -> str:
    return f"on {channel.name.replace('_', ' ')}"
