"""The ways to each call site: what happens before, and the act that makes the call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from infra.local.platforms.faults import FaultKind
from infra.local.platforms.meta.bodies import messenger_event
from infra.local.platforms.meta.people import MESSENGER, WHATSAPP
from nightbell.domain.keys import quarantine_pk
from nightbell.domain.unit import FIRST_DUE
from nightbell.services.desk_checks import Spoken
from nightbell.services.desk_say import Saying
from nightbell.services.sweep import HINTS_FIRST
from tests.chaos.wire.lane import DOWN
from tests.chaos.wire.play import Play
from tests.chaos.wire.steps import answered, at_rest, echoes, swept, work, written

AGENT = "marta"
_IN_LETTERS = str.maketrans("0123456789", "abcdefghij")
SETTLED_S = 135
"""After a send: the lease and Messenger's settle time are over."""
Act = Callable[[Play], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """How a case begins.

    Attributes:
        seen_once: Nothing in it excuses that the customer sees no acknowledgement.
        table_down: Every call to the table fails during the act.
    """

    name: str
    act: Act
    before: Act = lambda _: None
    channel: str = MESSENGER
    seen_once: bool = True
    table_down: bool = False


def _lost_and_settled(play: Play) -> None:
    play.mute = True
    play.answer_lost()
    answered(play)
    play.lane.later(SETTLED_S)


def _dropped_and_settled(play: Play) -> None:
    play.request_lost()
    answered(play)
    play.lane.later(SETTLED_S)


def _lost_and_uncertain(play: Play) -> None:
    """The statuses of a send whose answer was lost are held back until all is at rest."""
    play.answer_lost()
    answered(play)
    held, play.lane.postbag.held = play.lane.postbag.held, []
    play.rest()
    play.lane.postbag.held = held


def _told_of_late(play: Play) -> None:
    _lost_and_uncertain(play)
    play.echoes()


def _lost_and_echoed(play: Play) -> None:
    play.answer_lost()
    answered(play)


def _failed_later(play: Play) -> None:
    play.goes_wrong(FaultKind.FAILED_STATUS, code=131026)
    answered(play)


def _echo_first(play: Play) -> None:
    play.write()
    play.lane.postbag.eager = True


def _hints_lost(play: Play) -> None:
    play.write()
    _lose_hints(play)


def _lose_hints(play: Play) -> None:
    play.lane.take()
    play.lane.hints.clear()
    play.lane.later(61)


def _hints_lost_for_long(play: Play) -> None:
    _hints_lost(play)
    for minutes in range(1, HINTS_FIRST + 1):
        play.lane.sweep()
        _lose_hints(play)
        play.lane.later(60 * 2**minutes)


def _promise_near(play: Play) -> None:
    """The answer is promised within the next ten minutes, and nobody has given it."""
    at_rest(play)
    promised = max(item["promised_by"] for item in play.stored() if "promised_by" in item)
    play.lane.later(promised / 1000 - play.lane.clock.now().timestamp() - 9 * 60)


def _held(play: Play) -> None:
    _promise_near(play)
    swept(play)


def _held_and_opted_out(play: Play) -> None:
    """It is to be said already, and the contact's wish comes before it leaves."""
    _promise_near(play)
    play.lane.sweep()
    play.write("stop")


def _written_and_token_dead(play: Play) -> None:
    play.write()
    play.goes_wrong(FaultKind.ERROR, code=190)


def _breaker_open(play: Play) -> None:
    _written_and_token_dead(play)
    play.lane.work()


def _breaker_open_and_another(play: Play) -> None:
    _breaker_open(play)
    play.somebody()
    play.write()


def _breaker_rested(play: Play) -> None:
    _breaker_open(play)
    play.lane.later(65)


def _refused_for_now(play: Play) -> None:
    written(play)
    play.goes_wrong(FaultKind.ERROR, code=613)


def _refused_for_good(play: Play) -> None:
    written(play)
    play.goes_wrong(FaultKind.ERROR, code=551, subcode=1545041)


def _unanswered(play: Play) -> None:
    written(play)
    play.answer_lost()


def _taken_by_agent(play: Play) -> None:
    play.desk(lambda desk: desk.take(play.pk(), AGENT))


def _taken(play: Play) -> None:
    play.write()
    _taken_by_agent(play)


def _answered_and_taken(play: Play) -> None:
    at_rest(play)
    _taken_by_agent(play)


def _say(play: Play) -> None:
    """Answer in an agent's words, for a click of one name."""
    spoken = Spoken(via=MESSENGER, text="Yes, we have two left, and keep one for you.")
    play.desk(lambda desk: desk.say(play.pk(), AGENT, Saying(request="click", texts=(spoken,), up_to=1)))


def _said(play: Play) -> None:
    _answered_and_taken(play)
    _say(play)
    play.lane.later(FIRST_DUE.total_seconds() + 1)


def _said_to_whom_it_cannot_reach(play: Play) -> None:
    _said(play)
    play.goes_wrong(FaultKind.ERROR, code=551, subcode=1545041)


def _taken_and_more(play: Play) -> None:
    _answered_and_taken(play)
    play.write("And one with seeds?")


def _complaint(play: Play) -> None:
    at_rest(play)
    play.write("It came broken and I am not happy, this is a complaint")


def _spilled(play: Play, write: Act = written) -> None:
    with play.lane.broken([DOWN]):
        write(play)


def _answered_and_echo_spilled(play: Play) -> None:
    answered(play)
    _spilled(play, echoes)


def _closed(play: Play) -> None:
    play.desk(lambda desk: desk.close(play.pk(), AGENT))


def _person_answers(play: Play, after: timedelta = timedelta(minutes=2)) -> None:
    play.lane.later(150)
    play.echo_by(play.lane.clock.now() - timedelta(seconds=150) + after)


def _old_answer(play: Play) -> None:
    _person_answers(play, -timedelta(minutes=10))


def _quarantined(play: Play) -> None:
    body = b'{"object": "page", "entry": [' + play.contact.contact_id.encode()
    play.kept.append((quarantine_pk(f"{play.lane.clock.now():%Y-%m}"), sha256(body).hexdigest()[:32]))
    play.post_raw(body)


def _new_kind(play: Play) -> None:
    # In letters: a long number in a kind might be somebody's id and is not written down.
    kind = f"messenger.kind{play.contact.contact_id.translate(_IN_LETTERS)}"
    play.kept.append(("KIND#meta", kind.replace(".", "%2E")))
    play.post([messenger_event(play.contact, play.lane.clock.now(), **{kind.partition(".")[2]: {}})])


def _other_app(play: Play) -> None:
    play.lane.later(150)
    play.echo_by(play.lane.clock.now(), app_id=999)


def _owned_by(play: Play, owner: str | None) -> None:
    play.lane.later(1)
    control = {"new_owner_app_id": owner, "previous_owner_app_id": None}
    play.post([messenger_event(play.contact, play.lane.clock.now(), pass_thread_control=control)])


def _given_away(play: Play) -> None:
    _owned_by(play, "999")


def _given_back(play: Play) -> None:
    _owned_by(play, None)


def _answered_and_given_away(play: Play) -> None:
    answered(play)
    _given_away(play)


def _cold(play: Play) -> None:
    play.lane.cold()


def _written_then_cold(play: Play) -> None:
    written(play)
    _cold(play)


def _hints_lost_then_cold(play: Play) -> None:
    _hints_lost_for_long(play)
    _cold(play)


RECEIVE = Situation(name="a customer writes", act=written)
RECEIVE_COLD = Situation(name="a customer writes after a cold start", before=_cold, act=written)
WRITE_AGAIN = Situation(name="a customer writes again", before=at_rest, act=written)
SPILL = Situation(name="a customer writes while the table is down", act=written, table_down=True)
REPLAY = Situation(name="a spilled delivery comes back", before=_spilled, act=lambda p: p.lane.replay())
REPLAY_PARTS = Situation(
    name="a delivery spilled in parts comes back",
    before=lambda p: _spilled(p, Play.write_much),
    act=lambda p: p.lane.replay(),
)
REPLAY_ECHO = Situation(
    name="a spilled echo comes back", before=_answered_and_echo_spilled, act=lambda p: p.lane.replay()
)
QUARANTINE = Situation(name="a genuine delivery nobody can read", act=_quarantined)
NEW_KIND = Situation(name="an event of an undeclared kind", act=_new_kind)
ECHO = Situation(name="an echo after all was done", before=answered, act=echoes)
ECHO_OF_UNKNOWN = Situation(name="an echo of a send without answer", before=_lost_and_echoed, act=echoes)
STATUS_LATE = Situation(
    name="a status long after a send without answer", before=_lost_and_uncertain, act=echoes, channel=WHATSAPP
)
STATUS_FAILED = Situation(name="a status says it failed", before=_failed_later, act=echoes, channel=WHATSAPP)
PERSON = Situation(name="a person answers in the inbox", before=answered, act=_person_answers)
PERSON_OLD = Situation(name="an answer older than the message", before=answered, act=_old_answer)
OTHER_APP = Situation(name="another app writes", before=answered, act=_other_app)
GIVEN_AWAY = Situation(name="another app gets the conversation", before=answered, act=_given_away)
GIVEN_BACK = Situation(name="a conversation comes back", before=_answered_and_given_away, act=_given_back)
ACKNOWLEDGE = Situation(name="the hint is worked on", before=written, act=work)
ACKNOWLEDGE_COLD = Situation(name="the hint is worked on after a cold start", before=_written_then_cold, act=work)
ACKNOWLEDGE_WHATSAPP = Situation(name="the hint is worked on, WhatsApp", before=written, act=work, channel=WHATSAPP)
ECHO_FIRST = Situation(name="the echo comes before our own write", before=_echo_first, act=work)
REFUSED = Situation(name="the contact has blocked us", before=_refused_for_good, act=work, seen_once=False)
NOT_NOW = Situation(name="the platform asks to wait", before=_refused_for_now, act=work)
TOKEN_DEAD = Situation(name="the token is dead", before=_written_and_token_dead, act=work)
PARKED = Situation(name="the account's breaker is open", before=_breaker_open_and_another, act=work)
PROBE = Situation(name="the breaker's pause is over", before=_breaker_rested, act=swept)
UNANSWERED = Situation(name="the platform does not answer", before=_unanswered, act=work)
SUPPRESSED = Situation(name="an agent holds the conversation", before=_taken, act=work, seen_once=False)
COMPLAINT = Situation(name="a complaint after the acknowledgement", before=_complaint, act=work)
RECOVER = Situation(name="a send without answer is read back", before=_lost_and_settled, act=swept)
RECOVER_ABSENT = Situation(name="a send that never arrived is read back", before=_dropped_and_settled, act=swept)
UNCERTAIN = Situation(
    name="a send without answer nobody can prove",
    before=_lost_and_settled,
    act=swept,
    channel=WHATSAPP,
)
TOLD = Situation(name="late news are told", before=_told_of_late, act=work, channel=WHATSAPP)
SWEEP = Situation(name="a lost hint is found", before=_hints_lost, act=swept)
SWEEP_DIRECT = Situation(name="hints are lost again and again", before=_hints_lost_for_long, act=swept)
SWEEP_COLD = Situation(name="hints are lost, and it starts cold", before=_hints_lost_then_cold, act=swept)
HOLD = Situation(name="a promise is about to break", before=_promise_near, act=swept)
HELD_ECHO = Situation(name="an echo of what the desk said by itself", before=_held, act=echoes)
HELD_DROP = Situation(name="the contact wants no more of it", before=_held_and_opted_out, act=work)
SAY = Situation(name="an agent answers", before=_answered_and_taken, act=_say)
SAID = Situation(name="what an agent said leaves", before=_said, act=swept)
SAID_IN_VAIN = Situation(
    name="the platform refuses what an agent said", before=_said_to_whom_it_cannot_reach, act=swept
)
TAKE = Situation(name="an agent takes the conversation", before=at_rest, act=_taken_by_agent)
TAKE_ON = Situation(name="an agent takes it for longer", before=_answered_and_taken, act=_taken_by_agent)
CLOSE = Situation(name="an agent closes all", before=_answered_and_taken, act=_closed)
CLOSE_PART = Situation(name="an agent closes what was shown", before=_taken_and_more, act=_closed)
RELEASE = Situation(
    name="an agent lets go", before=_answered_and_taken, act=lambda p: p.desk(lambda desk: desk.release(p.pk(), AGENT))
)
