"""What happens below posts: one line for everybody, one private reply, and one conversation."""

import pytest

from infra.local.platforms.faults import Fault, FaultKind
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import FACEBOOK_COMMENTS, INSTAGRAM_COMMENTS
from infra.local.waiting import wait_for
from nightbell.domain.keys import conversation_pk
from tests.e2e.conftest import SOON_S, Shop

pytestmark = pytest.mark.timeout(120)

LATER_S = 10
"""Nobody types an answer sooner: neither the contact nor a person of the business."""
SETTLED = 100


@pytest.mark.parametrize("channel", [FACEBOOK_COMMENTS, INSTAGRAM_COMMENTS])
def test_a_comment_gets_a_line_for_all_and_a_reply_in_private_and_its_answer_joins_them(
    channel: str, shop: Shop
) -> None:
    somebody = shop.somebody(channel, name="Grace Obi")
    comment = shop.write(somebody, "How much is an ensaimada?").message_ids[0]
    line = shop.line(comment)
    assert "Grace" not in line.text
    private = shop.answer(somebody.in_private)
    assert private.about == comment
    assert "automatic" in private.text
    told = shop.told(somebody, "acknowledged")
    assert (told["public_line"]["state"], told["public_line"]["text"]) == ("acknowledged", line.text)
    assert told["acknowledgement"]["text"] == private.text
    shop.quiet()
    assert shop.hand_off(somebody)["waiting_count"] == 1, "our own line is nobody's answer"
    shop.later(seconds=LATER_S)
    shop.write(somebody.in_private, "And for a dozen?")
    assert wait_for(lambda: len(shop.messages(somebody)) == 2 or None, SOON_S)
    assert shop.messages(somebody.in_private) == []
    assert shop.hand_offs(somebody.in_private) == []
    shown = shop.desk().take(shop.conversation(somebody), "marta").messages
    assert [message.text for message in shown] == [
        "How much is an ensaimada?",
        "And for a dozen?",
    ]


def test_another_comment_of_the_same_person_gets_no_second_line(shop: Shop) -> None:
    somebody = shop.somebody(FACEBOOK_COMMENTS)
    first = shop.write(somebody, "How much is an ensaimada?").message_ids[0]
    shop.line(first)
    shop.answer(somebody.in_private)
    second = shop.write(somebody, "Anybody there?").message_ids[0]
    shop.quiet()
    assert shop.lines(second) == []
    assert len(shop.answers(somebody.in_private)) == 1
    assert len(shop.messages(somebody)) == 2


def test_a_reply_below_somebody_elses_comment_is_a_conversation_of_its_own(shop: Shop) -> None:
    ada, ben = shop.somebody(FACEBOOK_COMMENTS), shop.somebody(FACEBOOK_COMMENTS, name="Ben")
    top = shop.write(ada, "How much is an ensaimada?").message_ids[0]
    shop.line(top)
    shop.told(ada, "acknowledged")
    shop.write(ben, "I would like to know that, too. And do you deliver?", about=top)
    shop.answer(ben.in_private)
    shop.told(ben, "acknowledged")
    shop.quiet()
    assert shop.hand_off(ada)["waiting_count"] == 1, "what was said to Ben answers nothing of Ada's"
    assert len(shop.answers(ada.in_private)) == 1


def test_another_businesss_page_gets_no_automatic_word_and_the_team_reads_why(shop: Shop) -> None:
    page = shop.somebody(FACEBOOK_COMMENTS, name="Rival Cakes")
    comment = shop.cloud.meta.write(page, Writing(text="Nice ensaimadas!", by_page=True)).message_ids[0]
    told = shop.told(page, "suppressed")
    assert told["public_line"]["state"] == "suppressed"
    assert "another Page" in told["acknowledgement"]["reason"]
    shop.quiet()
    assert shop.lines(comment) == []
    assert shop.answers(page.in_private) == []
    assert shop.hand_off(page)["waiting_count"] == 1


def test_a_platform_that_does_not_say_who_wrote_gets_the_line_later(shop: Shop) -> None:
    somebody = shop.somebody(FACEBOOK_COMMENTS)
    shop.cloud.meta.faults.add(Fault(kind=FaultKind.OUTAGE, operation="ask", contact_id=somebody.contact_id))
    comment = shop.write(somebody, "How much is an ensaimada?").message_ids[0]
    shop.told(somebody, "pending")
    assert shop.lines(comment) == []
    shop.later(seconds=SETTLED)
    shop.sweep()
    shop.line(comment)
    shop.told(somebody, "acknowledged")


def test_a_lost_answer_to_a_line_is_settled_without_saying_it_twice(shop: Shop) -> None:
    somebody = shop.somebody(FACEBOOK_COMMENTS)
    for kind in (FaultKind.LOST_ANSWER, FaultKind.NO_ECHO):
        shop.cloud.meta.faults.add(Fault(kind=kind, channel=FACEBOOK_COMMENTS, contact_id=somebody.contact_id))
    comment = shop.write(somebody).message_ids[0]
    shop.line(comment)
    shop.quiet()
    shop.later(seconds=SETTLED)
    shop.sweep()
    shop.answer(somebody.in_private)
    shop.told(somebody, "acknowledged")
    assert len(shop.lines(comment)) == 1
    assert shop.hand_off(somebody)["public_line"]["state"] == "acknowledged"


def test_a_lost_answer_to_a_private_reply_is_settled_by_trying_again(shop: Shop) -> None:
    somebody = shop.somebody(INSTAGRAM_COMMENTS)
    lost = Fault(kind=FaultKind.LOST_ANSWER, operation="private_reply", contact_id=somebody.contact_id)
    shop.cloud.meta.faults.add(lost)
    shop.write(somebody)
    shop.answer(somebody.in_private)
    shop.quiet()
    shop.later(seconds=SETTLED)
    shop.sweep()
    shop.told(somebody, "acknowledged")
    assert len(shop.answers(somebody.in_private)) == 1


def test_a_complaint_that_is_taken_away_leaves_no_words(shop: Shop) -> None:
    somebody = shop.somebody(FACEBOOK_COMMENTS)
    comment = shop.write(somebody, "A terrible cake, I want a refund").message_ids[0]
    shop.line(comment)
    shop.told(somebody, "acknowledged")
    shop.cloud.meta.write(somebody, Writing(kind="unsend", about=comment))
    assert wait_for(lambda: "terrible" not in str(shop.items(shop.conversation(somebody))) or None, SOON_S)


def test_a_persons_own_answer_in_public_closes_the_conversation(shop: Shop) -> None:
    somebody = shop.somebody(FACEBOOK_COMMENTS)
    comment = shop.write(somebody).message_ids[0]
    shop.line(comment)
    shop.told(somebody, "acknowledged")
    shop.later(seconds=LATER_S)
    shop.cloud.meta.outsiders.answer_in_public(comment, "Yes, it is ready, see you soon! Marta")
    pk = shop.conversation(somebody)
    assert wait_for(lambda: shop.team().standing(pk) == "answered" or None, SOON_S)


def test_a_visitors_post_and_a_comment_without_author_reach_the_team(shop: Shop) -> None:
    visitor = shop.somebody(FACEBOOK_COMMENTS)
    shop.cloud.meta.write(visitor, Writing(kind="post", text="Do you bake on Sundays?"))
    shop.answer(visitor.in_private)
    unknown = shop.somebody(FACEBOOK_COMMENTS)
    before = len(shop.cloud.human_queue())
    written = shop.cloud.meta.write(unknown, Writing(text="And on Mondays?", unnamed=True))
    assert wait_for(lambda: len(shop.cloud.human_queue()) > before or None, SOON_S)
    shop.quiet()
    assert shop.lines(written.message_ids[0]) == []
    assert shop.answers(unknown.in_private) == []


def test_what_a_mention_on_instagram_says_is_looked_up_for_the_team(shop: Shop) -> None:
    """Its delivery holds ids alone."""
    somebody = shop.somebody(INSTAGRAM_COMMENTS)
    words = "Has anybody tried the cakes of harbour.bakery?"
    comment = shop.cloud.meta.write(somebody, Writing(kind="mention", text=words)).message_ids[0]
    post = shop.cloud.meta.world.wall.comments[comment].post.post_id
    pk = conversation_pk(INSTAGRAM_COMMENTS, somebody.account_id, f"{post}/{comment}")
    assert wait_for(lambda: words in str(shop.items(pk, "M#")) or None, SOON_S), shop.items(pk)
    shop.quiet()
    assert shop.lines(comment) == [], "nothing is said on somebody else's page"
