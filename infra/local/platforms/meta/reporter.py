"""Tells the webhook what became of what a business said, or leaves it out where a fault says so."""

from collections.abc import Sequence

from infra.local.platforms.faults import Fault, FaultBox, FaultKind
from infra.local.platforms.meta.bodies import Event
from infra.local.platforms.meta.people import Account, Bubble, Thread
from infra.local.platforms.meta.postman import Postman
from infra.local.platforms.meta.reports import own_comment, reports
from infra.local.platforms.meta.wall import Comment
from infra.local.platforms.meta.world import World


class Reporter:
    """Sends echoes, receipts, statuses, and the business's own comments."""

    def __init__(self, world: World, faults: FaultBox, postman: Postman, echo_after_s: float) -> None:
        """Take who is told, and how long after the fact."""
        self._world = world
        self._faults = faults
        self._postman = postman
        self._echo_after_s = echo_after_s

    def delivered(self, account: Account, thread: Thread, bubble: Bubble) -> None:
        """A message reached a contact."""
        fault = self._faults.take("send", account.channel, thread.contact.contact_id, afterwards=True)
        self._report(account, reports(self._world, thread.contact, bubble, fault), fault)

    def published(self, comment: Comment) -> None:
        """A comment of the business stands in public."""
        account = comment.post.account
        answered = self._world.wall.find(comment.answers)
        author = answered.author.contact_id if answered and answered.author else ""
        fault = self._faults.take("send", account.channel, author, afterwards=True)
        self._report(account, [("own comment", own_comment(comment))], fault)

    def _report(self, account: Account, told: Sequence[tuple[str, Event]], fault: Fault | None) -> None:
        kind = fault.kind if fault else None
        if kind is FaultKind.NO_ECHO:
            return
        wait = fault.seconds if fault and kind is FaultKind.LATE_ECHO else self._echo_after_s
        for _ in range(2 if kind is FaultKind.DOUBLE_ECHO else 1):
            for step, (what, event) in enumerate(told):
                extra = fault.seconds if fault and kind is FaultKind.FAILED_STATUS and what == "failed" else step * wait
                self._postman.tell_later(what, account, event, wait + extra)
