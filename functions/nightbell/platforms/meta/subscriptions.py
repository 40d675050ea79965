"""Which webhook fields Nightbell needs of Meta, derived from the table of consequences.

A field is needed when at least one of the kinds that it brings does something: reactions and reading marks
are counted and no more, so nobody needs to send them. A test compares this with the rows.

Sources: Meta "Webhooks for Messenger Platform" §Webhook Fields; "Instagram Platform: Webhooks" §fields; "WhatsApp
Business Platform: Webhooks overview" §Fields. Meta spells some fields in two ways; first stands the one of the
enumeration ``subscribed_fields`` of "Graph API: Page Subscribed Apps" v26.0, or of the pages about Instagram.
"""

from collections.abc import Mapping
from enum import StrEnum

from nightbell.platforms.meta.consequences import CONSEQUENCES
from nightbell.platforms.reading.consequence import Consequence

Brings = Mapping[str, tuple[str, ...]]
"""Fields, and how the kinds begin that each brings."""


class Product(StrEnum):
    """What has webhook fields of its own, by the ``object`` of its deliveries."""

    PAGE = "page"
    INSTAGRAM = "instagram"
    WHATSAPP = "whatsapp_business_account"


def _below(channel: str, fields: Brings) -> Brings:
    return {field: tuple(f"{channel}.{kind}" for kind in kinds) for field, kinds in fields.items()}


_SAID = ("message", "quick_reply", "unsupported", "unsend")
_HANDOVER = ("app_roles", "pass_thread_control", "take_thread_control", "request_thread_control")

_MESSENGER = _below(
    "messenger",
    {
        "messages": _SAID,
        "messaging_postbacks": ("postback",),
        "message_edits": ("edit",),
        "message_echoes": ("echo",),
        "messaging_handovers": _HANDOVER,
        "standby": (*_SAID, "echo"),
        "messaging_policy_enforcement": ("policy_enforcement",),
        "send_cart": ("order",),
        "message_reactions": ("reaction",),
        "messaging_referrals": ("referral",),
        "messaging_optins": ("optin",),
        "messaging_account_linking": ("account_linking",),
        "messaging_feedback": ("messaging_feedback",),
        "messaging_customer_information": ("messaging_customer_information",),
        "message_reads": ("read",),
        "message_deliveries": ("delivery",),
        "response_feedback": ("response_feedback",),
    },
)
_PAGE_CHANGES: Brings = {
    "feed": ("facebook_comments.",),
    "mention": ("facebook_comments.mention",),
    "ratings": ("facebook_comments.recommendation",),
    **{field: (f"page.{field}",) for field in ("conversations", "inbox_labels", "leadgen", "live_videos")},
}
_INSTAGRAM_SAID = (*_SAID, "story_reply", "story_mention")
_INSTAGRAM = _below(
    "instagram",
    {
        "messages": _INSTAGRAM_SAID,
        "messaging_postbacks": ("postback",),
        "message_edit": ("edit",),
        "message_echoes": ("echo",),
        "messaging_handover": _HANDOVER,
        "standby": (*_INSTAGRAM_SAID, "echo"),
        "message_reactions": ("reaction",),
        "messaging_referral": ("referral",),
        "messaging_seen": ("read",),
    },
)
_INSTAGRAM_CHANGES: Brings = {
    "comments": ("instagram.comments", "instagram_comments."),
    "live_comments": ("instagram.live_comments", "instagram_comments.live"),
    "mentions": ("instagram.mentions", "instagram_comments.mention"),
    "story_insights": ("instagram.story_insights",),
}
_WHATSAPP_FIELDS = (
    "account_alerts",
    "account_review_update",
    "account_update",
    "business_capability_update",
    "history",
    "message_template_status_update",
    "phone_number_name_update",
    "phone_number_quality_update",
    "security",
    "smb_app_state_sync",
    "smb_message_echoes",
    "user_preferences",
)
_WHATSAPP: Brings = {"messages": ("whatsapp.text",), **{field: (f"whatsapp.{field}",) for field in _WHATSAPP_FIELDS}}

BRINGS: Mapping[str, tuple[Product, Brings]] = {
    "messenger": (Product.PAGE, _MESSENGER),
    "facebook_comments": (Product.PAGE, _PAGE_CHANGES),
    "instagram_direct": (Product.INSTAGRAM, _INSTAGRAM),
    "instagram_comments": (Product.INSTAGRAM, _INSTAGRAM_CHANGES),
    "whatsapp": (Product.WHATSAPP, _WHATSAPP),
}
"""By channel: what has the fields, and what each of them brings."""

SPELLINGS: Mapping[str, str] = {
    "message_edits": "message_edit",
    "message_edit": "message_edits",
    "messaging_handovers": "messaging_handover",
    "messaging_handover": "messaging_handovers",
}
"""The other spelling of a needed field; which one a subscription takes is told by its error 100."""


def needed_fields(channel: str, *, login: str = "facebook") -> frozenset[str]:
    """List the fields without which something that we act on would not arrive."""
    fields = {field for field, kinds in BRINGS[channel][1].items() if any(map(_does_something, kinds))}
    if channel == "instagram_direct" and login == "facebook":
        # With Facebook's login echoes come with the messages; only Instagram's own has a field for them.
        fields.discard("message_echoes")
    return frozenset(fields)


def same_field(one: str) -> str:
    """Reduce both spellings of a field to one, so that they compare as equal."""
    return min(one, SPELLINGS.get(one, one))


def _does_something(prefix: str) -> bool:
    return any(
        consequence is not Consequence.NOISE for kind, consequence in CONSEQUENCES.items() if kind.startswith(prefix)
    )
