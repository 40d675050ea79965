"""Mail out of a real bucket, into deliveries that need the bucket no more."""

import base64
import json
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from aws_lambda_powertools import Metrics

from infra.local.loopback_server import LoopbackServer, Reply, Request
from nightbell.adapters.aws_clients import AwsClients
from nightbell.adapters.mail_store import MailBucket
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.domain.errors import UnavailableError
from nightbell.domain.events import Delivery, Message, Noise, Settlement
from nightbell.domain.facts import Fact
from nightbell.handlers import report
from nightbell.handlers.batch import each_record
from nightbell.platforms.email.completing import READ_BYTES, StoredMail
from nightbell.platforms.email.platform import Email
from nightbell.services.receive_mail import ReceiveMail
from tests.contract.conftest import ClientMaker
from tests.contract.fake_clock import FakeClock
from tests.platforms.email import mails
from tests.platforms.email.accounts import account
from tests.platforms.fixtures import RECEIVED_AT

BUCKET = "custody"
MEGABYTE = 1024 * 1024


@pytest.fixture
def bucket(aws: ClientMaker) -> Iterator[Callable[[str, bytes], MailBucket]]:
    """Put a mail into a bucket and open it by the code that ships."""
    s3 = aws("s3")
    s3.create_bucket(Bucket=BUCKET)

    def put(key: str, raw: bytes) -> MailBucket:
        s3.put_object(Bucket=BUCKET, Key=key, Body=raw)
        return MailBucket(BUCKET, PlatformHttp(sign=AwsClients().signature()))

    yield put
    for each in s3.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        s3.delete_object(Bucket=BUCKET, Key=each["Key"])


class Mailbox:
    """What a bucket holds, in memory."""

    bucket = BUCKET

    def __init__(self, mails: Mapping[str, StoredMail | Exception] | None = None) -> None:
        self.mails = mails or {}
        self.asked: list[str] = []

    def read(self, key: str) -> StoredMail | None:
        self.asked.append(key)
        found = self.mails.get(key)
        if isinstance(found, Exception):
            raise found
        return found


def receiving(box: Any, deliveries: list[Delivery]) -> ReceiveMail:
    def store(delivery: Delivery) -> list[Fact]:
        deliveries.append(delivery)
        return [Fact(name="stored")]

    accounts = [account(mails.OURS, aliases=("tienda@panaderia.example",)), account("hallo@baeckerei.example", "other")]
    return ReceiveMail(mails=box, accounts=accounts, store_delivery=store, clock=FakeClock(RECEIVED_AT))


def read(deliveries: list[Delivery]) -> list[Any]:
    return [event for each in deliveries for event in Email().parse(each)]


def told(**facts: Any) -> bytes:
    notification = mails.notification(None, **facts)
    del notification["nightbell"]
    return json.dumps(notification).encode()


# The bucket


def test_a_mail_of_10_mb_is_read_by_its_beginning_in_little_memory(
    bucket: Callable[[str, bytes], MailBucket],
) -> None:
    kind = "multipart/mixed; boundary=b"
    body = "--b\n\nEl pedido\n--b\nContent-Disposition: attachment; filename=foto.jpg\n\n" + "QUFB" * (
        10 * MEGABYTE // 4
    )
    raw = mails.written(body, Content_Type=kind)
    deliveries: list[Delivery] = []
    opened = bucket("mail/ses1", raw)
    tracemalloc.start()
    receiving(opened, deliveries)(told())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 60 * MEGABYTE
    (message,) = read(deliveries)
    assert message.text == "Una pregunta\n\nEl pedido"
    assert "10.0 MB" in message.attachments[-1].detail
    assert "only its beginning" in message.attachments[-1].detail
    assert message.attachments[0].detail.startswith("foto.jpg")


def test_a_small_mail_is_read_whole(bucket: Callable[[str, bytes], MailBucket]) -> None:
    raw = mails.written("Hola")
    assert bucket("mail/a/b c+d", raw).read("mail/a/b c+d") == StoredMail(beginning=raw, size=len(raw))


def test_as_much_as_is_read_at_once_is_read_whole(bucket: Callable[[str, bytes], MailBucket]) -> None:
    found = bucket("mail/x", b"x" * READ_BYTES).read("mail/x")
    assert found is not None
    assert (len(found.beginning), found.size) == (READ_BYTES, READ_BYTES)


def test_an_empty_mail_is_one(bucket: Callable[[str, bytes], MailBucket]) -> None:
    assert bucket("mail/x", b"").read("mail/x") == StoredMail(beginning=b"", size=0)


def test_a_mail_that_is_gone_is_none(bucket: Callable[[str, bytes], MailBucket]) -> None:
    assert bucket("mail/x", b"x").read("mail/y") is None


def test_a_bucket_that_is_not_reached_is_tried_again(
    clients_at: Callable[[str], ClientMaker],
) -> None:
    clients_at("http://127.0.0.1:9")
    with pytest.raises(UnavailableError):
        MailBucket(BUCKET, PlatformHttp(sign=AwsClients().signature())).read("mail/x")


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=403, body=b"<Error><Code>AccessDenied</Code></Error>"),
        Reply(status=500, body=b"<Error/>"),
        Reply(status=503, body=b"<Error><Code>SlowDown</Code></Error>"),
        Reply(status=301, body=b""),
        Reply(status=206, body=b"From: ana@correo.example", keep_bytes=5),
        Reply(hang_up=True),
    ],
    ids=str,
)
def test_an_answer_that_is_not_the_mail_is_no_mail(reply: Reply, clients_at: Callable[[str], ClientMaker]) -> None:
    """Not even the first half of one: SES wrote it, so it comes another time."""
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        return reply

    server = LoopbackServer(answer)
    try:
        clients_at(server.url)
        with pytest.raises(UnavailableError):
            MailBucket(BUCKET, PlatformHttp(sign=AwsClients().signature())).read("mail/a b")
    finally:
        server.close()
    (request,) = asked
    assert (request.method, request.path) == ("GET", "/custody/mail/a b")
    assert request.headers["range"] == f"bytes=0-{READ_BYTES - 1}"
    assert "/s3/aws4_request" in request.headers["authorization"]


# The service


def test_a_delivery_of_a_mail_needs_no_bucket() -> None:
    deliveries: list[Delivery] = []
    raw = mails.written("Hola")
    box = Mailbox({"mail/ses1": StoredMail(beginning=raw, size=len(raw))})
    assert [fact.name for fact in receiving(box, deliveries)(told())] == ["stored"]
    (message,) = read(deliveries)
    assert isinstance(message, Message)
    assert (message.text, message.account_id) == ("Una pregunta\n\nHola", mails.OURS)
    assert message.sent_at.isoformat() == "2026-11-18T12:29:58+00:00"
    (delivery,) = deliveries
    assert (delivery.platform, delivery.method) == ("email", "MAIL")


def test_a_mail_to_an_alias_is_the_accounts() -> None:
    deliveries: list[Delivery] = []
    raw = mails.written("Hola", To="tienda+7@panaderia.example")
    box = Mailbox({"mail/ses1": StoredMail(beginning=raw, size=len(raw))})
    receiving(box, deliveries)(told(recipients=("tienda+7@panaderia.example",)))
    (message,) = read(deliveries)
    assert (message.account_id, message.silent) == (mails.OURS, None)


def test_a_mail_to_two_addresses_of_a_brand_is_one_message_and_to_two_brands_two() -> None:
    deliveries: list[Delivery] = []
    receiving(Mailbox(), deliveries)(
        told(recipients=("tienda@panaderia.example", mails.OURS, "hallo@baeckerei.example", "nobody@elsewhere.example"))
    )
    assert [event.account_id for event in read(deliveries)] == [mails.OURS, "hallo@baeckerei.example"]


def test_a_mail_for_none_of_the_accounts_is_kept_under_its_address() -> None:
    deliveries: list[Delivery] = []
    receiving(Mailbox(), deliveries)(told(recipients=("nobody@elsewhere.example",)))
    assert [event.account_id for event in read(deliveries)] == ["nobody@elsewhere.example"]


def test_a_mail_from_an_alias_of_ours_is_our_own() -> None:
    deliveries: list[Delivery] = []
    raw = mails.written(From="tienda@panaderia.example")
    receiving(Mailbox({"mail/ses1": StoredMail(beginning=raw, size=1)}), deliveries)(told())
    assert [event.kind for event in read(deliveries)] == ["email.own"]


def test_a_mail_that_is_gone_is_told_by_its_headers_and_alarms() -> None:
    deliveries: list[Delivery] = []
    facts = receiving(Mailbox(), deliveries)(told())
    assert [(fact.name, fact.alarm) for fact in facts] == [("mail_gone", True), ("stored", False)]
    (message,) = read(deliveries)
    assert message.text == "Una pregunta"


def test_a_bucket_that_cannot_be_read_stores_nothing() -> None:
    deliveries: list[Delivery] = []
    box = Mailbox({"mail/ses1": UnavailableError("later")})
    with pytest.raises(UnavailableError):
        receiving(box, deliveries)(told())
    assert deliveries == []


@pytest.mark.parametrize(
    "action",
    [
        {"type": "S3", "bucketName": "another", "objectKey": "mail/x"},
        {"type": "S3", "bucketName": BUCKET, "objectKey": "recordings/x"},
        {"type": "S3", "bucketName": BUCKET, "objectKey": 7},
        {"type": "SNS"},
        None,
    ],
    ids=str,
)
def test_nothing_but_mails_of_our_own_bucket_is_read(action: object) -> None:
    notification = mails.notification(mails.written("Hola"))
    notification["receipt"] = {**notification["receipt"], "action": action}  # type: ignore[dict-item]
    box, deliveries = Mailbox(), list[Delivery]()
    receiving(box, deliveries)(json.dumps(notification).encode())
    assert box.asked == []
    assert len(read(deliveries)) == 1


def test_what_claims_to_be_ours_in_a_notification_is_overwritten() -> None:
    notification = mails.notification(None, added={"accounts": ["victim@x.example"], "own": [], "size": 7})
    deliveries: list[Delivery] = []
    receiving(Mailbox(), deliveries)(json.dumps(notification).encode())
    assert [event.account_id for event in read(deliveries)] == [mails.OURS]


def test_news_of_our_own_mails_needs_no_bucket() -> None:
    event = {
        "eventType": "Delivery",
        "mail": {
            "source": mails.OURS,
            "destination": [mails.SENDER],
            "tags": {"nightbell": ["nightbell_1_3_0b1f3a8e-0000-4000-8000-000000000001"]},
        },
    }
    box, deliveries = Mailbox(), list[Delivery]()
    receiving(box, deliveries)(json.dumps(event).encode())
    assert box.asked == []
    (settled,) = read(deliveries)
    assert isinstance(settled, Settlement)


def test_several_in_one_message_are_stored_one_by_one() -> None:
    wrapped = {"Records": [{"Sns": {"Message": told(mail_id=name).decode()}} for name in ("a", "b")]}
    box, deliveries = Mailbox(), list[Delivery]()
    receiving(box, deliveries)(json.dumps(wrapped).encode())
    assert box.asked == ["mail/a", "mail/b"]
    assert len(deliveries) == 2


@pytest.mark.parametrize("body", [b"Successfully validated SNS topic for Amazon SES.", b'{"Type":"Notification"}'])
def test_words_on_the_topic_that_are_no_news_are_counted(body: bytes) -> None:
    deliveries: list[Delivery] = []
    receiving(Mailbox(), deliveries)(body)
    (event,) = read(deliveries)
    assert isinstance(event, Noise)


def test_one_mails_failure_spoils_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "_metrics", Metrics(namespace="Nightbell", service="test"))
    deliveries: list[Delivery] = []
    raw = mails.written()
    box = Mailbox({"mail/a": UnavailableError("later"), "mail/b": StoredMail(beginning=raw, size=len(raw))})
    records = [{"messageId": name, "body": told(mail_id=name).decode()} for name in ("a", "b")]
    answer = each_record({"Records": records}, receiving(box, deliveries), read=str.encode)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "a"}]}
    assert len(deliveries) == 1
    assert base64.b64decode(json.loads(deliveries[0].body)["content"]) == raw


def test_a_mail_is_deleted_and_its_neighbour_stays(
    bucket: Callable[[str, bytes], MailBucket], aws: ClientMaker
) -> None:
    bucket("mail/d", b"another")
    there = bucket("mail/a b+c", b"mail")
    there.delete("mail/a b+c")
    there.delete("mail/a b+c")
    assert [each["Key"] for each in aws("s3").list_objects_v2(Bucket=BUCKET)["Contents"]] == ["mail/d"]


@pytest.mark.parametrize("status", [403, 500, 503])
def test_a_refusal_is_no_deletion(status: int, clients_at: Callable[[str], ClientMaker]) -> None:
    server = LoopbackServer(lambda _: Reply(status=status))
    try:
        clients_at(server.url)
        with pytest.raises(UnavailableError):
            MailBucket(BUCKET, PlatformHttp(sign=AwsClients().signature())).delete("mail/a")
    finally:
        server.close()
