"""Meta's bodies: JSON as it travels, signed with the app's secret; the index tells each one's surface."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from nightbell.domain.events import Delivery, Event
from nightbell.platforms.registry import PLATFORMS
from tests.platforms.fixtures import RECEIVED_AT
from tests.platforms.real_bodies import Replay, Row, escaped, first_found

SECRET = "a-test-secret-of-32-characters-00"

EXPECTED: Mapping[str, Sequence[tuple[str, set[str]]]] = {
    "messenger": (
        (r"standby\[\] echo", {"messenger.echo_person"}),
        (r"message_echoes", {"messenger.echo_own", "messenger.echo_app", "messenger.echo_person"}),
        (r"quick_reply", {"messenger.quick_reply"}),
        (r"unsent", {"messenger.unsend"}),
        (r"is_unsupported", {"messenger.unsupported"}),
        (r"message_edit", {"messenger.edit"}),
        (r"message_reactions", {"messenger.reaction"}),
        (r"message_reads", {"messenger.read"}),
        (r"message_deliveries", {"messenger.delivery"}),
        (r"^message/", {"messenger.message"}),
        (r"messaging_postbacks", {"messenger.postback"}),
        (r"messaging_referrals", {"messenger.referral"}),
        (r"messaging_optins", {"messenger.optin"}),
        (r"account_linking", {"messenger.account_linking"}),
        (r"app_roles", {"messenger.app_roles"}),
        (r"pass_thread_control", {"messenger.pass_thread_control"}),
        (r"take_thread_control", {"messenger.take_thread_control"}),
        (r"policy_enforcement", {"messenger.policy_enforcement.block"}),
        (r"response_feedback", {"messenger.response_feedback"}),
    ),
    "whatsapp": (
        (r"text or reaction", {"whatsapp.reaction"}),
        (r"message/interactive (\w+)", {r"whatsapp.interactive.\1"}),
        (r'"unknown"', {"whatsapp.unknown"}),
        (r"^message/(\w+)", {r"whatsapp.\1"}),
        (r"^status", {"whatsapp.status_of_others"}),
        (r"user_changed_number", {"whatsapp.system.user_changed_number"}),
        (r"smb_message_echoes edit", {"whatsapp.smb_message_echoes.changed"}),
        (r"value\.errors", {"whatsapp.errors"}),
        (r"^(\w+)", {r"whatsapp.\1"}),
    ),
    "page_feed": (
        (r"object user", {"meta.foreign_object"}),
        (r"^leadgen", {"page.leadgen"}),
        (r"^mention", {"facebook_comments.mention"}),
        (r"^ratings", {"facebook_comments.recommendation"}),
        (r"by the Page itself|the Page own", {"facebook_comments.own_comment"}),
        (r"^comment/add reply", {"facebook_comments.reply"}),
        (r"^comment/add", {"facebook_comments.comment", "facebook_comments.own_comment"}),
        (r"^reaction|^like", {"facebook_comments.reaction"}),
        (r"/edit", {"facebook_comments.edit", "facebook_comments.own_change"}),
        (r"/remove", {"facebook_comments.remove", "facebook_comments.own_change"}),
        (r"/hide", {"facebook_comments.moderation"}),
        (r"visitor post", {"facebook_comments.post"}),
        (r"^status/add", {"facebook_comments.post", "facebook_comments.own_post"}),
        (r"^(photo|video)/add", {r"facebook_comments.\1", "facebook_comments.own_post"}),
        (r"^share/add", {"facebook_comments.share", "facebook_comments.silent_share", "facebook_comments.own_post"}),
        (r"^(album|event)/add", {"facebook_comments.page_item"}),
    ),
    "instagram_messaging": (
        (r"Dashboard Test", {"meta.test"}),
        (r"ephemeral|unsupported", {"instagram.unsupported"}),
        (r"story", {"instagram.story_reply"}),
        (r"message_edit", {"instagram.edit"}),
        (r"reaction", {"instagram.reaction"}),
        (r"seen", {"instagram.read"}),
        (r"referral", {"instagram.referral"}),
        (r"postback", {"instagram.postback"}),
        (r"^message", {"instagram.message"}),
    ),
    "instagram_comments": (
        (r"Dashboard Test", {"meta.test"}),
        # Some of the others were made by the dashboard too, and tell it only by the account's id.
        (r"^comments", {"instagram_comments.comment", "instagram_comments.reply", "meta.test"}),
        (r"^live_comments", {"instagram_comments.live_comment", "meta.test"}),
        (r"^mentions", {"instagram_comments.mention", "meta.test"}),
    ),
}
"""By surface: what the index says, and the kinds that may come of it; the first pattern that is found counts."""


def read(body: bytes) -> list[Event]:
    signature = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    delivery = Delivery(
        platform="meta",
        path="",
        method="POST",
        headers={"x-hub-signature-256": signature},
        query={},
        body=body,
        received_at=RECEIVED_AT,
    )
    PLATFORMS["meta"].verify(delivery, {"app_secret": [SECRET]})
    return PLATFORMS["meta"].parse(delivery)


def expected(row: Row) -> set[str]:
    return first_found(EXPECTED[row.surface], row.sub_type)


REPLAY = Replay(index="meta", is_own=lambda row: row.surface in EXPECTED, wire=escaped, read=read, expected=expected)
