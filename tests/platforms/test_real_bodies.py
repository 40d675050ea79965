"""Replays a folder of bodies as platforms published or sent them, named by ``NIGHTBELL_PAYLOADS``.

The folder holds ``<vendor>/INDEX.tsv`` with the columns ``file`` and ``sub_type``, and ``surface`` for
Meta. It is not part of the project: ids in such bodies are somebody's.
"""

import csv
import hashlib
import hmac
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nightbell.domain.errors import NotUnderstoodError
from nightbell.domain.events import Broken, Delivery, Event, Message, Noise, Unknown
from nightbell.platforms.registry import PLATFORMS
from tests.platforms.fixtures import RECEIVED_AT

FOLDER = os.environ.get("NIGHTBELL_PAYLOADS", "")
SECRET = "a-test-secret-of-32-characters-00"

pytestmark = pytest.mark.skipif(not FOLDER, reason="NIGHTBELL_PAYLOADS names no folder of bodies")

# What the index says, and the kinds that may come of it: the first pattern that is found counts.
EXPECTED = {
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


def rows(vendor: str) -> Iterator[dict[str, str]]:
    index = Path(FOLDER) / vendor / "INDEX.tsv"
    if FOLDER and index.exists():
        with index.open(encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines, delimiter="\t")


def wire_form(path: Path) -> bytes:
    """Write a body as it travels: escaped, without white space."""
    tree = json.loads(path.read_text(encoding="utf-8"))
    return json.dumps(tree, ensure_ascii=True, separators=(",", ":")).replace("/", "\\/").encode()


def received(body: bytes) -> list[Event]:
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


def expected(surface: str, sub_type: str) -> set[str]:
    for pattern, kinds in EXPECTED[surface]:
        if match := re.search(pattern, sub_type):
            return {match.expand(kind) for kind in kinds}
    raise AssertionError(f"no pattern for {sub_type!r} in {surface}")


META = [row for row in rows("meta") if row["surface"] in EXPECTED]
FEED = [row for row in META if row["surface"] == "page_feed"]
COMMENTS = [row for row in META if row["surface"] == "instagram_comments"]
OTHERS = [row for row in rows("other") if row["file"].endswith(".json")]


@pytest.mark.parametrize("row", META, ids=[row["file"] for row in META])
def test_a_body_becomes_what_its_index_says(row: dict[str, str]) -> None:
    events = received(wire_form(Path(FOLDER) / "meta" / row["file"]))
    assert events
    assert not [event for event in events if isinstance(event, Broken | Unknown)]
    assert {event.kind for event in events} <= expected(row["surface"], row["sub_type"])


def said_by_the_page(value: dict[str, Any], page: str) -> bool:
    author = (value.get("from") or {}).get("id") or value.get("sender_id")
    return str(author) == page


@pytest.mark.parametrize("row", FEED, ids=[row["file"] for row in FEED])
def test_what_the_page_says_is_never_taken_for_a_contacts(row: dict[str, str]) -> None:
    tree = json.loads((Path(FOLDER) / "meta" / row["file"]).read_text(encoding="utf-8"))
    own = [
        said_by_the_page(change["value"], entry["id"])
        for entry in tree["entry"]
        for change in entry["changes"]
        if tree["object"] == "page"
    ]
    events = received(wire_form(Path(FOLDER) / "meta" / row["file"]))
    assert not [event for event, is_own in zip(events, own, strict=False) if is_own and isinstance(event, Message)]


@pytest.mark.parametrize("row", COMMENTS, ids=[row["file"] for row in COMMENTS])
def test_a_comment_of_the_dashboard_is_read_like_any_other_for_an_account_of_ours(row: dict[str, str]) -> None:
    body = wire_form(Path(FOLDER) / "meta" / row["file"]).replace(b'"id":"0"', b'"id":"17841000000000042"')
    wanted = expected("instagram_comments", row["sub_type"].replace("App Dashboard Test", "")) - {"meta.test"}
    events = received(body)
    assert {event.kind for event in events} <= wanted
    assert all(isinstance(event, Message) for event in events)


@pytest.mark.parametrize("row", OTHERS, ids=[row["file"] for row in OTHERS])
def test_the_body_of_another_vendor_is_not_taken_for_ours(row: dict[str, str]) -> None:
    try:
        events = received(wire_form(Path(FOLDER) / "other" / row["file"]))
    except NotUnderstoodError:
        return
    assert not [event for event in events if not isinstance(event, Noise | Unknown)]


def test_the_index_was_found_and_holds_messages_of_every_channel() -> None:
    channels = Counter(
        event.channel
        for row in META
        for event in received(wire_form(Path(FOLDER) / "meta" / row["file"]))
        if isinstance(event, Message)
    )
    assert set(channels) == {"facebook_comments", "instagram_comments", "instagram_direct", "messenger", "whatsapp"}
