"""What Meta asks in the name of a person, from the request to the page that tells what became of it."""

import base64
import hmac
import json
import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from nightbell.adapters.deletion_table import DeletionTable
from nightbell.adapters.forgetting_table import ForgettingTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.business import Account
from nightbell.domain.deletion import is_code
from nightbell.domain.errors import (
    EncodingError,
    MethodError,
    MisconfiguredError,
    SignatureError,
    TooLargeError,
    UnavailableError,
    UnknownPlatformError,
)
from nightbell.domain.events import Contact, Delivery
from nightbell.domain.keys import account_pk, conversation_pk
from nightbell.domain.requests import DEAUTHORIZED_SK, DELETION_SK, request_pk
from nightbell.platforms.registry import CALLBACKS, CHANNELS
from nightbell.services.answer_callback import AnswerCallback
from nightbell.services.delete_on_request import DeleteOnRequest
from nightbell.services.forget import Forget
from nightbell.services.guard_account import GuardAccount
from nightbell.services.ports import Breaker, DueMark
from nightbell.services.receive_delivery import Received
from nightbell.services.store_messages import StoreMessages
from tests.contract.conversation_table import indexed, partition
from tests.contract.fake_clock import FakeClock
from tests.contract.faults import Faults, FaultyDynamo, How
from tests.contract.world import OPEN, World

SECRET = "an-app-secret-of-enough-length"  # pragma: allowlist secret
INSTAGRAM = "the-secret-of-the-instagram-app"  # pragma: allowlist secret
ADDRESS = "https://abc.execute-api.example/webhooks/meta/deletion"
TOKEN = "a token"


class Secrets:
    """Those that are set."""

    def __init__(self, **known: str) -> None:
        self.known = known

    def get(self, platform: str, name: str) -> tuple[str, ...]:
        if name not in self.known:
            raise MisconfiguredError(f"{platform}/{name} was never set")
        return (self.known[name],)


class Business:
    """The service on the emulator's table, with a Page and two Instagram accounts."""

    def __init__(self, world: World, faults: Faults | None = None, **secrets: str) -> None:
        self.world, self.clock = world, FakeClock(OPEN)
        self.client = TableClient(FaultyDynamo(world.dynamodb, faults or Faults()), world.table, Deadline(self.clock))
        self.truth = TableClient(world.dynamodb, world.table, Deadline(self.clock))
        self.accounts: dict[tuple[str, str], Account] = {
            ("messenger", "100"): self.account("messenger", "100"),
            ("whatsapp", "200"): self.account("whatsapp", "200"),
            ("instagram_direct", "300"): replace(self.account("instagram_direct", "300"), login="instagram"),
        }
        self.store = DeletionTable(self.client, 2)
        self.units = UnitTable(self.client, 2)
        self.answer = AnswerCallback(
            readers=CALLBACKS,
            secrets=Secrets(**(secrets or {"app_secret": SECRET, "instagram_app_secret": INSTAGRAM})),
            store=self.store,
            breakers=self.units,
            accounts=self.accounts,
            channels=CHANNELS,
        )

    def account(self, channel: str, account_id: str) -> Account:
        return replace(self.world.account, channel=channel, account_id=account_id)

    def post(self, path: str, signed: str, **changed: Any) -> Received:
        return self.answer(self.delivery(path, body=f"signed_request={signed}".encode(), **changed), ADDRESS)

    def delivery(self, path: str, **changed: Any) -> Delivery:
        made = Delivery(
            platform="meta", path=path, method="POST", headers={}, query={}, body=b"", received_at=self.clock.now()
        )
        return replace(made, **changed)

    def signed(self, user_id: str = "218471", secret: str = SECRET) -> str:
        issued = int(self.clock.now().timestamp())
        content = {"algorithm": "HMAC-SHA256", "issued_at": issued, "user_id": user_id}
        payload = base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()
        mac = hmac.new(secret.encode(), payload.encode(), "sha256").digest()
        return f"{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}.{payload}"

    def page(self, code: str, language: str = "", path: str = "deletion") -> Received:
        headers = {"accept-language": language}
        return self.answer(self.delivery(path, method="GET", query={"id": code}, headers=headers), ADDRESS)

    def delete(self, code: str) -> None:
        """Do what Sweep does."""
        forget = Forget(store=ForgettingTable(self.truth), discard=lambda *_: None, clock=self.clock)
        job = DeleteOnRequest(
            store=self.store, forget=forget, accounts=self.accounts, channels=CHANNELS, clock=self.clock
        )
        now = self.clock.now()
        job(DueMark(pk=request_pk(code), sk=DELETION_SK, due_at=now, since=now, sweeps=0), lambda: True)

    def writes(self, channel: str, contact_id: str, text: str) -> str:
        """Store one message; returns the conversation's id."""
        account = self.accounts[channel, next(a for c, a in self.accounts if c == channel)]
        pk = conversation_pk(channel, account.account_id, contact_id)
        message = replace(
            self.world.message(text),
            channel=channel,
            account_id=account.account_id,
            contact=Contact(contact_id=contact_id, address=contact_id, name="Ada"),
        )
        StoreMessages(self.world.receipts, self.accounts, CHANNELS)(pk, [message], self.clock.now())
        # Acknowledged long ago: a text that may still be on its way would have to stay for a while.
        self.truth.update(pk, "A#000000000001", "SET st = :SENT REMOVE due_pk, due_at")
        return pk

    def breakers(self) -> dict[str, dict[str, Any]]:
        found = {key: partition(self.world.dynamodb, self.world.table, account_pk(*key)) for key in self.accounts}
        return {channel: items[0] for (channel, _), items in found.items() if items}


@pytest.fixture
def business(world: World) -> Business:
    return Business(world)


def code_of(received: Received) -> str:
    answered = json.loads(received.body)
    assert answered["url"] == f"{ADDRESS}?id={answered['confirmation_code']}"
    return str(answered["confirmation_code"])


def test_a_deletion_is_promised_at_once_and_written_down_first(business: Business) -> None:
    received = business.post("deletion", business.signed())
    assert (received.status, received.headers["content-type"]) == (200, "application/json")
    code = code_of(received)
    assert is_code(code)
    assert code.isalnum()
    [stored] = partition(business.world.dynamodb, business.world.table, request_pk(code))
    assert (stored["user_id"], stored["platform"]) == ("218471", "meta")
    assert (request_pk(code), DELETION_SK) in indexed(business.world.dynamodb, business.world.table, "due")


def test_what_cannot_be_written_down_is_not_promised(world: World) -> None:
    business = Business(world, Faults(at=1, how=How.FAILED))
    with pytest.raises(UnavailableError):
        business.post("deletion", business.signed())


def test_a_promise_whose_answer_was_lost_is_the_same_promise(business: Business) -> None:
    signed = business.signed()
    assert code_of(business.post("deletion", signed)) == code_of(business.post("deletion", signed))
    assert business.post("deletion", signed).facts[0].name == "deletions_asked_again"


def test_what_is_filed_under_that_very_id_is_deleted_on_every_account_and_told(business: Business) -> None:
    pks = [business.writes(channel, "218471", "canary words") for channel in ("messenger", "instagram_direct")]
    other = business.writes("whatsapp", "4915112345678", "mine stay")
    code = code_of(business.post("deletion", business.signed()))
    assert "are deleting now" in business.page(code).body
    business.delete(code)
    for pk in pks:
        assert "canary" not in str(partition(business.world.dynamodb, business.world.table, pk))
    assert "mine stay" in str(partition(business.world.dynamodb, business.world.table, other))
    page = business.page(code)
    assert "Conversations: 2; messages: 2." in page.body
    assert "35 days" in page.body


def test_what_could_not_be_matched_is_said_honestly_with_whom_to_write_to(business: Business) -> None:
    code = code_of(business.post("deletion", business.signed()))
    business.delete(code)
    page = business.page(code)
    assert page.status == 200
    assert "we hold nothing" in page.body
    assert "known to us by another id" in page.body
    assert '<a href="mailto:hi@corner.example">' in page.body


def test_the_page_names_nobody_and_runs_nothing(business: Business) -> None:
    business.writes("messenger", "218471", "canary words")
    code = code_of(business.post("deletion", business.signed()))
    for _ in range(2):
        page = business.page(code)
        assert not re.search("218471|Ada|canary|<script", page.body)
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-robots-tag"] == "noindex, nofollow"
        assert page.headers["referrer-policy"] == "no-referrer"
        business.delete(code)
    stored = str(partition(business.world.dynamodb, business.world.table, request_pk(code)))
    assert "218471" not in stored


def test_the_page_speaks_to_its_reader(business: Business) -> None:
    code = code_of(business.post("deletion", business.signed()))
    spanish = business.page(code, "es-MX,es;q=0.9")
    assert spanish.headers["content-language"] == "es"
    assert '<html lang="es">' in spanish.body
    assert business.page(code, "xx").headers["content-language"] == "en"


@pytest.mark.parametrize(
    "code", ["", "a" * 26, "A" * 26, "a" * 25, "../../x", "<script>", "a" * 5000, "\u202e", "é" * 26]
)
def test_an_unknown_code_has_a_page_of_its_own(business: Business, code: str) -> None:
    page = business.page(code)
    assert page.status == 404
    assert "No such request" in page.body
    assert len(code) < 20 or code not in page.body


def test_what_was_deauthorized_has_no_page(business: Business) -> None:
    signed = business.signed()
    business.post("deauthorize", signed)
    code = code_of(business.post("deletion", signed))
    with pytest.raises(MethodError):
        business.page(code, path="deauthorize")


# Deauthorize


def test_the_breakers_of_the_apps_accounts_open_and_an_operator_hears_of_it(business: Business) -> None:
    received = business.post("deauthorize", business.signed())
    assert (received.status, received.body) == (200, "")
    assert [(fact.name, fact.alarm, fact.fields) for fact in received.facts] == [
        ("deauthorized", True, {"accounts": 2})
    ]
    assert {channel: breaker["cause"] for channel, breaker in business.breakers().items()} == {
        "messenger": "token",
        "whatsapp": "token",
    }


def test_the_instagram_apps_request_is_about_its_own_accounts(business: Business) -> None:
    business.post("deauthorize", business.signed(secret=INSTAGRAM))
    assert set(business.breakers()) == {"instagram_direct"}


def test_all_that_speaks_by_the_token_stops_and_is_counted_as_one_account(business: Business) -> None:
    business.accounts["facebook_comments", "100"] = business.account("facebook_comments", "100")
    business.accounts["instagram_comments", "400"] = replace(
        business.account("instagram_comments", "400"), page_id="100"
    )
    received = business.post("deauthorize", business.signed())
    ways = [("messenger", "100"), ("facebook_comments", "100"), ("facebook_private_reply", "100")]
    ways += [("instagram_comments", "400"), ("instagram_private_reply", "400"), ("whatsapp", "200")]
    assert {business.units.read_breaker(*way).cause for way in ways} == {"token"}
    assert received.facts[0].fields == {"accounts": 3}
    assert business.units.read_breaker("instagram_direct", "300").open_until is None


def test_an_account_of_instagrams_own_app_stops_with_its_private_replies(business: Business) -> None:
    own = replace(business.account("instagram_comments", "300"), login="instagram")
    business.accounts["instagram_comments", "300"] = own
    received = business.post("deauthorize", business.signed(secret=INSTAGRAM))
    ways = [(sender, "300") for sender in ("instagram_direct", "instagram_comments", "instagram_private_reply")]
    assert {business.units.read_breaker(*way).cause for way in ways} == {"token"}
    assert received.facts[0].fields == {"accounts": 1}


def test_one_unit_probes_at_once_and_a_token_that_works_closes_it(business: Business) -> None:
    business.post("deauthorize", business.signed())
    guard, key, now = GuardAccount(business.units), ("messenger", "100"), business.clock.now()
    breaker = business.units.read_breaker(*key)
    assert guard.may_send(key, breaker, TOKEN, now)
    assert not guard.may_send(key, breaker, TOKEN, now)
    guard.worked(key, business.units.read_breaker(*key))
    assert business.units.read_breaker(*key).open_until is None


def test_a_request_that_comes_again_opens_nothing_again(business: Business) -> None:
    signed = business.signed()
    business.post("deauthorize", signed)
    for key in business.accounts:
        business.units.close_breaker(*key)
    again = business.post("deauthorize", signed)
    assert [(fact.name, fact.alarm) for fact in again.facts] == [("deauthorizations_repeated", False)]
    assert all("open_until" not in breaker for breaker in business.breakers().values())


def test_a_breaker_that_is_open_for_another_reason_stays_as_it_is(business: Business) -> None:
    until = business.clock.now()
    business.units.open_breaker("messenger", "100", Breaker(open_until=until, cause="blocked"))
    business.post("deauthorize", business.signed())
    assert business.breakers()["messenger"]["cause"] == "blocked"


@pytest.mark.parametrize("how", [How.FAILED, How.LOST])
def test_whatever_call_fails_another_try_opens_them_all(make_world: Any, how: How) -> None:
    for at in range(1, 12):
        world = make_world()
        faults = Faults(at=at, how=how)
        business = Business(world, faults)
        for key in business.accounts:
            Business(world).units.close_breaker(*key)
        signed = business.signed(user_id=f"{how}{at}".replace(" ", "").replace(",", ""))
        for _ in range(3):
            try:
                business.post("deauthorize", signed)
            except UnavailableError:
                continue
            break
        opened = {channel for channel, breaker in business.breakers().items() if "open_until" in breaker}
        assert opened == {"messenger", "whatsapp"}
        if len(faults.sites) < at:
            return
    raise AssertionError("it never ends")


def test_whose_permission_it_was_is_not_kept(business: Business) -> None:
    business.post("deauthorize", business.signed("987654321"))
    table = business.world.dynamodb.scan(TableName=business.world.table)["Items"]
    assert "987654321" not in str(table)
    assert any(item["sk"]["S"] == DEAUTHORIZED_SK for item in table)


# What is refused


@pytest.mark.parametrize("path", ["deletion", "deauthorize"])
@pytest.mark.parametrize(
    "body",
    [b"", b"signed_request=", b"signed_request=a.b", b"\xff", b"signed_request=" + b"A" * 43 + b".e30"],
)
def test_what_is_not_proven_leaves_no_trace(business: Business, path: str, body: bytes) -> None:
    before = business.world.dynamodb.scan(TableName=business.world.table)["Count"]
    with pytest.raises(SignatureError):
        business.answer(business.delivery(path, body=body), ADDRESS)
    assert business.world.dynamodb.scan(TableName=business.world.table)["Count"] == before


def test_another_apps_signature_is_refused(business: Business) -> None:
    with pytest.raises(SignatureError):
        business.post("deletion", business.signed(secret="somebody-elses-secret-of-length"))  # pragma: allowlist secret


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"])
def test_other_methods_are_refused(business: Business, method: str) -> None:
    with pytest.raises(MethodError):
        business.answer(business.delivery("deletion", method=method), ADDRESS)


def test_what_is_too_large_or_packed_is_refused_unread(business: Business) -> None:
    with pytest.raises(TooLargeError):
        business.answer(business.delivery("deletion", body=b"x" * 16_385), ADDRESS)
    with pytest.raises(EncodingError):
        business.post("deletion", business.signed(), headers={"content-encoding": "gzip"})


def test_other_addresses_are_none_of_these(business: Business) -> None:
    for platform, path in (("meta", ""), ("meta", "other"), ("x", "deletion")):
        delivery = business.delivery(path, platform=platform)
        assert not business.answer.serves(delivery)
        with pytest.raises(UnknownPlatformError):
            business.answer(delivery, ADDRESS)


@pytest.mark.parametrize("secrets", [{"app_secret": SECRET}, {"instagram_app_secret": INSTAGRAM}])
def test_one_app_of_the_two_is_enough(world: World, secrets: dict[str, str]) -> None:
    business = Business(world, None, **secrets)
    assert business.post("deletion", business.signed(secret=next(iter(secrets.values())))).status == 200


def test_without_any_secret_nothing_is_accepted_and_an_operator_hears_of_it(world: World) -> None:
    business = Business(world, other="x" * 24)
    with pytest.raises(MisconfiguredError):
        business.post("deletion", business.signed())


def test_the_address_is_one_that_a_browser_opens(business: Business) -> None:
    url = urlsplit(json.loads(business.post("deletion", business.signed()).body)["url"])
    assert (url.scheme, url.path) == ("https", "/webhooks/meta/deletion")


def test_what_is_counted_names_nobody(business: Business) -> None:
    said = business.post("deletion", business.signed("987654321")).facts
    said += business.post("deauthorize", business.signed("987654321")).facts
    assert "987654321" not in str(said)
