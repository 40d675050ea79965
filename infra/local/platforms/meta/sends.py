"""``POST /{id}/messages`` of every private channel: who is reached, and who is refused how.

Sources: "Send API reference", "Instagram messaging: send messages", WhatsApp "Messages API", and the
error codes of each.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.local.loopback_server import Reply
from infra.local.platforms.meta.answers import json_reply, success, usage
from infra.local.platforms.meta.calls import Backend, Call
from infra.local.platforms.meta.errors import Code, refused
from infra.local.platforms.meta.instagram_sends import read_instagram
from infra.local.platforms.meta.messenger_sends import read_messenger
from infra.local.platforms.meta.outgoing import Outgoing, part_of
from infra.local.platforms.meta.people import (
    INSTAGRAM_DIRECT,
    MESSENGER,
    PERSON_WINDOW,
    WHATSAPP,
    WINDOW,
    Account,
    Bubble,
    Thread,
    new_message_id,
)
from infra.local.platforms.meta.private_replies import private_reply
from infra.local.platforms.meta.whatsapp_sends import read_whatsapp
from infra.local.platforms.meta.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a channel reads a send, and with which code and subcode it refuses one."""

    read: Callable[[object], Outgoing]
    nobody: Code
    blocked: Code
    window_closed: Code


MANNERS = {
    MESSENGER: Manners(read=read_messenger, nobody=(100, 2018001), blocked=(551, 1545041), window_closed=(10, 2018278)),
    INSTAGRAM_DIRECT: Manners(
        read=read_instagram, nobody=(100, 2534014), blocked=(100, 2534029), window_closed=(10, 2534022)
    ),
    WHATSAPP: Manners(read=read_whatsapp, nobody=(131026, None), blocked=(131026, None), window_closed=(131047, None)),
}
OTHER_APP_OWNS_IT: Code = (10, 2018300)
NOT_APPROVED: Code = (10, None)
NOT_APPROVED_WORDS = "To use 'Human Agent', your use of this endpoint must be reviewed and approved"
"""Which code an app without approval gets, the documentation of the tag does not say; this is the one of a permission
that is missing."""


def send(backend: Backend, call: Call) -> Reply:
    """Send one message, or answer a comment in private.

    Raises:
        Refused: As documented.
    """
    body = call.json()
    accounts = [a for a in backend.accounts(call) if a.channel in MANNERS and call.object_id in (a.api_id, "me")]
    if not accounts:
        raise refused(MESSENGER, 100, 33)
    recipient = part_of(body, "recipient")
    if "comment_id" in recipient or "post_id" in recipient:
        return private_reply(backend, call, accounts, body)
    address = _address_in(body)
    account = next((one for one in accounts if backend.world.find(one, address.lstrip("+"))), accounts[0])
    return backend.with_fault(call, account, "send", address, lambda: _send(backend, account, body))


def _send(backend: Backend, account: Account, body: object) -> Reply:
    outgoing = MANNERS[account.channel].read(body)
    if not outgoing.shown:
        return json_reply({"recipient_id": outgoing.address} if outgoing.address else {"success": True})
    with backend.world.lock:
        thread = _reachable(backend.world, account, outgoing)
        _check_limits(backend.world, account, thread)
        bubble = Bubble(
            author="business",
            text=outgoing.text,
            buttons=outgoing.buttons,
            metadata=outgoing.metadata,
            message_id=new_message_id(account.channel),
            at=backend.world.clock(),
            after_ms=backend.waited_ms(thread.wrote_at),
        )
        thread.bubbles.append(bubble)
    backend.delivered(account, thread, bubble)
    return json_reply(success(account, thread, outgoing, bubble), usage(account, 1))


def _reachable(world: World, account: Account, outgoing: Outgoing) -> Thread:
    manners, channel = MANNERS[account.channel], account.channel
    address = outgoing.address.lstrip("+") if channel == WHATSAPP else outgoing.address
    if channel == WHATSAPP and address == account.number:
        raise refused(WHATSAPP, 131021)
    thread = world.find(account, address)
    if thread is None:
        raise refused(channel, *manners.nobody)
    if thread.blocked:
        raise refused(channel, *manners.blocked)
    if thread.owner_app_id:
        raise refused(channel, *OTHER_APP_OWNS_IT)
    if outgoing.by_person and not world.app.human_agent:
        raise refused(channel, *NOT_APPROVED, NOT_APPROVED_WORDS)
    if not thread.acted_within(PERSON_WINDOW if outgoing.by_person else WINDOW, world.clock()):
        raise refused(channel, *manners.window_closed)
    return thread


def _check_limits(world: World, account: Account, thread: Thread) -> None:
    limits, channel = world.limits, account.channel
    rate = limits.whatsapp_per_second if channel == WHATSAPP else limits.messenger_per_second
    if not world.may("send", account.account_id, burst=rate, per_second=rate):
        raise refused(channel, 130429 if channel == WHATSAPP else 613)
    if channel != WHATSAPP:
        return
    if not world.may("pair", *thread.contact.key, burst=limits.pair_burst, per_second=limits.pair_per_second):
        raise refused(WHATSAPP, 131056)


def _address_in(body: Any) -> str:  # noqa: ANN401 - JSON from outside
    if not isinstance(body, dict):
        return ""
    recipient = body.get("recipient")
    inner = recipient.get("id") if isinstance(recipient, dict) else recipient
    return str(body.get("to") or inner or "")
