"""What agents do with a conversation: take it, read it, say something, finish it, or pass it on.

Two of them can never hold one; whatever is done is written down with who did it and when, in the same transaction.
"""

from contextlib import suppress
from datetime import datetime, timedelta

from nightbell.domain.errors import UnavailableError
from nightbell.services.desk_acting import LEASE, TRIES, Acting, Seen
from nightbell.services.desk_checks import must_be_words
from nightbell.services.desk_done import Closed, Done, How, Way
from nightbell.services.desk_errors import Code, DeskError
from nightbell.services.desk_ports import Act, DeskStore, Did, Give, LetGo, Log, Take
from nightbell.services.desk_rating import AskRating
from nightbell.services.desk_say import NOBODY, Business, Said, Say, Saying
from nightbell.services.ports import Clock, Hints, Page, StoredMessage

LONGEST_NAME = 64
LONGEST_SNOOZE = timedelta(days=30)
LARGEST = 2_500_000
"""Bytes of waiting messages on one page: whoever floods us with mails keeps nobody from reading and finishing them."""
AROUND = 500
"""As many for what stands around each text."""


class Desk:
    """The service behind ``nightbell desk`` and the desk's pages."""

    def __init__(self, store: DeskStore, clock: Clock, hints: Hints | None = None, business: Business = NOBODY) -> None:
        """Work on this table.

        Args:
            store: The table.
            clock: Whose time counts.
            hints: By which what is said leaves at once; without, within a minute.
            business: In whose names something can be said.
        """
        self._store, self._clock = store, clock
        self._acting = Acting(store, clock)
        self._say = Say(self._acting, hints, business)
        self._done = Done(self._acting, business.accounts, AskRating(business.accounts, business.channels))

    def take(self, pk: str, agent: str) -> Page:
        """Hold a conversation and read it; two agents can never hold one.

        Raises:
            DeskError: It is unknown, nothing waits in it, or somebody else holds it.
            UnavailableError: The table does not answer.
        """
        _must_be_name(agent)
        for _ in range(TRIES):
            if self._take_once(self._acting.look(pk), agent):
                break
        else:
            raise DeskError(Code.CHANGED, "The conversation kept changing. Try again.")
        page = self._store.read_page(pk)
        with suppress(UnavailableError):
            # Noted or not, the agent sees it: otherwise a note whose answer was lost would let them close it unseen.
            self._store.note_shown(pk, agent, shown_up_to(page))
        return page

    def _take_once(self, seen: Seen, agent: str) -> bool:
        seen.must_wait()
        read, until = seen.read, seen.now + LEASE
        is_own = read.agent_id == agent
        if is_own and read.is_held(seen.now):
            return self._store.renew(seen.pk, agent, until, seen.now)
        if not is_own and read.agent_until is not None and read.agent_until >= seen.now:
            raise DeskError(Code.HELD, f"{read.agent_id} holds this conversation until {read.agent_until:%H:%M} UTC.")
        did = Did.TAKE if is_own or not read.agent_id else Did.TAKE_OVER
        what = f"{read.agent_id}" if did is Did.TAKE_OVER else ""
        return self._store.act(
            Act(
                pk=seen.pk,
                step=Take(agent=agent, until=until, now=seen.now),
                before=seen.desk,
                after=seen.desk.awake().acting(),
                logs=[Log(did=did, by=agent, at=seen.now, what=what)],
            )
        )

    def say(self, pk: str, agent: str, saying: Saying, revision: str = "") -> Said:
        """Say something to the contact: an answer, or by when they get one.

        Raises:
            DeskError: It cannot be said, and nothing was.
            UnavailableError: It may have been said; the same request again finds out.
        """
        return self._say(pk, agent, saying, revision)

    def done(  # noqa: PLR0913 - what one act is
        self, pk: str, agent: str, how: How, *, up_to: int, by: Way | None = None, revision: str = ""
    ) -> Closed:
        """Finish it up to what was shown, and let go.

        Raises:
            DeskError: The agent does not hold it, or it cannot be finished so.
            UnavailableError: The table does not answer.
        """
        return self._done(pk, agent, how, up_to=up_to, by=by, revision=revision)

    def close(self, pk: str, agent: str, how: How = How.ANSWERED, by: Way | None = None) -> Closed:
        """Finish what the agent was shown, whatever that was.

        Raises:
            DeskError: The agent does not hold it.
            UnavailableError: The table does not answer.
        """
        return self._done(pk, agent, how, up_to=None, by=by, revision="")

    def release(self, pk: str, agent: str) -> None:
        """Let go without closing; it is offered to others at once.

        Raises:
            DeskError: The agent does not hold it.
            UnavailableError: The table does not answer.
        """

        def decide(seen: Seen) -> Act:
            if seen.read.agent_id != agent:
                raise DeskError(Code.NOT_HELD, "You do not hold this conversation.")
            return Act(
                pk=pk,
                step=LetGo(agent=agent, now=seen.now),
                before=seen.desk,
                after=seen.desk.acting(),
                logs=[Log(did=Did.RELEASE, by=agent, at=seen.now)],
            )

        self._acting(pk, decide)

    def note(self, pk: str, agent: str, text: str) -> None:
        """Write something down for colleagues; whoever holds it.

        Raises:
            DeskError: There are no words, or too many.
            UnavailableError: The table does not answer, and it may have been written.
        """
        _must_be_name(agent)
        words = must_be_words(text, "the note")

        def decide(seen: Seen) -> Act:
            log = Log(did=Did.NOTE, by=agent, at=seen.now, what=words)
            return Act(pk=pk, step=None, before=seen.desk, after=seen.desk.acting(), logs=[log])

        self._acting(pk, decide)

    def hand_over(self, pk: str, agent: str, to: str, *, is_lead: bool = False, revision: str = "") -> None:
        """Have a colleague hold it from now on; a lead may do so with what others hold, or nobody.

        Raises:
            DeskError: The agent does not hold it, nothing waits in it, or the colleague has no name.
            UnavailableError: The table does not answer.
        """
        _must_be_name(to)

        def decide(seen: Seen) -> Act:
            seen.must_wait()
            if not is_lead:
                seen.must_hold(agent)
            if seen.read.agent_id == to and seen.read.is_held(seen.now):
                raise DeskError(Code.INVALID, f"{to} holds this conversation already.")
            seen.must_be(revision)
            return Act(
                pk=pk,
                step=Give(to=to, until=seen.now + LEASE, read=seen.read),
                before=seen.desk,
                after=seen.desk.awake().acting(),
                logs=[Log(did=Did.HAND_OVER, by=agent, at=seen.now, what=to)],
            )

        self._acting(pk, decide)

    def snooze(self, pk: str, agent: str, until: datetime, revision: str = "") -> None:
        """Let go, and have nobody see it until a time, or until the contact writes.

        Raises:
            DeskError: The agent does not hold it, was not shown all of it, or the time is none.
            UnavailableError: The table does not answer.
        """

        def decide(seen: Seen) -> Act:
            seen.must_be_shown(agent, seen.read.last_seq)
            seen.must_wait()
            seen.must_be(revision)
            if not seen.now < until <= seen.now + LONGEST_SNOOZE:
                raise DeskError(Code.INVALID, "Name a time from now on, within thirty days.")
            return Act(
                pk=pk,
                step=LetGo(agent=agent, now=seen.now, read=seen.read),
                before=seen.desk,
                after=seen.desk.snooze(until, seen.read.last_seq).acting(),
                logs=[Log(did=Did.SNOOZE, by=agent, at=seen.now, what=f"{until:%Y-%m-%dT%H:%M:%SZ}")],
            )

        self._acting(pk, decide)


def _must_be_name(agent: str) -> None:
    if not agent.strip() or len(agent) > LONGEST_NAME or not agent.isprintable():
        raise DeskError(Code.INVALID, f"A colleague's name has {LONGEST_NAME} letters at most, and one at least.")


def shown_up_to(page: Page) -> int:
    """Find the highest number for which every number above the seen ones was shown.

    A transaction may be visible on the conversation and not yet in the list of its messages;
    closing up to the conversation's last number would then close a message that nobody saw. Of more than fits a page
    the beginning is shown; the rest waits until that is finished.
    """
    sizes = {message.seq: size_of(message) for message in page.messages}
    high, room = page.conversation.seen_seq, LARGEST
    while high + 1 in sizes and room > 0:
        high += 1
        room -= sizes[high]
    return high


def size_of(message: StoredMessage) -> int:
    """Tell how much of a page a message takes."""
    return AROUND + len(f"{message.text}{message.attachments}".encode("utf-8", "replace"))
