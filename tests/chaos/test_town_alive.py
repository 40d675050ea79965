"""The checkers are alive: a defect that is put in is found."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Protocol

import pytest

from infra.local.platforms.meta import private_replies
from infra.local.platforms.meta.people import FACEBOOK_COMMENTS, WHATSAPP
from nightbell.adapters.queues import SpillQueue
from nightbell.domain import hand_off, policy
from nightbell.domain.acknowledgement import Composed
from nightbell.domain.business import Account
from nightbell.domain.conversation import Conversation
from nightbell.domain.events import Message
from nightbell.domain.facts import Fact
from nightbell.domain.policy_episode import read_message
from nightbell.domain.unit import Unit, UnitState
from nightbell.platforms.channel import ReadBack
from nightbell.platforms.meta.may_reply_privately import MayReplyPrivately
from nightbell.services.case import Case
from nightbell.services.delete_on_request import DeleteOnRequest
from nightbell.services.forget import Forget
from nightbell.services.join_reply import JoinReply
from nightbell.services.open_way import Way
from nightbell.services.send_once import SendOnce
from nightbell.services.settle import Settle
from nightbell.services.sweep import Sweep, Swept
from nightbell.services.tell_human_queue import TellHumanQueue
from tests.chaos import custody, loops, outage, soak, timing
from tests.chaos.part import Run
from tests.chaos.town import crowd
from tests.chaos.town.backends import in_memory
from tests.chaos.town.history import Judgement
from tests.chaos.town.post import Post
from tests.chaos.town.town import OPEN, town
from tests.contract.fake_clock import FakeClock

pytestmark = pytest.mark.timeout(120)
SEED = 4
SEEDS = (SEED, 5, 6, 7)
"""Which mistakes a short play meets depends on every call that the functions make; one of these meets each."""


def quiet(done: float, words: str) -> None:
    del done, words


def test_loops_finds_a_breaker_that_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nightbell.domain.policy.count_ack", lambda conversation, *_: (conversation, True))
    monkeypatch.setattr("nightbell.domain.suppression.LOOP_MESSAGES_A_MINUTE", 10**9)
    found = loops.prove(Run(seed=SEED, short=True)).violations
    assert any("a bot that opts out and in got" in each for each in found)


def test_outage_finds_a_spill_that_returns_before_all_parts_are_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    send = SpillQueue.send

    def first_only(self: SpillQueue, parts: Iterable[Mapping[str, object]]) -> None:
        send(self, list(parts)[:1])

    monkeypatch.setattr(SpillQueue, "send", first_only)
    found = outage.play(outage.Case(window="none"), SEED, outage.SHORT_EVERY_S).problems
    assert any(each.startswith("lost: message") for each in found)


def test_outage_finds_a_200_for_what_nobody_took(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SpillQueue, "send", lambda _, __: None)
    found = outage.play(outage.Case(window="4 h", spill=False), SEED, outage.SHORT_EVERY_S).problems
    assert any(each.startswith("lost: message") for each in found)


def test_custody_finds_hints_as_the_only_trigger(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Sweep, "__call__", lambda *_: Swept(facts=(), oldest_due_s=0))
    found = custody.prove(Run(seed=SEED, short=True)).violations
    assert any("was never acknowledged" in each for each in found)


def test_custody_finds_a_sweep_that_puts_nothing_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custody, "CALL_S", 1.0)  # few take as long as thousands
    monkeypatch.setattr("nightbell.adapters.unit_table.UnitTable.put_off", lambda *_: True)
    found = custody.prove(Run(seed=SEED, short=True)).violations
    assert any("not in its own minute" in each or "never acknowledged" in each for each in found)


def test_time_finds_a_sweep_that_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nightbell.services.sweep.EARLY", timedelta(0))
    assert timing.judge([], timing.without_hints(SEED)) != []


def test_loops_finds_a_page_that_nobody_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MayReplyPrivately, "objection", lambda *_, **__: None)
    found = loops.prove(Run(seed=SEED, short=True)).violations
    assert any("another Page was answered" in each for each in found)


def test_loops_finds_an_account_that_is_not_known_for_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nightbell.domain.suppression.OWN_ACCOUNT", None)
    found = loops.prove(Run(seed=SEED, short=True)).violations
    assert any("our other account was answered" in each for each in found)


def test_outage_finds_a_channel_that_is_not_read_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nightbell.services.check_accounts.READABLE", frozenset({"messenger"}))
    case = outage.Case(window="none", spill=False, reads_back=True)
    found = outage.play(case, SEED, outage.SHORT_EVERY_S).problems
    assert any(each.startswith("lost: neither delivered nor read back") for each in found)


class Judged(Protocol):
    def __call__(self, seed: int = SEED) -> Judgement: ...


def shows(judged: Judged, sentence: str) -> bool:
    """Play until a mistake shows, or not at all."""
    return any(sentence in each for seed in SEEDS for each in judged(seed).problems)


@pytest.fixture
def judged() -> Judged:
    """Soak a little in memory, once a defect is in place."""

    def run(seed: int = SEED) -> Judgement:
        clock = FakeClock(OPEN)
        with town(in_memory(clock), clock, seed) as here:
            soak.soak(here, 120, quiet)
            return here.judge()

    return run


def test_soak_finds_a_blind_resend(monkeypatch: pytest.MonkeyPatch, judged: Judged) -> None:
    monkeypatch.setattr("nightbell.services.recover_unit.RecoverUnit._look", lambda *_: ReadBack.ABSENT)
    monkeypatch.setattr(Post, "deliver_later", lambda *_: None)  # no echo settles it before
    assert judged().counts["duplicated"] > 0


def test_soak_finds_a_200_before_anything_is_stored(monkeypatch: pytest.MonkeyPatch, judged: Judged) -> None:
    monkeypatch.setattr(SpillQueue, "send", lambda _, __: None)
    assert shows(judged, "was answered with 200 and is not stored")


def test_soak_finds_a_reader_that_closes_what_nobody_saw(monkeypatch: pytest.MonkeyPatch, judged: Judged) -> None:
    monkeypatch.setattr("nightbell.services.desk.shown_up_to", lambda page: page.conversation.last_seq + 1)
    assert any("closed and never on a screen" in each or "closed up to" in each for each in judged().problems)


def test_soak_finds_a_second_line_below_a_post(monkeypatch: pytest.MonkeyPatch, judged: Judged) -> None:
    noted = policy._noted
    monkeypatch.setattr(policy, "_noted", lambda *given: replace(noted(*given), lined=0))
    monkeypatch.setattr(crowd, "POSTS_EACH", 1)
    monkeypatch.setattr(crowd, "ANSWERING", 0)
    monkeypatch.setattr(crowd, "CHANNELS", {FACEBOOK_COMMENTS: 1})
    assert shows(judged, "lines in public below")


def test_soak_finds_a_client_that_tries_again_by_itself(monkeypatch: pytest.MonkeyPatch, judged: Judged) -> None:
    """The platform would refuse a second private reply; what if it did not?"""
    send = SendOnce.__call__

    def twice(self: SendOnce, case: Case, unit: Unit, composed: Composed, way: Way) -> list[Fact]:
        self._api.send(case.sender.send_request(case.outbound(composed), way.access))
        return send(self, case, unit, composed, way)

    monkeypatch.setattr(SendOnce, "__call__", twice)
    monkeypatch.setattr(private_replies, "_may_be_answered", lambda _, item: item.author.in_private)
    problems = judged().problems
    for sentence in ("private replies", "its message was seen 2 times", "its line in public was seen 2 times"):
        assert any(sentence in each for each in problems), sentence


def test_soak_finds_a_person_who_was_not_told_that_nobody_knows(
    monkeypatch: pytest.MonkeyPatch, judged: Judged
) -> None:
    tell = TellHumanQueue.__call__

    def discreet(self: TellHumanQueue, unit: Unit, outcome: UnitState, reason: str = "") -> bool:
        return outcome is UnitState.UNCERTAIN or tell(self, unit, outcome, reason)

    monkeypatch.setattr(TellHumanQueue, "__call__", discreet)
    monkeypatch.setattr(crowd, "CHANNELS", {WHATSAPP: 1})
    monkeypatch.setattr(Post, "deliver_later", lambda *_: None)  # no status settles it before
    assert shows(judged, "is UNCERTAIN and no person was told so")


def test_soak_finds_a_team_that_is_not_told_of_the_line(monkeypatch: pytest.MonkeyPatch, judged: Judged) -> None:
    monkeypatch.setattr(hand_off, "_public_line", lambda *_: None)
    assert shows(judged, "the last word on its line in public is None")


def test_soak_finds_our_own_line_taken_for_a_persons_answer(monkeypatch: pytest.MonkeyPatch, judged: Judged) -> None:
    monkeypatch.setattr(Settle, "_is_own_line", lambda *_: False)
    monkeypatch.setattr(Settle, "_own_unit", lambda *_: None)
    monkeypatch.setattr("nightbell.services.settle.NOBODY_TYPES_FASTER", timedelta(0))
    assert shows(judged, "closed and never on a screen")


def test_soak_finds_a_private_reply_whose_answer_goes_astray(monkeypatch: pytest.MonkeyPatch, judged: Judged) -> None:
    monkeypatch.setattr(JoinReply, "__call__", lambda *_: [])
    assert shows(judged, "does not lead to")


def test_soak_finds_words_that_outlive_their_taking_back(monkeypatch: pytest.MonkeyPatch, judged: Judged) -> None:
    monkeypatch.setattr("nightbell.adapters.receipt_table.TAKEN_BACK", "SET blanked_at = :at")
    assert shows(judged, "is stored and was taken back")


def test_soak_finds_a_queue_that_shows_what_was_taken_back(monkeypatch: pytest.MonkeyPatch, judged: Judged) -> None:
    def keeps(after: Conversation, message: Message, account: Account, *, quiet: bool) -> Conversation:
        read = read_message(after, message, account, quiet=quiet)
        return read if message.text else replace(read, preview=after.preview)

    monkeypatch.setattr(policy, "read_message", keeps)
    assert shows(judged, "after it was taken back")


@pytest.mark.parametrize(("defect", "sentence"), [("forgets nothing", "who is deleted"), ("never", "was never done")])
def test_soak_finds_a_deletion_that_deletes_nothing(
    defect: str, sentence: str, monkeypatch: pytest.MonkeyPatch, judged: Judged
) -> None:
    monkeypatch.setattr(crowd, "REMOVALS", 0.05)
    if defect == "never":
        monkeypatch.setattr(DeleteOnRequest, "__call__", lambda *_: [])
    else:
        monkeypatch.setattr(Forget, "_blank", lambda *_: None)
    assert shows(judged, sentence)
