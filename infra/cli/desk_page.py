"""Write what an agent must know about a conversation for a terminal, a stranger's words made harmless."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from infra.cli.visible import visible, visible_lines
from infra.local.progress import bold, faint

_WROTE_BY = {"email": "mail", "sms": "text message"}
"""Where answering needs no permission, because the customer began there; and an agent must not read that it does."""


def page(about: Mapping[str, Any]) -> Iterator[str]:
    """Write all of :func:`infra.cli.desk_meaning.describe`, line by line."""
    contact, account = about["contact"], about["account"]
    via = f", now on {about['via']}" if about["via"] else ""
    via += f" to {visible(about['via_account'])}" if about["via_account"] else ""
    yield (
        bold(visible(contact["display_name"] or contact["id"]))
        + f" on {about['channel']}{via}; "
        + visible(account["name"] or account["id"])
    )
    yield f"  {about['kind']}; times are in {about['zone']}; yours until {_when(about['held_until'])}"
    yield from (f"  ! {sentence}" for sentence in about["reasons"])
    if about["reply_window_closes_at"]:
        yield f"  the platform lets us answer until {_when(about['reply_window_closes_at'])}"
    yield ""
    for message in about["messages"]:
        yield from _message_lines(message)
    if about["shown_up_to"] < about["last_number"]:
        yield "  A message is still on its way into this list: take the conversation again in a moment."
    yield from _told_lines(about["told"])
    yield from _line_lines(about["public_line"], about["told"])
    yield from _permission_lines(about)


def _message_lines(message: Mapping[str, Any]) -> Iterator[str]:
    kind = "" if message["kind"].endswith((".message", ".text")) else f"  {message['kind']}"
    yield f"{bold('#' + str(message['number']))}  {_when(message['sent_at'])}{faint(visible(kind))}"
    if message["text"]:
        yield from (f"  | {line}" for line in visible_lines(message["text"]))
    if message["is_blank"]:
        yield f"  {faint('what it said was taken back or deleted')}"
    for attachment in message["attachments"]:
        details = " ".join(visible(attachment[name]) for name in ("detail", "reference") if attachment.get(name))
        yield f"  + {visible(attachment.get('kind', 'attachment'))} {faint(details)}".rstrip()


def _told_lines(told: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield f"{bold('The customer was told')}: {told['became']}" + (
        f" ({visible(told['reason'])})" if told["reason"] else ""
    )
    if told["text"]:
        yield from (f"  | {line}" for line in visible_lines(told["text"]))
    if told["unsent_text"]:
        yield "  It would read:"
        yield from (f"  | {line}" for line in visible_lines(told["unsent_text"]))
    if told["promised_by"]:
        yield f"  promised by {_when(told['promised_by'])}"


def _line_lines(line: Mapping[str, Any] | None, told: Mapping[str, Any]) -> Iterator[str]:
    """Show what stands in public; where it is all that was said, only that everybody reads it."""
    if line is None:
        return
    if line["text"] is not None and line["text"] == told["text"]:
        yield "  Everybody can read it."
        return
    yield f"{bold('Everybody can read')}: {line['became']}" + (
        f" ({visible(line['reason'])})" if line["reason"] else ""
    )
    if line["text"]:
        yield from (f"  | {words}" for words in visible_lines(line["text"]))
    if line["promised_by"]:
        yield f"  promised by {_when(line['promised_by'])}"


def _permission_lines(about: Mapping[str, Any]) -> Iterator[str]:
    consent = about["consent"]
    if about["opted_out"]:
        yield "  The customer wants no automatic messages."
    if about["follow_up"]:
        reference = f", reference {about['reference']}" if about["reference"] else ""
        yield f"{bold('The customer chose')}: {about['follow_up']}{reference}"
    if consent is None and (by := _WROTE_BY.get(about["via"] or about["channel"])):
        yield f"{bold(f'Answer by {by}')}, as the customer wrote; nobody may mail or call them anywhere else."
        return
    if consent is None:
        yield f"{bold('Nobody may mail or call')}: the customer has given no address and no number for it."
        return
    verb = "mail" if consent["channel"] == "email" else "call"
    yield f"{bold(f'You may {verb}')} {visible(consent['address'])}, given on {_when(consent['given_at'])} to"
    yield from (f"  | {line}" for line in visible_lines(consent["wording"]))


def _when(moment: str) -> str:
    return f"{datetime.fromisoformat(moment):%a %d %b %Y %H:%M}"
