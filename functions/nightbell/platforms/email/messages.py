"""From a mail to a message, and which of its kinds it is."""

from collections.abc import Mapping

from nightbell.domain.events import Attachment, Event, Message, Noise, Silent
from nightbell.domain.references import find_codes
from nightbell.platforms.email.about import about
from nightbell.platforms.email.facts import PREFIX, Receipt
from nightbell.platforms.email.mail import AttachedFile, Mail
from nightbell.platforms.email.people import is_unproven, writer
from nightbell.platforms.email.references import belongs, is_about_ours, message_id, replied_ids
from nightbell.platforms.email.returned import read_returned
from nightbell.platforms.email.rows import CHANNEL, TABLE
from nightbell.platforms.email.stops import is_answered_by_a_machine, reason_for_silence, sounds_automatic
from nightbell.platforms.reading.fields import ShapeError

_KINDS: Mapping[Silent | None, str] = {
    None: "email.message",
    Silent.AUTOMATIC_MAIL: "email.automatic",
    Silent.LIST_MAIL: "email.list",
    Silent.SUSPECT: "email.suspect",
    Silent.NOT_TO_US: "email.not_to_us",
    Silent.OWN_MAIL: "email.own",
}
_KILO, _MEGA = 1024, 1024 * 1024


def read_events(mail: Mail, receipt: Receipt) -> list[Event]:
    """Tell what a mail is: one message for each account it went to, or what became of one of ours, or nothing.

    Raises:
        ShapeError: Nobody can be named who wrote it, or nobody it went to.
    """
    silent = reason_for_silence(mail, receipt)
    if silent is Silent.BOUNCE:
        return [read_returned(mail, receipt)]
    if silent is Silent.AUTOMATIC_MAIL and _says_nothing_new(mail, receipt):
        return [_noise("email.auto_reply")]
    if not receipt.accounts:
        raise ShapeError("no recipient is an address")
    return [_message(mail, receipt, account, silent) for account in receipt.accounts]


def _says_nothing_new(mail: Mail, receipt: Receipt) -> bool:
    """Tell an out-of-office answer to ours; a subject tells it only where it repeats our own behind its first words."""
    repeats = sounds_automatic(mail, receipt) and bool(find_codes(mail.first("subject")))
    return repeats or (is_answered_by_a_machine(mail) and is_about_ours(mail, receipt))


def _message(mail: Mail, receipt: Receipt, account: str, silent: Silent | None) -> Message:
    """Build the message.

    Where it says that it belongs is believed of a person who is proven and writes to us: lists, machines and blind
    copies repeat what they were sent, and whoever writes in somebody's name could else lead what that one writes from
    then on into a conversation of their own.
    """
    contact = writer(mail, receipt)
    if contact is None:
        raise ShapeError("no sender is an address")
    own_id, unproven = message_id(mail), is_unproven(contact)
    return Message(
        kind=_KINDS[silent],
        channel=CHANNEL,
        account_id=account,
        contact=contact,
        message_id=own_id or f"ses:{receipt.mail_id}",
        sent_at=receipt.received_at,
        kept_in=(receipt.kept_as,) if receipt.kept_as.startswith(PREFIX) else (),
        text=_text(mail),
        attachments=(*_files(mail, receipt), *_whole(mail, receipt)),
        silent=silent,
        known_as=own_id,
        belongs=belongs(mail, receipt, contact.contact_id) if silent is None and not unproven else (),
        about=about(mail, receipt, contact) if silent is None else {},
        unproven=unproven,
    )


def _text(mail: Mail) -> str:
    """Put the subject first, unless the mail only continues: then it repeats what was said before."""
    subject = mail.first("subject")
    return mail.text if replied_ids(mail) and mail.text else "\n\n".join(filter(None, (subject, mail.text)))


def _files(mail: Mail, receipt: Receipt) -> tuple[Attachment, ...]:
    if receipt.fails("virus"):
        return (Attachment(kind="virus", detail="the mail carried a virus; what hung on it is not listed"),)
    return tuple(_file(each) for each in mail.files)


def _file(attached: AttachedFile) -> Attachment:
    detail = ", ".join(filter(None, (attached.name, attached.kind, size_words(attached.size))))
    return Attachment(kind="file", reference=f"{attached.number}/{attached.size}", detail=detail)


def _whole(mail: Mail, receipt: Receipt) -> tuple[Attachment, ...]:
    """Lead the agent to the mail itself; not as its id, which differs when a sender's program sends a mail twice."""
    told = (
        f"the whole mail is kept as {receipt.kept_as}" if receipt.kept_as else "",
        size_words(receipt.size) if receipt.size else "",
        "only its beginning was read" if receipt.is_cut else "",
        "it has so many parts that the rest of them is not shown" if mail.is_cut else "",
        "its content could not be read" if receipt.content is None else "",
    )
    return (Attachment(kind="mail", detail=", ".join(filter(None, told)) or "the mail had nothing in it"),)


def size_words(size: int) -> str:
    """Write a number of bytes for a person."""
    return f"{size / _MEGA:.1f} MB" if size >= _MEGA else f"{max(1, round(size / _KILO))} KB"


def _noise(kind: str) -> Noise:
    return TABLE.noise(kind, CHANNEL)
