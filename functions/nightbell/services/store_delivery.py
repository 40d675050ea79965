"""Store everything a verified delivery brings, each kind of event in its own way.

ReceiveWebhook does it while the platform waits; ReplayDelivery does it with what was spilled.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

from nightbell.domain.errors import NotUnderstoodError, UnavailableError
from nightbell.domain.events import Delivery, Noise
from nightbell.domain.facts import Fact
from nightbell.platforms.channel import Platform
from nightbell.services.account_news import ApplyAccountNews
from nightbell.services.calls import Calls
from nightbell.services.ports import Hints, ReceiptStore
from nightbell.services.sort_events import sort_events
from nightbell.services.store_events import Done, StoreEvents, Task
from nightbell.services.store_messages import StoreMessages

NotePost = Callable[[Noise], None]
WORKERS = 16
MOST_AT_ONCE = 64
MOST_MESSAGES = 250
"""Pieces of work, and messages in all of them, that are stored well within a second. A larger delivery is
spilled at once and stored by ReplayDelivery: custody is what the answer promises, and it is fast."""


class TooMuchAtOnceError(UnavailableError):
    """The delivery is too large to be stored while the platform waits."""


class StoreDelivery:
    """The service that both receiving functions share."""

    def __init__(  # noqa: PLR0913 - the ports it needs, by name
        self,
        *,
        platforms: Mapping[str, Platform],
        store: ReceiptStore,
        store_messages: StoreMessages,
        hints: Hints,
        account_news: ApplyAccountNews | None = None,
        own_apps: Collection[str] = (),
        calls: Calls | None = None,
        note_post: NotePost | None = None,
    ) -> None:
        """Store in this table, and hint to this queue.

        Without ``account_news`` such news is told and no more; ``own_apps`` are our ids at the platforms. ``calls``
        keeps what tells of a call and was spilled, and ``note_post`` that an account has posted.
        """
        self._note_post = note_post
        self._calls = calls
        self._platforms = platforms
        self._events = StoreEvents(
            store=store, store_messages=store_messages, hints=hints, account_news=account_news, own_apps=own_apps
        )

    def __call__(self, delivery: Delivery, *, platform_waits: bool) -> list[Fact]:
        """Store all of a delivery that has been verified.

        Args:
            delivery: What is stored of it already is recognised.
            platform_waits: Do not even begin with one that takes too long.

        Raises:
            TooMuchAtOnceError: Nothing is stored.
            UnavailableError: Not all is stored; another try is safe.
        """
        platform = self._platforms[delivery.platform]
        # From here on nobody looks at the others, and what is kept is kept without them.
        delivery = replace(delivery, headers=_only(platform.parse_headers, delivery.headers))
        try:
            events = platform.parse(delivery)
            if not events and self._calls is not None and self._calls.serves(delivery):
                return self._keep_call(self._calls, delivery)
            work = sort_events(events)
        except NotUnderstoodError as error:
            return [self._events.quarantine(delivery, delivery.body, "delivery", str(error))]
        tasks, then = self._events.tasks(delivery, work), self._events.tasks_by_thread(delivery, work)
        pieces, messages = len(tasks) + len(then), sum(map(len, work.messages.values()))
        if platform_waits and (pieces > MOST_AT_ONCE or messages > MOST_MESSAGES):
            raise TooMuchAtOnceError(f"{pieces} pieces of work, {messages} messages")
        try:
            done = _run(tasks)
        finally:
            found = _run(then)
        self._note_posts(work.own_posts)
        return [*work.facts, *(fact for each in (*done, *found) for fact in each.facts)]

    def _note_posts(self, posts: Sequence[Noise]) -> None:
        """Note that an account has posted, for whoever tells its team; nothing depends on it."""
        if self._note_post is None:
            return
        for post in posts:
            with suppress(UnavailableError):
                self._note_post(post)

    def _keep_call(self, calls: Calls, delivery: Delivery) -> list[Fact]:
        """Write down what nobody listens to the answer of any more."""
        answered = calls(delivery)
        if not answered.is_kept:
            raise UnavailableError("a call could not be written down")
        return list(answered.facts)


def _only(names: Collection[str], headers: Mapping[str, str]) -> Mapping[str, str]:
    return {name: value for name, value in headers.items() if name in names}


def _run(tasks: Sequence[Task]) -> list[Done]:
    """Do all of it, several at a time; raise only after each had its try."""
    if len(tasks) <= 1:
        return [task() for task in tasks]
    with ThreadPoolExecutor(max_workers=min(WORKERS, len(tasks))) as pool:
        futures = [pool.submit(task) for task in tasks]
    return [future.result() for future in futures]
