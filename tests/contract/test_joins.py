"""One contact stays one contact, and one story stays one story, on the real table."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from nightbell.domain.business import TextId
from nightbell.domain.conversation import JOINS_KEPT_FOR, Conversation, Join
from nightbell.domain.events import (
    Attachment,
    Author,
    Contact,
    ContactMoved,
    Message,
    MessageRole,
    Outcome,
    OutsideAnswer,
)
from nightbell.domain.texts import PLACEHOLDER, text_for
from nightbell.domain.unit import UnitState
from nightbell.services.find_home import EVER
from tests.contract.world import OPEN, World

NUMBER, USER_ID = "34600", "ES.abc"
POST = "page_post"


def from_user_id(world: World, text: str = "and now?", **more: Any) -> Message:
    contact = Contact(contact_id=USER_ID, address=USER_ID, aliases=(NUMBER,))
    return replace(world.message(text, by=USER_ID, **more), contact=contact)


def moved(world: World, old: str = NUMBER, new: str = USER_ID) -> ContactMoved:
    return ContactMoved(
        kind="fake.moved",
        channel=world.channel.name,
        account_id=world.account.account_id,
        old_ids=(old,),
        new_id=new,
        at=world.clock.now(),
    )


def said_past_us(world: World, **more: Any) -> OutsideAnswer:
    given = {"contact_ids": (), "author": Author.PERSON, "sent_at": world.clock.now(), **more}
    return OutsideAnswer(kind="fake.echo", channel=world.channel.name, account_id=world.account.account_id, **given)


def comment(world: World, name: str = "c1", by: str = f"{POST}/9", **more: Any) -> Message:
    return world.message("your bread was stale", by=by, mid=name, thread=name, **more)


def test_a_contact_first_seen_by_number_stays_one_when_a_user_id_comes_along(world: World) -> None:
    world.deliver(world.message("hello", by=NUMBER))
    world.pass_by(seconds=30)
    later = from_user_id(world)
    world.deliver(later)
    world.deliver(later)
    world.deliver(replace(from_user_id(world, "hello?"), contact=Contact(contact_id=USER_ID, address=USER_ID)))
    assert world.numbers(NUMBER) == [1, 2, 3]
    assert world.numbers(USER_ID) == []
    assert world.conversation(NUMBER).address == USER_ID


def test_a_new_contact_is_filed_under_the_id_that_lasts(world: World) -> None:
    world.deliver(from_user_id(world))
    assert (world.numbers(NUMBER), world.numbers(USER_ID)) == ([], [1])
    assert world.conversation(USER_ID).joins == ()


def test_a_contact_with_a_new_id_goes_on_where_they_were(world: World) -> None:
    world.deliver(world.message("hello", by=NUMBER))
    world.deliver(moved(world))
    world.deliver(moved(world))
    world.deliver(world.message("it is me", by=USER_ID))
    world.deliver(moved(world, old=USER_ID, new="ES.second"))
    world.deliver(world.message("me again", by="ES.second"))
    assert world.numbers(NUMBER) == [1, 2, 3]
    assert world.counted("contacts_moved") == 3


def test_an_unknown_contact_that_moved_is_counted_only(world: World) -> None:
    world.deliver(moved(world))
    assert world.counted("contacts_moved_unknown") == 1
    assert world.conversation(USER_ID) == Conversation()


def test_what_was_stored_before_two_conversations_met_is_not_stored_again(world: World) -> None:
    world.deliver(world.message("hello", by=NUMBER))
    early = world.message("already here", by=USER_ID)
    world.deliver(early)
    world.pass_by(minutes=1)
    world.deliver(moved(world))
    world.pass_by(minutes=1)
    world.deliver(early, world.message("later", by=USER_ID))
    assert world.numbers(USER_ID) == [1]
    assert world.numbers(NUMBER) == [1, 2]


def test_what_the_new_id_said_before_the_news_came_is_not_stored_again(world: World) -> None:
    world.deliver(world.message("hello", by=NUMBER))
    news = moved(world)
    world.pass_by(seconds=2)
    early = world.message("it is me", by=USER_ID)
    world.deliver(early)
    world.deliver(news)
    world.deliver(early)
    world.pass_by(seconds=1)
    world.deliver(world.message("later", by=USER_ID))
    assert (world.numbers(USER_ID), world.numbers(NUMBER)) == ([1], [1, 2])


def test_an_echo_under_the_new_id_settles_the_unit_of_the_old_one(world: World) -> None:
    world.deliver(world.message("hello", by=NUMBER))
    world.rest()
    world.deliver(moved(world))
    world.deliver(world.settlement(world.unit(1, NUMBER).tag, Outcome.SEEN, by=USER_ID))
    assert world.unit(1, NUMBER).state is UnitState.CONFIRMED


def test_a_persons_answer_under_the_new_id_closes_the_conversation_of_the_old_one(world: World) -> None:
    world.deliver(world.message("hello", by=NUMBER))
    world.deliver(moved(world))
    world.pass_by(minutes=1)
    world.deliver(said_past_us(world, contact_ids=(USER_ID,)))
    assert not world.conversation(NUMBER).is_waiting


def test_our_own_words_that_come_back_without_a_tag_confirm_the_send(world: World) -> None:
    world.write()
    world.work()
    unit = world.unit(1)
    world.deliver(said_past_us(world, contact_ids=("7",), said_id="m.9", text=f" {unit.text}\n"))
    assert world.unit(1).state is UnitState.CONFIRMED
    assert world.conversation().is_waiting
    assert world.conversation().human_at is None


def test_a_persons_words_that_come_without_a_tag_are_theirs(world: World) -> None:
    world.write()
    world.work()
    world.pass_by(minutes=1)
    world.deliver(said_past_us(world, contact_ids=("7",), said_id="m.9", text="Yes, we have it"))
    assert world.unit(1).state is UnitState.SENT
    assert not world.conversation().is_waiting


def test_a_removal_that_names_nobody_finds_the_conversation_by_its_comment(world: World) -> None:
    world.deliver(comment(world))
    gone = replace(
        comment(world, "c1"),
        contact=Contact(contact_id="", address=""),
        message_id="c1:remove",
        text="",
        role=MessageRole.CHANGE,
        attachments=(Attachment(kind="unsend_of", reference="c1"),),
    )
    world.deliver(gone)
    world.deliver(gone)
    assert world.numbers(f"{POST}/9") == [1, 2]
    assert world.conversation(f"{POST}/9").address == f"{POST}/9"
    world.deliver(replace(gone, thread="c2"))
    assert world.counted("changes_to_nothing_known") == 1


def test_a_persons_public_answer_closes_and_our_own_line_does_not(world: World) -> None:
    world.deliver(comment(world))
    world.work()
    own = world.unit(1, f"{POST}/9").text
    world.pass_by(minutes=1)
    world.deliver(said_past_us(world, thread="c1", said_id="c2", text=own))
    assert world.conversation(f"{POST}/9").is_waiting
    assert world.counted("own_public_lines") == 1
    world.deliver(said_past_us(world, thread="c1", said_id="c3", text="We are sorry, please come by"))
    assert not world.conversation(f"{POST}/9").is_waiting


def test_our_line_to_somebody_else_below_the_same_comment_closes_nothing(world: World) -> None:
    world.deliver(comment(world))
    brand = world.account.brand
    wording = text_for(brand, TextId.PUBLIC_LINE, brand.default_language, world.channel.name)
    line = PLACEHOLDER.sub("tomorrow, Tuesday 24 November, at 09:50", wording)
    world.deliver(said_past_us(world, thread="c1", said_id="c7", text=f"{line}\n"))
    assert world.conversation(f"{POST}/9").is_waiting
    world.pass_by(minutes=1)
    world.deliver(said_past_us(world, thread="c1", said_id="c8", text=f"Ana, {line}"))
    assert not world.conversation(f"{POST}/9").is_waiting


def test_a_mention_by_nobody_is_the_comment_that_we_have_already(world: World) -> None:
    mention = replace(comment(world, "c2", by=f"{POST}/c2"), kind="fake.mention", unnamed=True)
    world.deliver(comment(world, "c1"), replace(mention, message_id="c1", thread="c1"))
    world.deliver(mention)
    world.deliver(mention)
    assert world.numbers(f"{POST}/9") == [1]
    assert world.numbers(f"{POST}/c2") == [1]
    assert world.counted("mentions_repeated") >= 1


def test_one_comment_told_in_two_ways_at_once_is_stored_with_one_way_to_it(world: World) -> None:
    """A transaction that writes one item twice is refused for ever."""
    first = comment(world, "c1")
    live = replace(first, kind="fake.live_comment")
    world.deliver(live)
    world.deliver(first, live)
    assert world.numbers(f"{POST}/9") == [1, 2]
    assert world.receipts.read_thread(world.channel.name, world.account.account_id, "c1") == world.pk(f"{POST}/9")


def test_the_last_join_that_had_begun_counts() -> None:
    joins = (Join(since=EVER, pk="C#old"), Join(since=OPEN, pk="C#new"))
    conversation = Conversation(joins=joins)
    assert conversation.home(OPEN - timedelta(seconds=1)) == "C#old"
    assert conversation.home(OPEN) == "C#new"
    assert Conversation().home(OPEN) is None


def test_joins_are_forgotten_only_when_no_redelivery_can_need_them() -> None:
    conversation = Conversation()
    for day in range(30):
        join = Join(since=OPEN + timedelta(days=day), pk=f"C#{day}")
        conversation = replace(conversation, joins=conversation.joined(join))
    assert len(conversation.joins) == JOINS_KEPT_FOR.days + 1
    assert conversation.home(OPEN + timedelta(days=29) - JOINS_KEPT_FOR) == "C#21"


def test_what_we_answered_before_a_join_is_nobodys_answer_to_what_it_leads_to(world: World) -> None:
    """The confirmation of an opt-out names no machine: by its words alone it could be a person's."""
    world.deliver(world.message("stop", by=NUMBER))
    world.deliver(comment(world))
    since = world.clock.now()
    world.pass_by(seconds=30)
    assert world.truth.join(world.pk(NUMBER), world.conversation(NUMBER), Join(since=since, pk=world.pk(f"{POST}/9")))
    world.work()
    said = world.unit(1, NUMBER).text
    assert said
    world.deliver(said_past_us(world, contact_ids=(NUMBER,), said_id="e1", text=said))
    assert world.conversation(f"{POST}/9").is_waiting
    assert world.unit(1, NUMBER).state is UnitState.CONFIRMED
