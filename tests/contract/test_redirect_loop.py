"""Whom we redirected comes back: a mail with the code in any of its places is found in the chat that it belongs to."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest

from infra.local.platforms.email.letters import letter
from infra.local.platforms.vendor import Act
from nightbell.adapters.table_items import values
from nightbell.domain.business import Choice
from nightbell.domain.choices import payload
from nightbell.domain.events import Author, Contact, Message
from nightbell.domain.keys import conversation_pk
from nightbell.domain.references import digits_of
from nightbell.services.store_messages import StoreMessages
from tests.contract.fake_clock import FakeClock
from tests.contract.mail_world import ADA, OURS, MailWorld
from tests.contract.world import CLOSED
from tests.fakes import KEYED
from tests.unit.talk import bakery

PAGE = "100000000000001"
BOX, DOMAIN = OURS.split("@")


class Redirected:
    """A customer of the chat who was told to write a mail, and the post office."""

    def __init__(self) -> None:
        self.mails = MailWorld(clock=FakeClock(CLOSED))
        chat = replace(bakery(), channel=KEYED.name, account_id=PAGE)
        self._store = StoreMessages(self.mails.receipts, {(KEYED.name, PAGE): chat}, {KEYED.name: KEYED})
        self.pk = conversation_pk(KEYED.name, PAGE, "7")
        self._said = 0
        self.says("Hello")
        self.says("", choice=payload(Choice.EMAIL_US))
        code = self.mails.receipts.read_conversation(self.pk).reference
        assert code
        self.code = code

    def says(self, text: str, **more: Any) -> None:
        self._said += 1
        self.mails.clock.advance(10)
        message = Message(
            kind="keyed.message",
            channel=KEYED.name,
            account_id=PAGE,
            contact=Contact(contact_id="7", address="7"),
            message_id=f"m{self._said}",
            sent_at=self.mails.clock.now(),
            text=text,
            **more,
        )
        self._store(self.pk, [message], self.mails.clock.now())

    def writes(self, text: str, *, by: str = ADA, subject: str = "My order", to: str = OURS, refs: str = "") -> None:
        self.mails.clock.advance(60)
        now = self.mails.clock.now()
        answered = {"Message-ID": refs, "Subject": subject} if refs else {}
        act = Act(text=text, subject=subject)
        raw = letter(self.mails.contact(by), act, to, f"{now.timestamp()}@b.example", now, answered)
        self.mails.mail._arrives(self.mails.contact(by), raw, to, "text")
        self.mails.follow()

    def texts(self) -> list[str]:
        stored = (values(item) for (held, _), item in sorted(self.mails.dynamodb.items.items()) if held == self.pk)
        return [item["txt"] for item in stored if item["sk"].startswith("M#") and "txt" in item]

    def came_back(self) -> bool:
        return any("My cake" in text for text in self.texts())


@pytest.fixture
def ada() -> Iterator[Redirected]:
    made = Redirected()
    yield made
    made.mails.stop()


def test_the_code_leads_back_from_the_text(ada: Redirected) -> None:
    ada.writes(f"My cake is late. Code {ada.code}, thanks")
    assert ada.came_back()
    assert ada.mails.texts() == []


@pytest.mark.parametrize("spell", ["{}", "Re: [{}] My order", "nb {}"])
def test_the_code_leads_back_from_the_subject(ada: Redirected, spell: str) -> None:
    written = digits_of(ada.code) if spell == "nb {}" else ada.code
    ada.writes("My cake is late", subject=spell.format(written))
    assert ada.came_back()


def test_the_code_leads_back_from_the_address(ada: Redirected) -> None:
    ada.writes("My cake is late", to=f"{BOX}+{digits_of(ada.code)}@{DOMAIN}")
    assert ada.came_back()


def test_an_answer_to_a_mail_that_was_linked_follows_without_a_code(ada: Redirected) -> None:
    ada.writes(f"Please see {ada.code}")
    ada.writes("My cake is late", by="ada@work.example", refs=f"<{ada.mails.clock.now().timestamp()}@b.example>")
    assert ada.came_back()


def test_the_address_that_was_given_in_the_chat_leads_back_without_a_code(ada: Redirected) -> None:
    ada.says("", choice=payload(Choice.EMAIL_ME))
    ada.says(f"It is {ADA}")
    ada.writes("My cake is late")
    assert ada.came_back()


@pytest.mark.parametrize("beside", ["", ", NB-1234-5670", ", order 12345670"])
def test_without_a_code_of_ours_a_mail_begins_a_conversation_of_its_own(ada: Redirected, beside: str) -> None:
    ada.writes(f"My cake is late{beside}")
    assert not ada.came_back()
    assert len(ada.mails.texts()) == 1
    assert len(ada.mails.calls) == 1


def test_a_mail_about_what_was_acknowledged_in_the_chat_gets_no_further_answer(ada: Redirected) -> None:
    ada.writes(f"My cake is late, {ada.code}")
    assert ada.mails.calls == []
    told = ada.mails.human_queue.messages[-1]
    assert (told["conversation_id"], told["via"]) == (ada.pk, "email")
    assert told["via_account"] == {"id": OURS, "name": bakery().name}


def test_a_mail_about_the_next_matter_is_answered_by_mail_under_the_code_of_the_chat(ada: Redirected) -> None:
    read = ada.mails.receipts.read_conversation(ada.pk)
    ada.mails.clock.advance(60)
    closed = ada.mails.receipts.note_outside_answer(ada.pk, read, Author.PERSON, ada.mails.clock.now(), read.last_seq)
    assert closed
    ada.mails.clock.advance(3600)
    ada.writes(f"My cake is late, {ada.code}")
    (call,) = ada.mails.calls
    sent = json.loads(call.body)
    mail = message_from_bytes(base64.b64decode(sent["Content"]["Raw"]["Data"]), policy=default)
    assert sent["Destination"]["ToAddresses"] == [ADA]
    assert f"{BOX}+{digits_of(ada.code)}@{DOMAIN}" in str(mail["Reply-To"])
    assert ada.code in str(mail["Subject"])
