"""Mail's bodies: SES's and SNS's JSON as it is published, and mails as SES would tell of them."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

from nightbell.domain.events import Delivery, Event
from nightbell.platforms.email.mail import read_mail
from nightbell.platforms.email.platform import Email
from tests.platforms.email.mails import OURS, notification
from tests.platforms.fixtures import RECEIVED_AT
from tests.platforms.real_bodies import Replay, compact, first_found

EXPECTED: Sequence[tuple[str, set[str]]] = (
    (r"^SES (bounce|delivery) notification", {"email.event_of_others"}),
    (r"^SES complaint", {"email.complaint"}),
    (r"^SES->Lambda|^SES Received|^SES receipt", {"email.message"}),
    (r"^SNS", {"email.topic"}),
    (r"DSN|NDR", {"email.bounce"}),
    (r"ARF", {"email.feedback_report"}),
    (r"List-Id", {"email.list"}),
    (r"Auto-Submitted|vacation|OOF", {"email.automatic"}),
    (r"human reply", {"email.message"}),
)
_JSON = re.compile(r"^\{.*^\}", re.DOTALL | re.MULTILINE)


def _wire(path: Path) -> bytes:
    """Take JSON as it is, out of an HTTP request where it is in one; tell of a mail as SES does."""
    if path.suffix == ".json":
        return compact(path)
    if not path.name.endswith(".eml.txt"):
        found = _JSON.search(path.read_text(encoding="utf-8"))
        assert found is not None
        return found[0].encode()
    raw = path.read_bytes()
    mail = read_mail(raw)
    returned, to = mail.people("return-path"), tuple(one.address for one in mail.people("to"))
    source = returned[0].address if returned else "" if mail.has("return-path") else mail.people("from")[0].address
    return json.dumps(notification(raw, source=source, recipients=to or (OURS,))).encode()


def _read(body: bytes) -> list[Event]:
    delivery = Delivery(
        platform="email", path="", method="MAIL", headers={}, query={}, body=body, received_at=RECEIVED_AT
    )
    return Email().parse(delivery)


REPLAY = Replay(
    is_own=lambda row: row.vendor == "email",
    wire=_wire,
    read=_read,
    expected=lambda row: first_found(EXPECTED, row.sub_type),
)
