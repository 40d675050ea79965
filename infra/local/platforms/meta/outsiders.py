"""Others who act for the business beside Nightbell: a person in Meta's own inbox, another app, a moderator.

Sources: Messenger Platform "Conversation Routing" and "Handover Protocol" events, "message_echoes"
(``app_id`` of the Page inbox is 263902037430900, of Instagram's 1217981644879628); "Webhooks for Pages"
(``hide``, ``unhide``).
"""

from collections.abc import Callable

from infra.local.platforms.courier import Attempt
from infra.local.platforms.meta import facebook_bodies
from infra.local.platforms.meta.acts import NothingThereError
from infra.local.platforms.meta.bodies import Event, messenger_event
from infra.local.platforms.meta.people import (
    FACEBOOK_COMMENTS,
    INSTAGRAM_DIRECT,
    MESSENGER,
    Account,
    Bubble,
    Contact,
    new_message_id,
)
from infra.local.platforms.meta.reports import own_comment, reports
from infra.local.platforms.meta.wall import Comment
from infra.local.platforms.meta.world import World

INBOX = {MESSENGER: "263902037430900", INSTAGRAM_DIRECT: "1217981644879628"}
OTHER_APP = "990990990990990"

Tell = Callable[[str, Account, Event], Attempt]
"""Delivers one event of an account, and waits for the answer."""


class Outsiders:
    """Acts of everybody else who may speak for the business."""

    def __init__(self, world: World, tell: Tell) -> None:
        """Act in a world, and have ``tell`` deliver what Meta reports of it."""
        self._world = world
        self._tell = tell

    def answer_in_inbox(self, contact: Contact, text: str) -> Attempt:
        """Let a person answer in the inbox of the Page or of Instagram."""
        return self._say(contact, text, INBOX[contact.channel])

    def answer_by_app(self, contact: Contact, text: str) -> Attempt:
        """Let another app of the business answer."""
        return self._say(contact, text, OTHER_APP)

    def take(self, contact: Contact, owner_app_id: str = OTHER_APP) -> Attempt:
        """Let another app take the thread: what the contact writes then comes to us on standby."""
        self._world.thread(contact).owner_app_id = owner_app_id
        owners = {"previous_owner_app_id": self._world.app.app_id, "new_owner_app_id": owner_app_id}
        return self._control(contact, "take_thread_control", owners)

    def release(self, contact: Contact) -> Attempt:
        """Let the other app give the thread back to us."""
        thread = self._world.thread(contact)
        owners = {"previous_owner_app_id": thread.owner_app_id, "new_owner_app_id": self._world.app.app_id}
        thread.owner_app_id = ""
        return self._control(contact, "pass_thread_control", owners)

    def answer_in_public(self, comment_id: str, text: str) -> Attempt:
        """Let a person answer a comment or a post by hand.

        Raises:
            NothingThereError: There is no such comment.
        """
        with self._world.lock:
            under = self._world.wall.find(comment_id)
            if under is None:
                raise NothingThereError(f"There is no post and no comment {comment_id!r}.")
            made = self._world.wall.comment(under, text, self._world.clock())
            made.app_id = INBOX[MESSENGER]
        return self._tell("a person answers in public", made.post.account, own_comment(made))

    def hide(self, comment_id: str, *, hidden: bool = True) -> Attempt:
        """Let a person hide a comment on the Page, or show it again; Instagram reports neither.

        Raises:
            NothingThereError: There is no such comment on a Page.
        """
        comment = self._world.wall.find(comment_id)
        if not isinstance(comment, Comment) or comment.post.account.channel != FACEBOOK_COMMENTS:
            raise NothingThereError(f"There is no comment {comment_id!r} on a Page.")
        comment.hidden = hidden
        change = facebook_bodies.comment_change(comment, "hide" if hidden else "unhide")
        return self._tell("a person hides a comment", comment.post.account, change)

    def publish(self, account: Account, text: str) -> Attempt | None:
        """Put up a post of the business; a Page's comes back, Instagram reports none."""
        with self._world.lock:
            post = self._world.wall.publish(account, text, self._world.clock())
        if account.channel != FACEBOOK_COMMENTS:
            return None
        return self._tell("a post of the Page", account, facebook_bodies.post_change(post))

    def _say(self, contact: Contact, text: str, app_id: str) -> Attempt:
        account = self._world.account_of(contact)
        bubble = Bubble(
            author="business",
            text=text,
            message_id=new_message_id(contact.channel),
            at=self._world.clock(),
            app_id=app_id,
        )
        with self._world.lock:
            self._world.thread(contact).bubbles.append(bubble)
        _, echo = reports(self._world, contact, bubble, None)[0]
        return self._tell("somebody else answers", account, echo)

    def _control(self, contact: Contact, what: str, owners: Event) -> Attempt:
        event = messenger_event(contact, self._world.clock(), **{what: owners | {"metadata": ""}})
        return self._tell(what, self._world.account_of(contact), event)
