"""Puts events into bodies, signs them with the right secret, and has the courier deliver them."""

import threading
from collections.abc import Sequence
from datetime import datetime

from infra.local.platforms.courier import Attempt, Courier, Delivery
from infra.local.platforms.meta.bodies import Event, delivery_body, together
from infra.local.platforms.meta.people import PRIVATE_CHANNELS, Account, Contact
from infra.local.platforms.meta.wire import signature_headers, wire_form
from infra.local.platforms.meta.world import World


class Postman:
    """Delivers what Meta has to say about a world."""

    def __init__(self, world: World, courier: Courier) -> None:
        """Take who signs, and who carries."""
        self._world = world
        self._courier = courier

    def sign(
        self, what: str, body: Event | bytes, whom: Contact | Account | None = None, *, secret: str | None = None
    ) -> Delivery:
        """Make a delivery of a body, signed as for ``whom``: by the app's secret, Instagram's, or another's."""
        raw = body if isinstance(body, bytes) else wire_form(body)
        account = self._world.account_of(whom) if isinstance(whom, Contact) else whom
        right = self._world.app.secret_for(account.login if account else "facebook")
        patient = account is not None and account.channel in PRIVATE_CHANNELS
        return Delivery(what=what, body=raw, headers=signature_headers(raw, secret or right), patient=patient)

    def body(self, acts: Sequence[tuple[Contact, Event]], now: datetime) -> Event:
        """Group events by account and by who owns the thread, in the order of the first of each.

        Raises:
            ValueError: They are of different objects, or of different apps.
        """
        groups: dict[tuple[tuple[str, str], str], list[Event]] = {}
        for contact, event in acts:
            thread = self._world.threads.get(contact.key)
            array = "standby" if thread and thread.owner_app_id else "messaging"
            groups.setdefault((self._world.account_of(contact).key, array), []).append(event)
        accounts = self._world.accounts
        if len({accounts[key].login for key, _ in groups}) != 1:
            raise ValueError("Accounts that were connected by different logins belong to different apps.")
        return together([delivery_body(accounts[key], events, now, array) for (key, array), events in groups.items()])

    def post(self, delivery: Delivery, copies: int, *, retry: bool) -> tuple[Attempt, ...]:
        """Deliver the same bytes so many times at once; the last of them is the one that may come again."""
        attempts: list[Attempt] = []
        threads = [
            threading.Thread(target=lambda: attempts.append(self._courier.deliver(delivery, retry=False)))
            for _ in range(copies - 1)
        ]
        for thread in threads:
            thread.start()
        attempts.append(self._courier.deliver(delivery, retry=retry))
        for thread in threads:
            thread.join()
        return tuple(attempts)

    def tell(self, what: str, account: Account, event: Event) -> Attempt:
        """Deliver one event now, and wait for the answer."""
        return self._courier.deliver(self.sign(what, delivery_body(account, [event], self._world.clock()), account))

    def tell_later(self, what: str, account: Account, event: Event, after_s: float) -> None:
        """Deliver one event in the background."""
        body = delivery_body(account, [event], self._world.clock())
        self._courier.deliver_later(self.sign(what, body, account), after_s)
