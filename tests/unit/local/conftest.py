"""A simulated Meta platform that hears itself: what it would deliver is kept, not posted."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.local.loopback_server import Reply, Request
from infra.local.platforms.courier import Attempt, Courier, Delivery
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import (
    FACEBOOK_COMMENTS,
    INSTAGRAM_COMMENTS,
    INSTAGRAM_DIRECT,
    MESSENGER,
    WHATSAPP,
    Account,
    App,
    Contact,
)
from infra.local.platforms.meta.simulator import SimulatedMeta, Written
from infra.local.platforms.meta.world import Limits

APP = App(
    app_secret="a-secret-of-at-least-24-bytes",  # pragma: allowlist secret
    verify_token="a-verify-token",
    instagram_app_secret="another-secret-of-24-bytes",  # pragma: allowlist secret
)
PAGE = Account(channel=MESSENGER, account_id="100200300400500", token="page-token", name="Bakery")
PHONE = Account(channel=WHATSAPP, account_id="900800700600500", token="phone-token", name="Bakery", parent_id="777")
FEED = Account(channel=FACEBOOK_COMMENTS, account_id=PAGE.account_id, token="page-token", name="Bakery")
DIRECT = Account(
    channel=INSTAGRAM_DIRECT, account_id="17841400000000001", token="direct-token", page_id=PAGE.account_id
)
GRAM = Account(channel=INSTAGRAM_COMMENTS, account_id=DIRECT.account_id, token="direct-token", page_id=PAGE.account_id)
OWN_DIRECT = Account(channel=INSTAGRAM_DIRECT, account_id="17841400000000002", token="own-token", login="instagram")
OWN_GRAM = Account(channel=INSTAGRAM_COMMENTS, account_id=OWN_DIRECT.account_id, token="own-token", login="instagram")
ACCOUNTS = (PAGE, PHONE, FEED, DIRECT, GRAM, OWN_DIRECT, OWN_GRAM)
ADA = Contact(channel=MESSENGER, account_id=PAGE.account_id, contact_id="5000000000000001", name="Ada")
BEN = Contact(channel=WHATSAPP, account_id=PHONE.account_id, contact_id="34600111222", name="Ben", user_id="ES.77")

ADA_IN_PUBLIC = Contact(channel=FACEBOOK_COMMENTS, account_id=FEED.account_id, contact_id=ADA.contact_id, name="Ada")
CARLA = Contact(
    channel=FACEBOOK_COMMENTS,
    account_id=FEED.account_id,
    contact_id="7000000000000003",
    name="Carla",
    private_id="5003",
)
DORA = Contact(channel=INSTAGRAM_DIRECT, account_id=DIRECT.account_id, contact_id="900000000000004", name="Dora Vidal")
DORA_IN_PUBLIC = Contact(
    channel=INSTAGRAM_COMMENTS, account_id=GRAM.account_id, contact_id=DORA.contact_id, name="Dora Vidal"
)
EVA = Contact(channel=INSTAGRAM_DIRECT, account_id=OWN_DIRECT.account_id, contact_id="900000000000005", name="Eva")


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
    simulated = SimulatedMeta(app=APP, accounts=ACCOUNTS, clock=clock, courier=courier, limits=limits)
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


Api = Callable[..., Reply]


@pytest.fixture
def api(meta: SimulatedMeta) -> Api:
    """Call any edge, as the Page unless told otherwise."""

    def api(
        method: str, path: str, body: object = None, *, token: str = PAGE.token, query: dict[str, str] | None = None
    ) -> Reply:
        return meta.graph_api.answer(
            Request(
                method=method,
                path=path,
                query=query or {},
                headers={"authorization": f"Bearer {token}"},
                body=b"" if body is None else json.dumps(body).encode(),
            )
        )

    return api


def told(written: Written) -> dict[str, Any]:
    """The first entry of what was delivered."""
    entry: dict[str, Any] = json.loads(written.delivery.body)["entry"][0]
    return entry


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
