"""What Meta reports about what a business said: echoes, receipts, statuses, its own comments.

Sources: Messenger Platform "message_echoes" and "message_deliveries"; Instagram Platform "Webhooks"
(an echo tells neither app nor metadata, and there are no delivery receipts); WhatsApp "status messages
webhook"; "Webhooks for Pages" (a Page's own comments come back like anybody's).
"""

from infra.local.platforms.faults import Fault, FaultKind
from infra.local.platforms.meta import facebook_bodies, instagram_bodies
from infra.local.platforms.meta.bodies import Event, messenger_echo, messenger_event, milliseconds, whatsapp_status
from infra.local.platforms.meta.errors import graph_error
from infra.local.platforms.meta.people import FACEBOOK_COMMENTS, INSTAGRAM_DIRECT, WHATSAPP, Account, Bubble, Contact
from infra.local.platforms.meta.wall import Comment
from infra.local.platforms.meta.world import World


def reports(world: World, contact: Contact, bubble: Bubble, fault: Fault | None) -> list[tuple[str, Event]]:
    """Tell what became of a message: an echo and a receipt, or the steps of a status; each with its name."""
    account, at = world.account_of(contact), world.clock()
    if account.channel != WHATSAPP:
        echo = ("echo", messenger_echo(contact, bubble.at, _echoed(world, account, bubble)))
        if account.channel == INSTAGRAM_DIRECT:
            return [echo]
        receipt = {"mids": [bubble.message_id], "watermark": milliseconds(bubble.at)}
        return [echo, ("delivery", messenger_event(contact, at, delivery=receipt))]
    failing = fault is not None and fault.kind is FaultKind.FAILED_STATUS
    steps = ("sent", "failed") if failing else ("sent", "delivered", "read")
    code = fault.code if fault else 0
    return [(step, whatsapp_status(account, contact, _status(account, bubble, step, code), at)) for step in steps]


def own_comment(comment: Comment) -> Event:
    """Tell of what the business wrote in public."""
    if comment.post.account.channel == FACEBOOK_COMMENTS:
        return facebook_bodies.comment_change(comment, "add")
    return instagram_bodies.comment_change(comment)


def _echoed(world: World, account: Account, bubble: Bubble) -> Event:
    message: Event = {"mid": bubble.message_id, "text": bubble.text}
    if account.channel == INSTAGRAM_DIRECT:
        return message
    message["app_id"] = int(bubble.app_id or world.app.app_id)
    return message | ({"metadata": bubble.metadata} if bubble.metadata else {})


def _status(account: Account, bubble: Bubble, step: str, code: int) -> Event:
    status: Event = {"id": bubble.message_id, "status": step}
    if bubble.metadata:
        status["biz_opaque_callback_data"] = bubble.metadata
    if step == "failed":
        title = graph_error(account.channel, code).message
        error = {"code": code, "title": title, "message": title, "error_data": {"details": f"{title}."}}
        status["errors"] = [error]
    return status
