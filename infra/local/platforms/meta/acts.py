"""What a customer can do on their phone."""

from dataclasses import dataclass, replace

from infra.local.platforms.meta.people import INSTAGRAM_DIRECT, MESSENGER, new_message_id

MEDIA = ("image", "audio", "video", "file", "sticker")
SHARES = ("share", "old_share", "story_reply", "story_mention", "ephemeral")
PUBLIC_KINDS = ("post", "mention", "mention_in_post", "recommendation", "live")
KINDS = (
    "text",
    "tap",
    "choose",
    "postback",
    *MEDIA,
    "location",
    "reaction",
    "edit",
    "unsend",
    "unsupported",
    "read",
    *SHARES,
    *PUBLIC_KINDS,
)
REUSING = (MESSENGER, INSTAGRAM_DIRECT)
"""Channels on which a changed message goes by the id of the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """One act of a customer: ``tap`` is for buttons, ``choose`` for a row of a WhatsApp list.

    On a public channel ``text`` is a comment, ``post`` a post on the Page, and ``unsend`` takes a comment away.

    Attributes:
        kind: One of :data:`KINDS`.
        text: What was typed, a button's title, a caption, or an emoji.
        payload: Of the tapped button.
        about: Id of the message that is tapped, reacted to, edited or taken back; of the post or comment that is
            commented on, else it is the business's newest post.
        message_id: The act's own id; made up when empty.
        unnamed: The platform does not say who wrote it, as with a permission that the app lacks.
        by_page: Another business's Page comments, or posts on ours; a delivery does not tell.
    """

    kind: str = "text"
    text: str = ""
    payload: str = ""
    about: str = ""
    message_id: str = ""
    unnamed: bool = False
    by_page: bool = False

    def with_id(self, channel: str) -> "Writing":
        """Give it an id."""
        if self.message_id:
            return self
        reuses = channel in REUSING and self.kind in ("edit", "unsend")
        return replace(self, message_id=self.about if reuses else new_message_id(channel))


class UnknownKindError(ValueError):
    """The channel has no such act; the message lists those there are."""


class NothingThereError(ValueError):
    """What the act is about does not exist, or was taken away."""
