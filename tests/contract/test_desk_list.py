"""What waits is listed in the order in which it should be answered, and nothing else is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from nightbell.adapters import desk_reading
from nightbell.adapters.hold_table import HoldTable
from nightbell.domain.desk_key import read_desk_key
from nightbell.domain.unit import UnitState
from nightbell.services import desk_list
from nightbell.services.know_brands import KnowBrands
from tests.contract.desk_bench import OPEN, SHARDS, DeskBench


@pytest.fixture
def bench(dynamodb: Any, table: str) -> DeskBench:
    return DeskBench(dynamodb, table)


def test_a_row_says_all_that_is_known_before_it_is_opened(bench: DeskBench) -> None:
    pk = bench.write("7", "Is it open?")
    bench.tell(pk)
    (row,) = bench.listed().rows
    assert read_desk_key(str(row["key"])) == pk
    assert {name: row[name] for name in row if name not in {"key", "preview", "person_window_closes_at"}} == {
        "conversation_id": pk,
        "revision": "1.0",
        "brand": "harbour",
        "channel": "messenger",
        "via": None,
        "via_account": None,
        "post": None,
        "account": {"id": "100000000000001", "name": "Facebook"},
        "contact": {"id": "7", "display_name": "Name of 7"},
        "kind": "question",
        "language": "en",
        "zone": "Europe/Madrid",
        "priority": {"score": 0, "reasons": [], "codes": []},
        "waiting_count": 1,
        "first_message_at": "2026-11-23T09:10:00Z",
        "last_message_at": "2026-11-23T09:10:00Z",
        "promised_by": "2026-11-23T10:10:00Z",
        "promised_by_whom": "automation",
        "is_broken": False,
        "reply_window_closes_at": "2026-11-24T09:05:00Z",
        "held_by": None,
        "held_until": None,
        "snoozed_until": None,
        "acknowledgement": "acknowledged",
    }


def test_emergencies_come_first_then_broken_promises_then_what_is_due_next(bench: DeskBench) -> None:
    late = bench.write("late")
    bench.tell(late, promised=timedelta(minutes=50))
    bench.clock.advance(60)
    soon = bench.write("soon")
    bench.tell(soon, promised=timedelta(minutes=15))
    broken = bench.write("broken")
    bench.tell(broken, promised=timedelta(minutes=5))
    bench.clock.advance(600)
    bench.tell(bench.write("fire", "help, fire, emergency, I am hurt, gas leak"), promised=timedelta(hours=3))
    assert bench.listed().rows[0]["priority"]["codes"] == ["emergency"]  # type: ignore[index]
    assert bench.names() == ["fire", "broken", "soon", "late"]
    assert [row["is_broken"] for row in bench.listed().rows] == [False, True, False, False]


def test_who_was_told_nothing_stands_where_their_promise_would(bench: DeskBench) -> None:
    """Refused acknowledgements promise nothing, and their contacts have waited as long."""
    bench.tell(bench.write("told"), promised=timedelta(minutes=59))
    refused = bench.write("refused")
    bench.tell(refused, UnitState.REFUSED)
    bench.tell(bench.write("later"), promised=timedelta(minutes=61))
    assert bench.names() == ["told", "refused", "later"]
    row = bench.listed().rows[1]
    assert (row["promised_by"], row["acknowledgement"], row["priority"]) == (
        None,
        "refused",
        {
            "score": 35,
            "reasons": ["The platform refused the acknowledgement, so the contact was told nothing."],
            "codes": [""],
        },
    )


def test_a_broken_promise_comes_before_what_nobody_was_promised(bench: DeskBench) -> None:
    bench.tell(bench.write("refused"), UnitState.REFUSED)
    bench.clock.advance(300)
    bench.tell(bench.write("broken"), promised=timedelta(hours=1))
    bench.clock.advance(3900)
    assert bench.names() == ["broken", "refused"]


def test_of_two_that_are_due_together_the_heavier_and_then_the_older_comes_first(bench: DeskBench) -> None:
    due = OPEN + timedelta(hours=1)
    for name, text in (("old", "Hello"), ("young", "Hello"), ("angry", "I want to complain, this is terrible")):
        bench.tell(bench.write(name, text), promised=due - bench.clock.now())
        bench.clock.advance(1)
    assert bench.names() == ["angry", "old", "young"]


def test_what_an_agent_promised_stands_over_what_the_automatic_text_said(bench: DeskBench) -> None:
    pk = bench.write("7")
    bench.tell(pk)
    by = OPEN + timedelta(hours=4)
    bench.at_the_desk(pk, lambda state: state.with_promise(by, "marta", 1))
    (row,) = bench.listed().rows
    assert (row["promised_by"], row["promised_by_whom"]) == ("2026-11-23T13:10:00Z", "marta")
    bench.put(pk, episode=2)
    assert bench.listed().rows[0]["promised_by_whom"] == "automation"


def test_what_is_answered_is_not_listed_although_the_index_lags(bench: DeskBench) -> None:
    bench.write("answered")
    bench.write("open")
    bench.put(bench.pk("answered"), seen_seq=1)
    assert bench.names() == ["open"]


def test_what_is_snoozed_is_listed_on_request_and_by_itself_when_its_time_is_over(bench: DeskBench) -> None:
    pk = bench.write("7")
    until = OPEN + timedelta(hours=1)
    bench.at_the_desk(pk, lambda state: state.snooze(until, 1))
    assert bench.names() == []
    assert bench.listed().snoozed == 1
    assert [row["snoozed_until"] for row in bench.listed(snoozed=True).rows] == ["2026-11-23T10:10:00Z"]
    bench.clock.advance(3600)
    assert bench.names() == ["7"]


def test_a_promise_that_breaks_brings_back_what_was_snoozed(bench: DeskBench) -> None:
    pk = bench.write("7")
    bench.tell(pk, promised=timedelta(minutes=50))
    bench.at_the_desk(pk, lambda state: state.snooze(OPEN + timedelta(hours=8), 1))
    bench.clock.advance(49 * 60)
    assert bench.names() == []
    bench.clock.advance(60)
    assert bench.names() == ["7"]


def test_a_new_message_ends_a_snooze(bench: DeskBench) -> None:
    pk = bench.write("7")
    bench.at_the_desk(pk, lambda state: state.snooze(OPEN + timedelta(hours=1), 1))
    bench.write("7", "Hello?")
    assert bench.names() == ["7"]


def test_who_holds_it_is_told_until_the_lease_is_over(bench: DeskBench) -> None:
    pk = bench.write("7")
    bench.put(pk, agent_id="marta", agent_until=OPEN + timedelta(minutes=30))
    assert [row["held_by"] for row in bench.listed().rows] == ["marta"]
    bench.clock.advance(1801)
    assert [(row["held_by"], row["held_until"]) for row in bench.listed().rows] == [(None, None)]


def test_only_the_brands_that_were_asked_for_are_listed(bench: DeskBench) -> None:
    bench.write("7")
    assert bench.names(brands=["harbour"]) == ["7"]
    assert bench.names(brands=["another"]) == []


def test_more_conversations_than_one_call_reads_are_all_listed(
    bench: DeskBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_reading, "AT_ONCE", 4)
    for number in range(5):
        bench.tell(bench.write(f"{number}"))
        bench.clock.advance(1)
    assert bench.names() == ["0", "1", "2", "3", "4"]


def test_the_oldest_are_listed_where_more_waits_than_anybody_reads(
    bench: DeskBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_list, "MOST", 2)
    for number in range(3):
        bench.write(f"{number}")
        bench.clock.advance(1)
    assert (bench.names(), bench.listed().more) == (["0", "1"], ["harbour"])
    bench.put(bench.pk("2"), seen_seq=1)
    assert bench.listed().more == ["harbour"]


def test_what_a_busy_table_leaves_out_is_asked_for_again(bench: DeskBench) -> None:
    bench.write("7")
    answers = iter([0, 1, 1])
    real = bench.dynamodb.batch_get_item

    class Busy:
        """Serves nothing the first time."""

        def __getattr__(self, name: str) -> Any:
            return getattr(bench.dynamodb, name)

        def batch_get_item(self, **request: Any) -> Any:
            if next(answers):
                return real(**request)
            return {"Responses": {}, "UnprocessedKeys": request["RequestItems"]}

    bench.client.client = Busy()
    assert bench.names() == ["7"]
    assert len(bench.clock.sleeps) == 1


def test_whoever_waits_at_a_brand_that_left_the_settings_is_listed(bench: DeskBench) -> None:
    """They wait in its own list, and the settings do not name it any more."""
    pk = bench.write("7")
    KnowBrands(HoldTable(bench.client, SHARDS), bench.settings.brands)()
    rows = bench.waiting._rows
    bench.waiting._rows = type(rows)(replace(rows.settings, brands={}, accounts={}), rows.channels, {})
    assert [(row["conversation_id"], row["brand"]) for row in bench.listed().rows] == [(pk, "harbour")]
    assert bench.names(brands=["another"]) == []


def test_a_conversation_without_any_account_in_the_settings_is_listed(bench: DeskBench) -> None:
    """Somebody took the account out of the settings; whoever waits there must not be forgotten."""
    pk = bench.write("7")
    rows = bench.waiting._rows
    bench.waiting._rows = type(rows)(replace(rows.settings, accounts={}), rows.channels, {})
    assert [row["conversation_id"] for row in bench.listed().rows] == [pk]
