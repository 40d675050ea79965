"""What a Page's changes bring beside the words: pictures, videos, links, a recommendation's sense.

Pictures and videos are told by their ids; their addresses are signed and expire, and change
between redeliveries.
"""

from nightbell.domain.events import Attachment
from nightbell.platforms.reading.fields import Fields, optional_identifier, optional_list, optional_member


def read_attachments(value: Fields) -> tuple[Attachment, ...]:
    """Read all that a visitor said without words."""
    return (*_media(value), *_link(value), *_recommendation(value))


def read_permalink(value: Fields) -> tuple[Attachment, ...]:
    """Read the address of the post, for an agent to open."""
    address = optional_member(value, "post").get("permalink_url")
    return (Attachment(kind="permalink", detail=address),) if isinstance(address, str) and address else ()


def _media(value: Fields) -> list[Attachment]:
    many = [str(one) for one in optional_list(value, "photo_ids") if isinstance(one, str | int)]
    one = optional_identifier(value, "photo_id")
    photos = list(dict.fromkeys([*([one] if one else []), *many]))
    # A comment's picture has an address and no id, and a post of several may have only addresses.
    unnumbered = [None] * max(len(optional_list(value, "photos")), bool(value.get("photo"))) if not photos else []
    video = optional_identifier(value, "video_id")
    videos = [video] if video or value.get("video") else []
    return [
        *(Attachment(kind="image", reference=reference) for reference in [*photos, *unnumbered]),
        *(Attachment(kind="video", reference=reference) for reference in videos),
    ]


def _link(value: Fields) -> list[Attachment]:
    link = value.get("link")
    is_media = any(name in value for name in ("photo_id", "photo", "video_id", "video", "photos", "photo_ids"))
    return [Attachment(kind="link", detail=link)] if isinstance(link, str) and link and not is_media else []


def _recommendation(value: Fields) -> list[Attachment]:
    """Read whether a contact recommends the Page; before 2018 they gave stars instead."""
    sense, stars = value.get("recommendation_type"), value.get("rating")
    if not isinstance(sense, str) and not isinstance(stars, int):
        return []
    said = [sense.lower()] if isinstance(sense, str) else []
    given = [f"{stars} of 5"] if isinstance(stars, int) and not isinstance(stars, bool) else []
    return [Attachment(kind="recommendation", reference=":".join(said) or None, detail=", ".join([*said, *given]))]
