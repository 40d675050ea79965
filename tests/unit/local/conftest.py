"""A simulated Meta platform that hears itself: what it would deliver is kept, not posted."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.courier import Attempt, Courier, Delivery
from infra.local.platforms.meta.people import MESSENGER, WHATSAPP, Account, App, Contact
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.platforms.meta.world import Limits

APP = App(app_secret="a-secret-of-at-least-24-bytes", verify_token="a-verify-token")
PAGE = Account(channel=MESSENGER, account_id="100200300400500", token="page-token", name="Bakery")
PHONE = Account(channel=WHATSAPP, account_id="900800700600500", token="phone-token", name="Bakery", parent_id="777")
ADA = Contact(channel=MESSENGER, account_id=PAGE.account_id, contact_id="5000000000000001", name="Ada")
BEN = Contact(channel=WHATSAPP, account_id=PHONE.account_id, contact_id="34600111222", name="Ben", user_id="ES.77")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **amount: float) -> None:
        self.at += timedelta(**amount)


class WrittenDown(Courier):
    """Posts nothing and keeps what it was to post, with the delay."""

    def __init__(self) -> None:
        super().__init__()
        self.later: list[tuple[float, Any]] = []

    def _post(self, delivery: Delivery) -> Attempt:  # noqa: ARG002 - overrides
        return Attempt(status=200, ms=0)

    def deliver_later(self, delivery: Delivery, after_s: float = 0.0) -> None:
        self.later.append((after_s, json.loads(delivery.body)))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def courier() -> Iterator[WrittenDown]:
    courier = WrittenDown()
    yield courier
    courier.stop()


@pytest.fixture
def meta(clock: Clock, courier: WrittenDown) -> SimulatedMeta:
    limits = Limits(messenger_per_second=5, whatsapp_per_second=60)
    simulated = SimulatedMeta(app=APP, accounts=[PAGE, PHONE], clock=clock, courier=courier, limits=limits)
    simulated.write(ADA, Writing(text="hello"))
    simulated.write(BEN, Writing(text="hola"))
    return simulated


Send = Callable[..., Reply]


@pytest.fixture
def send(meta: SimulatedMeta) -> Send:
    """Call the send API as Nightbell does; ``body`` replaces the usual one, ``token`` and ``query`` as well."""

    def send(
        contact: Contact,
        body: dict[str, Any] | list[Any] | None = None,
        *,
        token: str | None = None,
        query: dict[str, str] | None = None,
        path: str = "",
    ) -> Reply:
        account = meta.world.account_of(contact)
        bearer = account.token if token is None else token
        return meta.graph_api.answer(
            Request(
                method="POST",
                path=path or f"/v26.0/{account.account_id}/messages",
                query=query or {},
                headers={"authorization": f"Bearer {bearer}"} if bearer else {},
                body=json.dumps(body or usual_body(contact)).encode(),
            )
        )

    return send


def usual_body(contact: Contact, text: str = "We got it.", tag: str = "tag-1") -> dict[str, Any]:
    """What a plain text is sent with."""
    if contact.channel == MESSENGER:
        return {
            "recipient": {"id": contact.contact_id},
            "messaging_type": "RESPONSE",
            "message": {"text": text, "metadata": tag},
        }
    return {
        "messaging_product": "whatsapp",
        "to": f"+{contact.contact_id}",
        "type": "text",
        "text": {"body": text},
        "biz_opaque_callback_data": tag,
    }


def error_of(reply: Reply) -> tuple[int, int, int | None]:
    """Status, code and subcode."""
    error = json.loads(reply.body)["error"]
    return reply.status, error["code"], error.get("error_subcode")
