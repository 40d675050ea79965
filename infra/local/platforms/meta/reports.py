"""What Meta reports about a message that a business sent: echoes, receipts, statuses.

Sources: Messenger Platform "message_echoes" and "message_deliveries"; WhatsApp "status messages webhook".
"""

from infra.local.platforms.meta.bodies import Event, messenger_echo, messenger_event, milliseconds, whatsapp_status
from infra.local.platforms.meta.errors import graph_error
from infra.local.platforms.meta.faults import Fault, FaultKind
from infra.local.platforms.meta.people import MESSENGER, Account, Bubble, Contact
from infra.local.platforms.meta.world import World


def reports(world: World, contact: Contact, bubble: Bubble, fault: Fault | None) -> list[tuple[str, Event]]:
    """Tell what became of a message: an echo and a receipt, or the steps of a status; each with its name."""
    account, at = world.accounts[contact.account_id], world.clock()
    if account.channel == MESSENGER:
        message: Event = {"mid": bubble.message_id, "app_id": int(world.app.app_id), "text": bubble.text}
        if bubble.metadata:
            message["metadata"] = bubble.metadata
        receipt = {"mids": [bubble.message_id], "watermark": milliseconds(bubble.at)}
        return [
            ("echo", messenger_echo(contact, bubble.at, message)),
            ("delivery", messenger_event(contact, at, delivery=receipt)),
        ]
    failing = fault is not None and fault.kind is FaultKind.FAILED_STATUS
    steps = ("sent", "failed") if failing else ("sent", "delivered", "read")
    code = fault.code if fault else 0
    return [(step, whatsapp_status(account, contact, _status(account, bubble, step, code), at)) for step in steps]


def _status(account: Account, bubble: Bubble, step: str, code: int) -> Event:
    status: Event = {"id": bubble.message_id, "status": step}
    if bubble.metadata:
        status["biz_opaque_callback_data"] = bubble.metadata
    if step == "failed":
        title = graph_error(account.channel, code).message
        error = {"code": code, "title": title, "message": title, "error_data": {"details": f"{title}."}}
        status["errors"] = [error]
    return status
