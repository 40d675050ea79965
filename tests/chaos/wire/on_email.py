"""Mail on a lane: SES's words go to ReceiveMail's queue, with the mail in them as its own SNS action puts it there."""

import base64
import json

from infra.local.platforms.courier import Attempt, Courier, Delivery
from infra.local.platforms.email.post_office import TOLD
from infra.local.platforms.email.simulator import SimulatedEmail
from infra.local.platforms.vendor import Surroundings
from tests.chaos.wire.stand_in import StandIn

MAIL = "email"
_US = "hola@panaderia.example"


class _Office:
    """Nothing is read out of a bucket here; ``tests/contract/test_receive_mail.py`` lets one fail."""

    bucket = ""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier
        self._mails: dict[str, bytes] = {}

    def keep(self, key: str, raw: bytes) -> None:
        self._mails[key] = raw

    def tell(self, notification: str, *, later: bool = False) -> Attempt:
        told = json.loads(notification)
        if "receipt" in told:
            told["content"] = base64.b64encode(self._mails.pop(told["receipt"]["action"]["objectKey"])).decode()
        delivery = Delivery(what="mail", body=json.dumps(told).encode(), headers={}, method="MAIL")
        if not later:
            return self._courier.deliver(delivery)
        self._courier.deliver_later(delivery)
        return TOLD


def _make(around: Surroundings, courier: Courier, _: str) -> SimulatedEmail:
    return SimulatedEmail(around, _Office(courier))


def _forget(_: SimulatedEmail) -> None:
    """Leave what there is: nobody who wrote before ever writes again."""


EMAIL = StandIn(
    platform="email",
    header="never sent over HTTP",
    account_id=_US,
    accounts=f'\n[[accounts]]\nchannel = "{MAIL}"\naccount_id = "{_US}"\nbrand = "harbour"\n',
    secrets={},
    make=_make,
    forget=_forget,
    contact_id=lambda digits: f"c{digits}@example.org",
)
