"""The ways to the call sites of what is public, of Instagram, of people's requests, and of the hourly check."""

from datetime import timedelta

from infra.local.platforms.faults import FaultKind
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.bodies import milliseconds
from infra.local.platforms.meta.care_state import AS_SET_UP, owner_of, product_of
from infra.local.platforms.meta.people import (
    FACEBOOK_COMMENTS,
    INSTAGRAM_COMMENTS,
    INSTAGRAM_DIRECT,
    MESSENGER,
    Account,
)
from infra.local.platforms.meta.writing import tapping
from nightbell.domain.keys import message_sk
from nightbell.domain.requests import DEAUTHORIZED_SK, DELETION_SK
from nightbell.platforms.meta.care_targets import targets
from tests.chaos.wire.brisk import SEND_TIMEOUT_S
from tests.chaos.wire.lane import META
from tests.chaos.wire.play import PADDING, Play
from tests.chaos.wire.situations import SETTLED_S, Situation
from tests.chaos.wire.steps import answered, at_rest, echoes, swept, work, written

MISSED = timedelta(days=8)
"""A token of Instagram's own login is renewed after seven."""
ALREADY_GONE = 10902
EMAIL_ME = "email_me"


def _slow(play: Play, operation: str) -> None:
    play.goes_wrong(FaultKind.SLOW, seconds=1.3 * SEND_TIMEOUT_S, operation=operation)


def _unknown_and_settled(play: Play, operation: str = "send") -> None:
    play.mute = True
    _slow(play, operation)
    answered(play)
    play.lane.later(SETTLED_S)


def _line_dropped_and_settled(play: Play) -> None:
    play.goes_wrong(FaultKind.DROPPED)
    answered(play)
    play.lane.later(SETTLED_S)


def _reply_unknown(play: Play) -> None:
    _unknown_and_settled(play, "private_reply")


def _reply_in_doubt(play: Play) -> None:
    _reply_unknown(play)
    play.goes_wrong(FaultKind.ERROR, code=613, operation="private_reply")


def _reply_refused(play: Play) -> None:
    written(play)
    play.goes_wrong(FaultKind.ERROR, code=ALREADY_GONE, operation="private_reply")


def _question_put_off(play: Play) -> None:
    written(play)
    play.goes_wrong(FaultKind.ERROR, code=613, operation="ask")


def _by_page(play: Play) -> None:
    play.contacts.clear()
    play.somebody(is_page=True)
    written(play)
    play.promises.append(lambda: [f"said to another Page: {line.text}" for line in play.lines(play.contact)])


def _person_in_public(play: Play) -> None:
    play.lane.later(30)
    play.lane.meta.outsiders.answer_in_public(play.said_in_public()[0].comment_id, "Yes, come by! Marta")


def _unsaid(play: Play) -> None:
    """Take the comment away, and let nobody be told who did."""
    [comment] = play.said_in_public()
    play.mids[play.contact.contact_id].append(f"{comment.comment_id}:remove")
    play.do(Writing(kind="unsend", about=comment.comment_id, unnamed=True))
    play.promises.append(lambda: _words_of(play, [comment.comment_id]))


def _in_messenger(play: Play) -> None:
    play.lane.later(30)
    play.do(Writing(text="Here I am, thank you"), play.contact.in_private)


def _mentioned(play: Play) -> None:
    play.do(Writing(kind="mention", text="@the.business it came broken and I am not happy, this is a complaint"))


def _ask_deletion(play: Play) -> None:
    play.ask("deletion", DELETION_SK)
    play.promises.append(lambda: _words_of(play, play.wrote(play.contact)))


def _deletion_asked(play: Play) -> None:
    at_rest(play)
    _ask_deletion(play)


def _noted_and_asked(play: Play) -> None:
    """Somebody at the desk has written something down, which is to go with the rest."""
    at_rest(play)
    play.desk(lambda desk: desk.note(play.pk(), "ana", "Called back."))
    _ask_deletion(play)


def _deauthorize(play: Play) -> None:
    play.ask("deauthorize", DEAUTHORIZED_SK)


def _news(play: Play, action: str) -> None:
    now = play.lane.clock.now()
    event = {"recipient": {"id": play.contact.account_id}, "timestamp": milliseconds(now)}
    play.post([{**event, "policy_enforcement": {"action": action, "reason": "on purpose"}}])


def _blocked(play: Play) -> None:
    _news(play, "block")


def _unblocked(play: Play) -> None:
    _news(play, "unblock")


def _written_and_blocked(play: Play) -> None:
    written(play)
    _blocked(play)


def _joined_and_taken_back(play: Play) -> None:
    at_rest(play)
    _in_messenger(play)
    mid = play.mids[play.contact.contact_id][-1]
    play.do(Writing(kind="unsend", about=mid), play.contact.in_private)
    play.promises.append(lambda: _words_of(play, [mid]))
    play.lane.later(61)


def _consented(play: Play) -> None:
    """After hours the customer gives an address to be answered at, and then wants all of it gone."""
    play.lane.move_to(play.lane.moments["evening"])
    at_rest(play)
    [redirect] = play.answers(play.contact)
    [button] = [each for each in redirect.buttons if EMAIL_ME in each.payload]
    play.do(tapping(redirect, button))
    play.rest()
    play.write("somebody@customer.example")
    play.rest()
    _ask_deletion(play)


def _edited(play: Play) -> None:
    at_rest(play)
    [mid] = play.mids[play.contact.contact_id]
    play.do(Writing(kind="edit", text="Do you have white bread?", about=mid))


def _take_back(play: Play) -> None:
    mid = play.mids[play.contact.contact_id][0]
    play.do(Writing(kind="unsend", about=mid))
    play.promises.append(lambda: _words_of(play, [mid, f"{mid}:edit:1"]))


def _taken_back(play: Play) -> None:
    _edited(play)
    _take_back(play)
    play.lane.later(61)


def _whole_taken_back(play: Play) -> None:
    """Write more than an item holds, and take it back."""
    play.write(PADDING)
    play.lane.work()
    play.rest()
    _take_back(play)
    play.lane.later(61)


def _edit_late(play: Play) -> None:
    mid = play.mids[play.contact.contact_id][0]
    play.do(Writing(kind="edit", text="Do you have white bread?", about=mid))


def _taken_back_at_once(play: Play) -> None:
    at_rest(play)
    _take_back(play)


def _words_of(play: Play, mids: list[str]) -> list[str]:
    """Tell which of some messages still say something."""
    names = {message_sk(mid) for mid in mids}
    return [f"still says something: {each['sk']}" for each in play.stored() if each["sk"] in names and "txt" in each]


def _page(play: Play) -> Account:
    return play.lane.meta.account(MESSENGER)


def _missed(play: Play) -> None:
    """A check found all in order; since then the Page is subscribed no more, and a token has grown old."""
    play.looks_after = META
    play.lane.check(META)
    play.lane.later(MISSED.total_seconds())
    care, page = play.lane.meta.world.care, _page(play)
    care.drop(owner_of(page))
    writing = Writing(text="Is anybody there?").with_id(MESSENGER)
    play.mids[play.contact.contact_id].append(writing.message_id)
    play.lane.meta.write(play.contact, writing, retry=False)
    play.hours = 2
    play.promises.append(lambda: _subscription(play))


def _subscription(play: Play) -> list[str]:
    page = _page(play)
    found = play.lane.meta.world.care.subscription(owner_of(page)) or frozenset()
    missing = sorted(AS_SET_UP[product_of(page)] & _needed(play) - found)
    return [f"not subscribed again: {', '.join(missing)}"] if missing else []


def _needed(play: Play) -> frozenset[str]:
    [page] = [each for each in targets(play.lane.business.accounts.values()) if each.object_id == owner_of(_page(play))]
    return page.fields


def _check(play: Play) -> None:
    play.lane.check(META)


COMMENT = Situation(name="somebody comments", act=written, channel=FACEBOOK_COMMENTS)
LADDER = Situation(name="a comment climbs its ladder", before=written, act=work, channel=FACEBOOK_COMMENTS)
LINE_FOUND = Situation(
    name="a line without answer is read back", before=_unknown_and_settled, act=swept, channel=FACEBOOK_COMMENTS
)
LINE_ABSENT = Situation(
    name="a line that never arrived is read back",
    before=_line_dropped_and_settled,
    act=swept,
    channel=FACEBOOK_COMMENTS,
)
REPLY_AGAIN = Situation(
    name="a private reply without answer is tried again", before=_reply_unknown, act=swept, channel=FACEBOOK_COMMENTS
)
REPLY_IN_DOUBT = Situation(
    name="a private reply tried again has to wait", before=_reply_in_doubt, act=swept, channel=FACEBOOK_COMMENTS
)
REPLY_REFUSED = Situation(
    name="a private reply is refused", before=_reply_refused, act=work, channel=FACEBOOK_COMMENTS, seen_once=False
)
NOT_ASKED = Situation(
    name="the question before a line has to wait", before=_question_put_off, act=work, channel=FACEBOOK_COMMENTS
)
BY_PAGE = Situation(name="another Page comments", before=_by_page, act=work, channel=FACEBOOK_COMMENTS, seen_once=False)
PERSON_IN_PUBLIC = Situation(
    name="a person answers in public", before=at_rest, act=_person_in_public, channel=FACEBOOK_COMMENTS
)
UNSAID = Situation(name="a comment is taken away", before=at_rest, act=_unsaid, channel=FACEBOOK_COMMENTS)
JOINED = Situation(
    name="a private reply is answered in Messenger", before=at_rest, act=_in_messenger, channel=FACEBOOK_COMMENTS
)
INSTAGRAM_COMMENT = Situation(name="somebody comments on Instagram", act=written, channel=INSTAGRAM_COMMENTS)
INSTAGRAM_LADDER = Situation(
    name="an Instagram comment climbs its ladder", before=written, act=work, channel=INSTAGRAM_COMMENTS
)
INSTAGRAM_LINE_FOUND = Situation(
    name="an Instagram line without answer is read back",
    before=_unknown_and_settled,
    act=swept,
    channel=INSTAGRAM_COMMENTS,
)
MENTION = Situation(name="a mention is stored", act=_mentioned, channel=INSTAGRAM_COMMENTS, seen_once=False)
LOOKED_UP = Situation(
    name="a mention is looked up", before=_mentioned, act=work, channel=INSTAGRAM_COMMENTS, seen_once=False
)
INSTAGRAM = Situation(name="the hint is worked on, Instagram", before=written, act=work, channel=INSTAGRAM_DIRECT)
INSTAGRAM_ECHO = Situation(name="an echo that has no tag", before=answered, act=echoes, channel=INSTAGRAM_DIRECT)
INSTAGRAM_FOUND = Situation(
    name="an Instagram send without answer is read back",
    before=_unknown_and_settled,
    act=swept,
    channel=INSTAGRAM_DIRECT,
)
DELETION = Situation(name="a deletion is asked", before=at_rest, act=_ask_deletion)
DELETION_SWEPT = Situation(name="a deletion is done", before=_deletion_asked, act=swept)
NOTE_FORGOTTEN = Situation(name="a note is forgotten", before=_noted_and_asked, act=swept)
CONSENT_FORGOTTEN = Situation(name="a consent is forgotten", before=_consented, act=swept)
BLOCKED = Situation(name="the platform blocks the account", before=written, act=_blocked)
UNBLOCKED = Situation(name="the platform lifts a block", before=_written_and_blocked, act=_unblocked)
JOINED_TAKEN_BACK = Situation(
    name="an answer to a private reply was taken back",
    before=_joined_and_taken_back,
    act=swept,
    channel=FACEBOOK_COMMENTS,
)
DEAUTHORIZE = Situation(name="a person removes the app", before=written, act=_deauthorize)
TAKE_BACK = Situation(name="a message is taken back", before=_edited, act=_take_back)
TAKEN_BACK_SWEPT = Situation(name="what was taken back is blanked", before=_taken_back, act=swept)
WHOLE_TAKEN_BACK = Situation(name="the whole of a long message was taken back", before=_whole_taken_back, act=swept)
LONG = Situation(name="a message longer than an item", act=lambda play: play.write(PADDING))
EDIT_LATE = Situation(name="an edit of what was taken back", before=_taken_back_at_once, act=_edit_late)
CHECK = Situation(name="a lost subscription is found", before=_missed, act=_check)
