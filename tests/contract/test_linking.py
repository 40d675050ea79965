"""A mail or a call that names its conversation goes on there; nothing else joins two contacts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.adapters.forgetting_table import ForgettingTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.business import Choice
from nightbell.domain.choices import payload
from nightbell.domain.conversation import Join, PriorityReason
from nightbell.domain.events import Contact, GivenConsent, Message, Reference, ReferenceKind, Silent
from nightbell.domain.keys import conversation_pk
from nightbell.domain.priority import SENTENCES
from nightbell.domain.references import digits_of
from nightbell.services.forget import Forget
from nightbell.services.read_pointers import _PROVES_NOTHING
from tests.contract.conversation_table import partition
from tests.contract.faults import Faults
from tests.contract.world import CLOSED, World
from tests.fakes import KEYED, READABLE

MakeWorld = Callable[..., World]
ANA = "ana@b.example"
MAIL = "mail"


class Post:
    """A chat, and a mail account of the same brand."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.box = f"box{world.account.account_id}@shop.example"
        channel = replace(KEYED, name=MAIL, reply_window=None)
        world.channels[MAIL] = channel
        world.accounts[MAIL, self.box] = replace(world.account, channel=MAIL, account_id=self.box)
        world.build(Faults())
        self.mails = 0

    @property
    def pk(self) -> str:
        return self.pk_of(ANA)

    def pk_of(self, sender: str) -> str:
        return conversation_pk(MAIL, self.box, sender)

    def code(self, by: str = "7") -> str:
        """Let a contact of the chat choose to write a mail; returns the code they get."""
        self.world.write("Hello", by=by)
        self.world.pass_by(seconds=2)
        self.world.write(choice=payload(Choice.EMAIL_US), by=by)
        self.world.work()
        self.world.pass_by(minutes=1)
        code = self.world.conversation(by).reference
        assert code
        return code

    def mail(self, *belongs: Reference, sender: str = ANA, **more: Any) -> Message:
        self.mails += 1
        given = {"message_id": f"{self.mails}@b.example", "sent_at": self.world.clock.now(), **more}
        return Message(
            kind="mail.message",
            channel=MAIL,
            account_id=self.box,
            contact=Contact(contact_id=sender, address=sender),
            text="About my order",
            belongs=belongs,
            **given,
        )

    def texts(self, pk: str) -> list[str]:
        found = partition(self.world.dynamodb, self.world.table, pk)
        return [item["txt"] for item in found if item["sk"].startswith("M#") and "txt" in item]

    def is_in_chat(self, by: str = "7") -> bool:
        return "About my order" in self.texts(self.world.pk(by))


@pytest.fixture
def post(make_world: MakeWorld) -> Post:
    return Post(make_world(READABLE, now=CLOSED))


def code(value: str) -> Reference:
    return Reference(kind=ReferenceKind.CODE, value=value)


def known(value: str) -> Reference:
    return Reference(kind=ReferenceKind.KNOWN_AS, value=value)


def given(value: str = ANA) -> Reference:
    return Reference(kind=ReferenceKind.GIVEN_EMAIL, value=value)


@pytest.mark.parametrize("spell", [str, digits_of, str.lower], ids=["as written", "digits", "small"])
def test_a_mail_with_the_code_goes_on_in_the_chat(post: Post, spell: Callable[[str], str]) -> None:
    told = post.code()
    post.world.deliver(post.mail(code(spell(told))))
    assert post.is_in_chat()
    read = post.world.conversation()
    assert (read.via, read.via_account, read.last_seq) == (MAIL, post.box, 3)
    assert post.texts(post.pk) == []


def test_what_follows_needs_no_code(post: Post) -> None:
    post.world.deliver(post.mail(code(post.code())))
    post.world.pass_by(minutes=1)
    post.world.deliver(post.mail())
    assert post.world.conversation().last_seq == 4


def test_the_answer_to_a_linked_mail_leaves_by_mail(post: Post) -> None:
    told = post.code()
    world = post.world
    world.desk.take(world.pk(), "marta")
    world.desk.close(world.pk(), "marta")
    world.pass_by(hours=1)
    world.deliver(post.mail(code(told), about={"id": "1@b.example"}))
    world.rest()
    to, _, _ = world.api.seen[-1]
    assert to == ANA
    assert world.api.bodies[-1]["about"] == {"id": "1@b.example"}
    assert world.human_queue.messages[-1]["via_account"] == {"id": post.box, "name": world.account.name}


def test_the_same_mail_again_is_the_same_message(post: Post) -> None:
    mail = post.mail(code(post.code()))
    for _ in range(3):
        post.world.deliver(mail)
        post.world.pass_by(hours=1)
    assert post.world.conversation().last_seq == 3
    read = post.world.truth.read_conversation(post.pk)
    assert [join.pk for join in read.joins] == [post.world.pk()]


def test_a_pointer_that_is_gone_meanwhile_changes_nothing(post: Post) -> None:
    told = post.code()
    mail = post.mail(code(told))
    post.world.deliver(mail)
    post.world.pass_by(hours=1)
    brand = post.world.account.brand.key
    post.world.dynamodb.delete_item(
        TableName=post.world.table, Key={"pk": {"S": f"REF#{brand}#{told}"}, "sk": {"S": "REF"}}
    )
    post.world.deliver(mail)
    assert post.world.conversation().last_seq == 3
    assert post.texts(post.pk) == []


def test_what_came_before_the_code_stays_where_it_is(post: Post) -> None:
    post.world.deliver(post.mail())
    post.world.pass_by(minutes=1)
    post.world.deliver(post.mail(code(post.code())))
    assert len(post.texts(post.pk)) == 1
    assert post.is_in_chat()


def test_a_mail_that_is_older_than_what_is_stored_stays_with_that(post: Post) -> None:
    late = post.mail(code(post.code()))
    post.world.pass_by(minutes=1)
    post.world.deliver(post.mail())
    post.world.deliver(late)
    assert len(post.texts(post.pk)) == 2
    post.world.pass_by(minutes=1)
    post.world.deliver(post.mail())
    assert post.is_in_chat()


def test_the_newest_code_counts_from_then_on(post: Post) -> None:
    first, second = post.code(), post.code(by="8")
    for told in (first, second):
        post.world.deliver(post.mail(code(told)))
        post.world.pass_by(minutes=1)
    post.world.deliver(post.mail())
    assert (post.world.conversation().last_seq, post.world.conversation("8").last_seq) == (3, 4)


def test_an_older_code_that_comes_late_moves_nothing_that_came_after_it(post: Post) -> None:
    first, second = post.code(), post.code(by="8")
    old = post.mail(code(first))
    post.world.pass_by(minutes=1)
    new = post.mail(code(second))
    for mail in (new, old, new, old):
        post.world.deliver(mail)
        post.world.pass_by(minutes=1)
    assert post.world.conversation("8").last_seq == 3
    assert (post.world.conversation().last_seq, len(post.texts(post.pk))) == (2, 1)
    post.world.deliver(post.mail())
    assert post.world.conversation("8").last_seq == 4


def test_several_codes_that_lead_to_several_conversations_lead_nowhere(post: Post) -> None:
    both = (code(post.code()), code(post.code(by="8")))
    post.world.deliver(post.mail(*both, given()))
    assert len(post.texts(post.pk)) == 1


@pytest.mark.parametrize("wrong", ["NB-0000-0000", "order 4711", ""])
def test_a_code_that_was_never_given_leads_nowhere(post: Post, wrong: str) -> None:
    post.code()
    post.world.deliver(post.mail(code(wrong)))
    assert len(post.texts(post.pk)) == 1


def test_a_code_of_another_brand_leads_nowhere(post: Post) -> None:
    told = post.code()
    key = (MAIL, post.box)
    account = post.world.accounts[key]
    post.world.accounts[key] = replace(account, brand=replace(account.brand, key="elsewhere"))
    post.world.deliver(post.mail(code(told)))
    assert len(post.texts(post.pk)) == 1


@pytest.mark.parametrize("silent", sorted(_PROVES_NOTHING))
def test_programs_and_doubtful_senders_are_never_linked(post: Post, silent: Silent) -> None:
    post.world.deliver(post.mail(code(post.code()), silent=silent))
    assert not post.is_in_chat()


def test_an_answer_to_a_mail_that_we_have_goes_where_that_is(post: Post) -> None:
    """From another address of the same person, who is no stranger: they know the mail's id."""
    post.world.deliver(post.mail(known_as="first@b.example"))
    post.world.pass_by(minutes=1)
    post.world.deliver(post.mail(known("first@b.example"), sender="ana@work.example"))
    assert len(post.texts(post.pk)) == 2
    assert post.texts(post.pk_of("ana@work.example")) == []


def test_one_post_under_two_roots_is_one_message_in_one_conversation(make_world: MakeWorld) -> None:
    """An older envelope does not tell where a thread began, and takes the post before it for that."""
    world = make_world(replace(KEYED, is_public=True, reply_window=None))
    post: dict[str, Any] = {"mid": "p1", "thread": "p1", "belongs": (known("p1"),), "sent_at": world.clock.now()}
    said = [world.message("Hello!", by=f"{root}/9", **post) for root in ("root", "parent")]
    for message in (*said, *reversed(said)):
        world.deliver(message)
        world.pass_by(seconds=5)
    assert world.conversation("root/9").last_seq == 1
    assert not world.conversation("parent/9").exists


def test_each_is_answered_where_they_wrote_from_though_both_are_one_story(post: Post) -> None:
    post.world.deliver(post.mail(given("nobody@b.example"), known_as="first@b.example"))
    post.world.pass_by(seconds=1)
    post.world.deliver(post.mail(known("first@b.example"), sender="ana@work.example"))
    post.world.rest()
    assert [to for to, _, _ in post.world.api.seen] == [ANA]


def test_a_mail_of_another_brand_is_no_way_there(post: Post) -> None:
    post.world.deliver(post.mail(known_as="first@b.example"))
    post.world.pass_by(minutes=1)
    key = (MAIL, post.box)
    account = post.world.accounts[key]
    post.world.accounts[key] = replace(account, brand=replace(account.brand, key="elsewhere"))
    post.world.deliver(post.mail(known("first@b.example"), sender="ana@work.example"))
    assert len(post.texts(post.pk)) == 1


def test_a_code_goes_before_a_mail_that_is_answered(post: Post) -> None:
    told = post.code()
    post.world.deliver(post.mail(known_as="first@b.example", sender="bea@b.example"))
    post.world.pass_by(minutes=1)
    post.world.deliver(post.mail(known("first@b.example"), code(told)))
    assert post.is_in_chat()


def test_a_linked_conversation_that_went_on_elsewhere_is_followed_there(post: Post) -> None:
    told = post.code()
    world = post.world
    read = world.conversation()
    assert world.receipts.join(world.pk(), read, Join(since=world.clock.now(), pk=world.pk("9")))
    world.pass_by(seconds=1)
    world.deliver(post.mail(code(told)))
    assert post.is_in_chat("9")


def gives(post: Post, address: str = " Ana@B.example", by: str = "7", way: str = "email") -> None:
    consent = GivenConsent(way=way, address=address, wording="Mail me.", given_at=CLOSED)
    post.world.write(by=by, consents=(consent,))
    post.world.pass_by(minutes=1)


def phoned(number: str) -> Reference:
    return Reference(kind=ReferenceKind.GIVEN_PHONE, value=number)


def test_a_mail_from_an_address_that_was_given_goes_where_that_was(post: Post) -> None:
    gives(post)
    post.world.deliver(post.mail(given()))
    assert post.is_in_chat()


def test_an_address_typed_in_answer_to_our_question_leads_there_too(post: Post) -> None:
    post.world.write("Hello")
    post.world.write(choice=payload(Choice.EMAIL_ME))
    post.world.pass_by(seconds=2)
    post.world.write(f"it is {ANA}")
    post.world.pass_by(minutes=1)
    post.world.deliver(post.mail(given()))
    assert post.is_in_chat()


def test_an_address_that_two_gave_leads_to_neither(post: Post) -> None:
    gives(post)
    gives(post, by="8")
    gives(post)
    post.world.deliver(post.mail(given()))
    assert len(post.texts(post.pk)) == 1
    for by in ("7", "8"):
        assert [item["address"] for item in post.world.stored(by) if item["sk"].startswith("P#")]


def test_an_address_given_twice_in_one_conversation_leads_there(post: Post) -> None:
    gives(post)
    gives(post, "ANA@b.example")
    post.world.deliver(post.mail(given()))
    assert post.is_in_chat()


def test_the_address_of_another_leads_nowhere(post: Post) -> None:
    gives(post, "bea@b.example")
    post.world.deliver(post.mail(given()))
    assert len(post.texts(post.pk)) == 1


def test_whoever_wrote_to_us_before_is_not_moved_by_what_a_stranger_typed(post: Post) -> None:
    post.world.deliver(post.mail(given()))
    post.world.pass_by(minutes=1)
    gives(post)
    post.world.deliver(post.mail(given()))
    assert not post.is_in_chat()
    assert len(post.texts(post.pk)) == 2


def test_the_team_is_told_that_only_an_address_that_was_given_brought_a_mail_here(post: Post) -> None:
    sentence = SENTENCES[PriorityReason.BY_GIVEN]
    gives(post)
    world = post.world
    world.rest()
    assert sentence not in str(world.human_queue.messages[-1]["priority"])
    world.deliver(post.mail(given()))
    world.pass_by(minutes=1)
    world.deliver(post.mail(given()))
    world.rest()
    assert sentence in str(world.human_queue.messages[-1]["priority"])
    assert world.conversation().last_seq == 3


def test_of_a_mail_with_a_code_no_such_thing_is_said(post: Post) -> None:
    gives(post)
    post.world.deliver(post.mail(given(), code(post.code())))
    post.world.rest()
    assert PriorityReason.BY_GIVEN not in post.world.conversation().reasons


@pytest.mark.parametrize(
    ("number", "leads"), [("+34 600 00 00 00", True), ("0034600000000", True), ("600 000 000", False)]
)
def test_a_number_leads_only_with_its_country(post: Post, number: str, *, leads: bool) -> None:
    gives(post, number, way="phone")
    post.world.deliver(post.mail(phoned("+34600000000")))
    assert post.is_in_chat() == leads


def test_a_code_goes_before_an_address(post: Post) -> None:
    gives(post, by="8")
    post.world.deliver(post.mail(given(), code(post.code())))
    assert post.is_in_chat()


def test_an_address_of_somebody_forgotten_leads_nowhere(post: Post) -> None:
    gives(post)
    world = post.world
    world.rest()
    table = TableClient(world.dynamodb, world.table, Deadline(world.clock))
    Forget(store=ForgettingTable(table), discard=lambda *_: None, clock=world.clock)([world.pk()], "marta")
    world.deliver(post.mail(given()))
    assert len(post.texts(post.pk)) == 1
    items = world.dynamodb.scan(TableName=world.table)["Items"]
    assert not [item for item in items if world.pk() in str(item.get("conversation"))]


def test_what_leads_by_an_address_is_kept_for_half_a_year_and_holds_none(post: Post) -> None:
    gives(post)
    items = post.world.dynamodb.scan(TableName=post.world.table)["Items"]
    (pointer,) = (item for item in items if item["pk"]["S"].startswith("GIVEN#"))
    assert "ana" not in str(pointer).lower().replace(post.world.pk().lower(), "")
    begins = post.world.clock.now() - timedelta(minutes=1)
    assert int(pointer["expires_at"]["N"]) == int((begins + timedelta(days=180)).timestamp())


def test_what_comes_by_mail_is_found_when_the_contact_of_the_chat_is_forgotten(post: Post) -> None:
    post.world.deliver(post.mail())
    post.world.pass_by(minutes=1)
    post.world.deliver(post.mail(code(post.code())))
    read = post.world.dynamodb
    listed = partition(read, post.world.table, f"BY#{post.world.account.account_id}.7")
    assert [item["sk"] for item in listed] == [post.pk]


def test_a_mail_makes_no_new_acknowledgement_of_what_was_acknowledged(post: Post) -> None:
    told = post.code()
    sent = len(post.world.api.seen)
    post.world.deliver(post.mail(code(told)))
    post.world.rest()
    assert len(post.world.api.seen) == sent


def test_times_of_one_delivery_are_told_apart(post: Post) -> None:
    told = post.code()
    later = post.world.clock.now() + timedelta(minutes=1)
    post.world.pass_by(minutes=2)
    post.world.deliver(post.mail(code(told), sent_at=later - timedelta(minutes=1)), post.mail(sent_at=later))
    assert post.world.conversation().last_seq == 4
