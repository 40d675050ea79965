"""What an Instagram account reads of a mention, of which the webhook told only ids.

Sources: Instagram Platform "IG User: mentioned_comment" and "IG User: mentioned_media": fields of the
account itself, with the id in brackets and what is wanted in braces.
"""

import re

from infra.local.loopback_server import Reply
from infra.local.platforms.meta.answers import json_reply
from infra.local.platforms.meta.calls import Backend, Call
from infra.local.platforms.meta.errors import refused
from infra.local.platforms.meta.people import INSTAGRAM_COMMENTS
from infra.local.platforms.meta.public_reading import shown

ASKED = re.compile(
    r"(?P<name>mentioned_comment|mentioned_media)\.(?:comment_id|media_id)\((?P<id>\d+)\)(?:\{(?P<fields>[^}]*)\})?"
)
USUAL = {"mentioned_comment": "text,timestamp", "mentioned_media": "caption,timestamp"}


def look_up(backend: Backend, call: Call) -> Reply:
    """Answer ``GET /{ig-user-id}?fields=mentioned_comment.comment_id(…){…}`` and its like.

    Raises:
        Refused: The account or the comment does not exist, or does not mention it.
    """
    account = next((one for one in backend.accounts(call) if one.channel == INSTAGRAM_COMMENTS), None)
    asked = ASKED.search(call.request.query.get("fields", ""))
    if account is None or asked is None:
        raise refused(INSTAGRAM_COMMENTS, 100, 33)
    item = backend.world.wall.find(asked["id"])
    author = item.author.contact_id if item and item.author else ""

    def read() -> Reply:
        if item is None:
            raise refused(INSTAGRAM_COMMENTS, 100, 33)
        told = shown(item, asked["fields"] or USUAL[asked["name"]])
        return json_reply({asked["name"]: told, "id": account.account_id})

    return backend.with_fault(call, account, "read_back", author, read)
