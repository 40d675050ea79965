"""What a customer can do on their phone."""

from dataclasses import dataclass, replace

from infra.local.platforms.meta.people import MESSENGER, new_message_id

MEDIA = ("image", "audio", "video", "file", "sticker")
KINDS = ("text", "tap", "choose", "postback", *MEDIA, "location", "reaction", "edit", "unsend", "unsupported", "read")


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """One act of a customer: ``tap`` is for buttons, ``choose`` for a row of a WhatsApp list.

    Attributes:
        kind: One of :data:`KINDS`.
        text: What was typed, a button's title, a caption, or an emoji.
        payload: Of the tapped button.
        about: Id of the message that is tapped, reacted to, edited or taken back.
        message_id: The act's own id; made up when empty.
    """

    kind: str = "text"
    text: str = ""
    payload: str = ""
    about: str = ""
    message_id: str = ""

    def with_id(self, channel: str) -> "Writing":
        """Give it an id; what changes a Messenger message goes by the id of that message."""
        if self.message_id:
            return self
        reuses = channel == MESSENGER and self.kind in ("edit", "unsend")
        return replace(self, message_id=self.about if reuses else new_message_id(channel))
