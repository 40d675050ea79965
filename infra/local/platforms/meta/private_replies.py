"""The one private answer that a public comment may get.

Sources: Messenger Platform "Private Replies" and Instagram Platform "Private Replies": one for each
comment or visitor post, within seven days; afterwards only once the person answers. The answer tells
the person's id and the message's.
"""

from collections.abc import Sequence
from datetime import timedelta

from infra.local.loopback_server import Reply
from infra.local.platforms.meta.answers import json_reply, usage
from infra.local.platforms.meta.calls import Backend, Call
from infra.local.platforms.meta.errors import Code, Refused, refused
from infra.local.platforms.meta.instagram_sends import instagram_content
from infra.local.platforms.meta.messenger_sends import UNTAGGED, messenger_content
from infra.local.platforms.meta.outgoing import part_of, says_by_person
from infra.local.platforms.meta.people import (
    FACEBOOK_COMMENTS,
    MESSENGER,
    PRIVATE_CHANNELS,
    Account,
    Bubble,
    Contact,
    Thread,
    new_message_id,
)
from infra.local.platforms.meta.wall import Comment, Post, id_of, is_answerable_privately

TIME = timedelta(days=7)
AN_HOUR_S = 3600
ALREADY: Code = (10900, None)
NOT_ELIGIBLE: Code = (100, 2534025)
TOO_OLD: Code = (10901, None)
NOT_ANSWERABLE: Code = (10902, None)


def private_reply(backend: Backend, call: Call, accounts: Sequence[Account], body: object) -> Reply:
    """Answer a comment, or a visitor's post, in private.

    Raises:
        Refused: The comment is gone, too old, our own or another Page's, or was answered in private before.
    """
    recipient = part_of(body, "recipient")
    item = backend.world.wall.find(str(recipient.get("comment_id") or recipient.get("post_id")))
    private = next((one for one in accounts if item and one.channel == PRIVATE_CHANNELS[_public(item).channel]), None)
    if item is None or private is None:
        raise refused(MESSENGER, 100, 33)
    author = item.author.contact_id if item.author else ""
    return backend.with_fault(
        call, _public(item), "private_reply", author, lambda: _reply(backend, private, item, body)
    )


def _reply(backend: Backend, private: Account, item: Post | Comment, body: object) -> Reply:
    is_page = private.channel == MESSENGER
    if not isinstance(body, dict) or says_by_person(private.channel, body, UNTAGGED if is_page else ()):
        raise refused(private.channel, 100, None, "A private reply takes no tag")
    text, buttons = messenger_content(body) if is_page else instagram_content(body)
    with backend.world.lock:
        contact = _may_be_answered(backend, item)
        rate = backend.world.limits.private_replies_per_hour
        if not backend.world.may("private", private.account_id, burst=rate, per_second=rate / AN_HOUR_S):
            raise refused(private.channel, 613)
        bubble = Bubble(
            author="business",
            text=text,
            buttons=buttons,
            metadata=str(part_of(body, "message").get("metadata") or ""),
            message_id=new_message_id(private.channel),
            at=backend.world.clock(),
            after_ms=backend.waited_ms(item.wrote_at),
            about=id_of(item),
        )
        thread = _thread(backend, contact)
        thread.bubbles.append(bubble)
        item.private_reply_id = bubble.message_id
    backend.delivered(private, thread, bubble)
    told = {"recipient_id": thread.contact.contact_id, "message_id": bubble.message_id}
    return json_reply(told, usage(private, 1))


def _may_be_answered(backend: Backend, item: Post | Comment) -> Contact:
    if item.author is None or not is_answerable_privately(item):
        raise _refusal(item, NOT_ANSWERABLE)
    if item.private_reply_id:
        raise refused(_public(item).channel, *ALREADY)
    if backend.world.clock() - item.at > TIME:
        raise _refusal(item, TOO_OLD)
    known = backend.world.threads.get(item.author.in_private.key)
    if known is not None and known.blocked:
        raise refused(_public(item).channel, 10903)
    return item.author.in_private


def _thread(backend: Backend, contact: Contact) -> Thread:
    known = backend.world.threads.get(contact.key)
    return known or backend.world.thread(contact)


def _refusal(item: Post | Comment, code: Code) -> Refused:
    is_page = _public(item).channel == FACEBOOK_COMMENTS
    return refused(_public(item).channel, *(code if is_page else NOT_ELIGIBLE))


def _public(item: Post | Comment) -> Account:
    return item.post.account if isinstance(item, Comment) else item.account
