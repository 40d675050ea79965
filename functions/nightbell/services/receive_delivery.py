"""Take one delivery: size, proof, custody, and only then a 200.

A 200 promises custody: everything kept is stored, or the whole delivery lies in SpillQueue.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from nightbell.domain.business import Account
from nightbell.domain.errors import (
    EncodingError,
    MethodError,
    MisconfiguredError,
    SignatureError,
    TooLargeError,
    UnavailableError,
    UnknownPlatformError,
)
from nightbell.domain.events import Delivery
from nightbell.domain.facts import Fact
from nightbell.domain.spill import cut
from nightbell.platforms.channel import Platform, Reply
from nightbell.services.ports import Secrets, SpillQueue
from nightbell.services.receive_call import ReceiveCall
from nightbell.services.store_delivery import StoreDelivery, TooMuchAtOnceError


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What to answer, and what to count.

    Attributes:
        headers: Beside those that every answer has, or in their place; names in lower case.
    """

    status: int = 200
    body: str = ""
    facts: tuple[Fact, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


class ReceiveDelivery:
    """The service behind ReceiveWebhook."""

    def __init__(  # noqa: PLR0913 - the ports it needs, by name
        self,
        *,
        platforms: Mapping[str, Platform],
        secrets: Secrets,
        store_delivery: StoreDelivery,
        spill: SpillQueue,
        accounts: Mapping[str, Sequence[Account]],
        calls: ReceiveCall | None = None,
    ) -> None:
        """Spill what cannot be stored in time; ``accounts`` are those of the settings, by platform.

        Without ``calls`` nobody answers the telephone.
        """
        self._calls = calls
        self._platforms = platforms
        self._accounts = accounts
        self._secrets = secrets
        self._store_delivery = store_delivery
        self._spill = spill

    def __call__(self, delivery: Delivery) -> Received:
        """Answer one delivery.

        Raises:
            RejectedError: The sender's fault; nothing was stored.
            MisconfiguredError: A secret was never set; nothing is ever accepted without one.
            UnavailableError: Nothing was promised; a retry is safe.
        """
        platform = self._platforms.get(delivery.platform)
        accounts = self._accounts.get(delivery.platform, ())
        # Asked before any secret is read, so that whoever makes up addresses costs no call and names no parameter.
        if platform is None or not platform.accepts(delivery.path, accounts):
            raise UnknownPlatformError("no platform has this address")
        _check_size(delivery, platform)
        names = platform.secret_names(delivery, accounts)
        secrets = {name: self._secrets.get(platform.name, name) for name in names.needed}
        unread = self._add_optional(platform.name, names.optional, secrets)
        greeting = platform.handshake(delivery, secrets)
        if greeting is not None:
            return _received(greeting, (Fact(name="handshakes"),))
        if delivery.method != "POST":
            raise MethodError("deliveries are posted")
        try:
            platform.verify(delivery, secrets)
        except SignatureError:
            # Perhaps it is signed with the very secret that could not be read, so this is no refusal.
            if unread is not None:
                raise unread from None
            raise
        if self._calls is not None and self._calls.serves(delivery):
            return self._on_the_telephone(self._calls, delivery, platform)
        facts = tuple(self._keep(delivery, platform))
        return _received(platform.reply(delivery), facts)

    def _on_the_telephone(self, calls: ReceiveCall, delivery: Delivery, platform: Platform) -> Received:
        """Answer while somebody listens."""
        keep = partial(self._keep, delivery, platform)
        answered = calls(delivery, platform.parse_headers, keep, platform.reply(delivery))
        return _received(answered.reply, answered.facts)

    def _add_optional(
        self, platform: str, names: Sequence[str], secrets: dict[str, tuple[str, ...]]
    ) -> UnavailableError | None:
        """Add what is set of the further secrets; one that is missing or unusable must not stop the others.

        Returns:
            Why one could not be read at all, so that nobody knows whether there is one.
        """
        unread = None
        for name in names:
            try:
                secrets[name] = self._secrets.get(platform, name)
            except MisconfiguredError:
                continue
            except UnavailableError as error:
                unread = error
        return unread

    def _keep(self, delivery: Delivery, platform: Platform) -> Iterable[Fact]:
        try:
            return self._store_delivery(delivery, platform_waits=True)
        except TooMuchAtOnceError as error:
            fact = Fact(name="large_deliveries_spilled", fields={"because": str(error)})
        except UnavailableError as error:
            fact = Fact(name="deliveries_spilled", alarm=True, fields={"because": str(error)[:80]})
        parts = cut(delivery, platform.parse_headers)
        self._spill.send(parts)
        return [fact.about(spill=str(parts[0]["id"]))]


def _received(reply: Reply, facts: tuple[Fact, ...]) -> Received:
    return Received(body=reply.body, facts=facts, headers={"content-type": reply.content_type})


def _check_size(delivery: Delivery, platform: Platform) -> None:
    if len(delivery.body) > platform.max_body:
        raise TooLargeError("the body is larger than this platform ever sends")
    if delivery.headers.get("content-encoding", "identity").lower() != "identity":
        raise EncodingError("compressed bodies are not accepted")
