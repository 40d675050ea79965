"""Looking up what an Instagram mention says: its delivery holds ids and nothing else.

Sources: Meta "IG User: Mentioned Comment" §Reading, "IG User: Mentioned Media" §Reading. The words
come without the ``@`` of the account's name. What a story or a private account says cannot be read.
"""

import re
from collections.abc import Mapping

from nightbell.platforms.channel import Answer, ApiAccess, HttpOutcome, HttpRequest, LookedUp
from nightbell.platforms.meta import graph_api
from nightbell.platforms.meta.graph_api import read_body
from nightbell.platforms.meta.instagram_comment_messages import MENTIONED_COMMENT, MENTIONED_MEDIA
from nightbell.platforms.reading.fields import Fields

_OK = 200
_ID = re.compile(r"[0-9]{1,30}")


class MentionLookUp:
    """Mentions of an account; see :class:`nightbell.platforms.channel.LookUp`."""

    def look_up_request(self, references: Mapping[str, str], account_id: str, access: ApiAccess) -> HttpRequest | None:
        """Describe the call that reads the comment, or the caption where no comment is named."""
        comment, media = references.get(MENTIONED_COMMENT), references.get(MENTIONED_MEDIA)
        if comment is not None and _ID.fullmatch(comment):
            wanted = f"mentioned_comment.comment_id({comment}){{text,from,username,timestamp}}"
        elif comment is None and media is not None and _ID.fullmatch(media):
            wanted = f"mentioned_media.media_id({media}){{caption,username,timestamp}}"
        else:
            return None
        return graph_api.call(access, account_id, "", query={"fields": wanted})

    def read_look_up(self, outcome: HttpOutcome) -> LookedUp | None:
        """Read words and author."""
        if not isinstance(outcome, Answer) or outcome.status != _OK or not outcome.complete:
            return None
        body = read_body(outcome)
        found = body.get("mentioned_comment") or body.get("mentioned_media")
        if not isinstance(found, dict):
            return None
        words = found.get("text", found.get("caption"))
        if not isinstance(words, str) or not words:
            return None
        return LookedUp(text=words, author=_author(found))


def _author(found: Fields) -> str | None:
    written = found.get("from")
    names = (found.get("username"), written.get("username") if isinstance(written, dict) else None)
    return next((name for name in names if isinstance(name, str) and name), None)
