"""The checkers are alive: a defect that is put in is found."""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

import pytest

from nightbell.adapters.queues import SpillQueue
from nightbell.platforms.channel import ReadBack
from nightbell.services.sweep import Sweep, Swept
from tests.chaos import custody, loops, outage, soak, timing
from tests.chaos.part import Run
from tests.chaos.town.backends import in_memory
from tests.chaos.town.checker import Judgement
from tests.chaos.town.platform import Post
from tests.chaos.town.town import OPEN, town
from tests.contract.fake_clock import FakeClock

pytestmark = pytest.mark.timeout(120)
SEED = 20261122


def quiet(done: float, words: str) -> None:
    del done, words


def test_loops_finds_a_breaker_that_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nightbell.domain.policy.count_ack", lambda conversation, _: (conversation, True))
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


@pytest.fixture
def judged() -> Callable[[], Judgement]:
    """Soak a little in memory, once a defect is in place."""

    def run() -> Judgement:
        clock = FakeClock(OPEN)
        with town(in_memory(clock), clock, SEED) as here:
            soak.soak(here, 60, quiet)
            return here.judge()

    return run


def test_soak_finds_a_blind_resend(monkeypatch: pytest.MonkeyPatch, judged: Callable[[], Judgement]) -> None:
    monkeypatch.setattr("nightbell.services.acknowledge.Acknowledge._look", lambda *_: ReadBack.ABSENT)
    monkeypatch.setattr(Post, "deliver_later", lambda *_: None)  # no echo settles it before
    assert judged().counts["duplicated"] > 0


def test_soak_finds_a_200_before_anything_is_stored(
    monkeypatch: pytest.MonkeyPatch, judged: Callable[[], Judgement]
) -> None:
    monkeypatch.setattr(SpillQueue, "send", lambda _, __: None)
    assert any("was answered with 200 and is not stored" in each for each in judged().problems)


def test_soak_finds_a_reader_that_closes_what_nobody_saw(
    monkeypatch: pytest.MonkeyPatch, judged: Callable[[], Judgement]
) -> None:
    monkeypatch.setattr("nightbell.services.desk.shown_up_to", lambda page: page.conversation.last_seq + 1)
    assert any("closed and never on a screen" in each or "closed up to" in each for each in judged().problems)
