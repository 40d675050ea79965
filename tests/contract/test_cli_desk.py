"""The team at the command line: what waits is read, taken, answered and finished there."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.cli import desk_saying
from infra.cli.desk_parser import BY, HOW
from infra.cli.settings import load_settings
from nightbell.domain.conversation import Consent, Conversation
from nightbell.domain.events import Attachment, Message
from nightbell.domain.unit import UnitState
from nightbell.services.desk_done import How, Way
from nightbell.services.ports import NumberedMessage, StoreRequest
from tests.contract.cli_stage import AT, Customer, Run, deploy, runner
from tests.contract.conftest import ClientMaker


@pytest.fixture
def run(aws: ClientMaker, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: ARG001 - it points the command at the emulator
    return runner(capsys, monkeypatch)


@pytest.fixture
def outputs(aws: ClientMaker) -> dict[str, str]:
    return deploy(aws)


@pytest.fixture
def ada(aws: ClientMaker, outputs: dict[str, str], request: pytest.FixtureRequest) -> Customer:
    return Customer(aws, outputs, f"{request.node.name}")


# The desk


def test_an_agent_reads_all_that_waits_and_what_the_customer_was_told(run: Run, ada: Customer) -> None:
    ada.write(
        "Is it open?\r\n#9  I am a \u202eheading", Attachment(kind="image", reference="77", detail="a\x1bcake.png")
    )
    ada.is_told("Marta will answer you.")
    ada.write("Hello?")
    code, out, err = run("desk", "take", ada.pk, "--agent", "marta")
    assert code == 0
    assert f"Ada <U+202E>Rossi on messenger; {ada.account_name}\n" in out
    assert "  | Is it open?\n  | #9  I am a <U+202E>heading\n  + image a<U+001B>cake.png 77\n" in out
    assert "#2" in out
    assert ": sent\n  | Marta will answer you.\n  promised by" in out
    assert "Nobody may mail or call" in out
    assert f"nightbell desk answer '{ada.pk}' TEXT" in err


def test_times_are_on_the_brands_clock_for_people_and_in_utc_for_programs(run: Run, ada: Customer) -> None:
    ada.write("Hello")
    _, out, _ = run("desk", "take", ada.pk, "--agent", "marta", "--json")
    zone = next(iter(load_settings().brands.values())).zone
    story = json.loads(out)
    assert story["entries"][0]["at"] == AT.isoformat(timespec="seconds").replace("+00:00", "Z")
    assert story["zone"] == zone.key
    assert f"#1  {AT.astimezone(zone):%a %d %b %Y %H:%M}  waits" in run("desk", "show", ada.pk)[1]


def test_a_consent_is_shown_with_the_words_that_asked_for_it(run: Run, ada: Customer) -> None:
    ada.write("Hello")
    read = ada.receipts.read_conversation(ada.pk)
    consent = Consent(channel="phone", address="+34 1", given_at=AT, wording="At which number?", seq=2)
    written = replace(read, last_seq=2, follow_up="call_me", reference="NB-2746-1904", consent=consent)
    _store(ada, read, written)
    _, out, _ = run("desk", "take", ada.pk, "--agent", "marta")
    assert "The customer chose: call_me, reference NB-2746-1904" in out
    assert "You may call +34 1\n  given on" in out
    assert "  | At which number?" in out
    assert "still on its way into this list" not in out


def _store(ada: Customer, read: Conversation, written: Conversation) -> None:
    message = Message(
        kind="messenger.message",
        channel=ada.channel,
        account_id=ada.account_id,
        contact=ada.contact,
        message_id="given",
        sent_at=AT,
        text="+34 1",
    )
    request = StoreRequest(
        pk=ada.pk,
        read=read,
        written=written,
        received_at=AT,
        messages=[NumberedMessage(seq=2, message=message)],
        consents=[written.consent] if written.consent else [],
    )
    assert ada.receipts.store(request) is None


def test_closing_says_what_came_meanwhile(run: Run, ada: Customer) -> None:
    ada.write("Hello")
    run("desk", "take", ada.pk, "--agent", "marta")
    ada.write("One more thing")
    code, out, err = run("desk", "close", ada.pk, "--agent", "marta")
    assert (code, out) == (0, "Closed up to message 1.\n1 message waits in it.\n")
    assert f"nightbell desk take '{ada.pk}'" in err


def test_a_closed_conversation_has_nothing_to_take(run: Run, ada: Customer) -> None:
    ada.write("Hello")
    run("desk", "take", ada.pk, "--agent", "marta")
    assert run("desk", "close", ada.pk, "--agent", "marta", "--json")[1] == (
        '{\n  "closed_up_to": 1,\n  "still_waiting": 0\n}\n'
    )
    code, out, err = run("desk", "take", ada.pk, "--agent", "marta")
    assert (code, out) == (1, "")
    assert "Nothing waits in this conversation" in err


def test_two_agents_never_hold_one_conversation(run: Run, ada: Customer) -> None:
    ada.write("Hello")
    run("desk", "take", ada.pk, "--agent", "marta")
    code, _, err = run("desk", "take", ada.pk, "--agent", "luis")
    assert code == 1
    assert "marta holds this conversation" in err
    assert run("desk", "close", ada.pk, "--agent", "luis")[0] == 1
    assert run("desk", "release", ada.pk, "--agent", "marta")[:2] == (0, "Released. 1 message waits in it.\n")
    assert run("desk", "take", ada.pk, "--agent", "luis")[0] == 0


def test_an_unknown_conversation_is_refused(run: Run, outputs: dict[str, str]) -> None:
    assert outputs
    code, out, err = run("desk", "take", "C#messenger.1.\x1b[2J", "--agent", "marta")
    assert (code, out) == (1, "")
    assert "There is no conversation C#messenger.1.<U+001B>[2J" in err


# The list


def test_the_list_shows_who_waits_with_tabs_for_whoever_reads_it_by_a_program(run: Run, ada: Customer) -> None:
    ada.write("Hello")
    ada.is_told("Marta will answer you.")
    code, out, err = run("desk", "list")
    (line,) = [line for line in out.splitlines() if line.endswith(ada.pk)]
    due, who, where, kind, count, stands, _ = line.split("\t")
    assert (code, who, where, kind, count, stands) == (0, "Ada <U+202E>Rossi", "messenger", "question", "1", "")
    assert due.endswith("min")
    assert " waiting." in err
    listed = json.loads(run("desk", "list", "--json")[1])
    assert listed.keys() == {"now", "rows", "more", "snoozed"}
    assert ada.pk in [row["conversation_id"] for row in listed["rows"]]


def test_the_list_is_a_table_with_colours_on_a_terminal_only(
    run: Run, ada: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada.write("Hello")
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    out = run("desk", "list")[1]
    assert "\x1b[2mDUE" in out
    assert "\t" not in out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("desk", "list")[1]


def test_a_list_of_a_brand_that_is_not_there_is_refused(run: Run, outputs: dict[str, str]) -> None:
    assert outputs
    code, out, err = run("desk", "list", "--brand", "harbor")
    assert (code, out) == (2, "")
    assert 'There is no brand "harbor" in the settings, only harbour.' in err


def test_a_list_that_is_watched_is_shown_again_until_somebody_stops_it(
    run: Run, ada: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept = []

    def sleep(_clock: object, seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            raise KeyboardInterrupt

    ada.write("Hello")
    monkeypatch.setattr("nightbell.adapters.clock.SystemClock.sleep", sleep)
    code, out, _ = run("desk", "list", "--watch")
    assert (code, out.count(ada.pk), slept) == (130, 2, [5, 5])
    assert run("desk", "list", "--watch", "--json")[0] == 2


def test_a_story_is_read_without_taking_it(run: Run, ada: Customer) -> None:
    ada.write("Hello")
    assert "  | Hello" in run("desk", "show", ada.pk)[1]
    assert ada.receipts.read_conversation(ada.pk).agent_id is None
    assert run("desk", "show", "C#messenger.1.2")[0] == 1


# Answers


@pytest.fixture
def held(run: Run, ada: Customer, monkeypatch: pytest.MonkeyPatch) -> Customer:
    """Have marta hold it; nobody sends what she says, so nothing is waited for."""
    monkeypatch.setattr(desk_saying, "WAIT_S", 0)
    ada.write("Is it open?")
    run("desk", "take", ada.pk, "--agent", "marta")
    return ada


def answer(run: Run, ada: Customer, *more: str, **given: Any) -> tuple[int, Any, str]:
    code, out, err = run("desk", "answer", ada.pk, *more, "--agent", "marta", "--json", **given)
    return code, json.loads(out) if out else None, err


def test_an_answer_is_written_on_the_line_in_a_file_or_to_stdin(run: Run, held: Customer, tmp_path: Path) -> None:
    (tmp_path / "answer.txt").write_text("Until eight. ¡Hasta luego!\n", "utf-8")
    ways: list[tuple[tuple[str, ...], str, str]] = [
        (("Yes.",), "", "Yes."),
        (("--file", f"{tmp_path / 'answer.txt'}"), "", "Until eight. ¡Hasta luego!"),
        ((), "See you!\n", "See you!"),
        (("--file", "-"), "Bye!", "Bye!"),
    ]
    for number, (arguments, stdin, said) in enumerate(ways):
        code, out, err = answer(run, held, *arguments, "--keep", "--request", f"{number}", stdin=stdin)
        assert (code, out["said"][0]["text"], out["said"][0]["state"]) == (0, said, "READY")
        assert "It leaves by itself." in err


@pytest.mark.parametrize("arguments", [(), ("  ",), ("Yes.", "--file", "x"), ("--file", "/nonexistent")])
def test_an_answer_without_words_is_refused(run: Run, held: Customer, arguments: tuple[str, ...]) -> None:
    assert answer(run, held, *arguments)[:2] == (2, None)


def test_whoever_is_asked_for_words_at_a_terminal_is_told_how_to_give_them(run: Run, held: Customer) -> None:
    code, _, err = run("desk", "answer", held.pk, "--agent", "marta", typed="Yes")
    assert code == 2
    assert "Say the answer: as an argument, with --file FILE, or on stdin." in err


def test_the_same_request_is_said_once(run: Run, held: Customer) -> None:
    first, second = (answer(run, held, "Yes.", "--request", "abc")[1] for _ in range(2))
    assert first == second
    assert len(first["said"]) == 1


def test_nobody_answers_what_they_do_not_hold(run: Run, held: Customer) -> None:
    code, out, err = run("desk", "answer", held.pk, "Yes.", "--agent", "luis")
    assert (code, out) == (1, "")
    assert "You do not hold this conversation." in err


def test_what_the_checks_object_to_is_shown_and_can_be_overruled(run: Run, held: Customer) -> None:
    code, out, err = run("desk", "answer", held.pk, "🙂", "--agent", "marta")
    assert code == 1
    assert out.startswith("! ")
    assert "--override" in err
    code, told, _ = answer(run, held, "🙂")
    assert (code, told["refused"], [each["code"] for each in told["objections"]]) == (1, "objections", ["no_words"])
    code, told, _ = answer(run, held, "🙂", "--override", "They asked for a smile")
    assert (code, told["said"][0]["text"]) == (0, "🙂")


def test_an_answer_that_did_not_arrive_ends_with_1(
    run: Run, held: Customer, aws: ClientMaker, outputs: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (said,) = answer(run, held, "Yes.", "--request", "abc", "--no-wait")[1]["said"]
    aws("dynamodb").update_item(
        TableName=outputs["ConversationTableName"],
        Key={"pk": {"S": held.pk}, "sk": {"S": said["id"]}},
        UpdateExpression="SET st = :refused, reason = :reason",
        ExpressionAttributeValues={":refused": {"S": UnitState.REFUSED.value}, ":reason": {"S": "error 10"}},
    )
    monkeypatch.setattr(desk_saying, "WAIT_S", 5)
    code, out, err = run("desk", "answer", held.pk, "Yes.", "--request", "abc", "--agent", "marta")
    assert (code, out) == (1, "messenger: nothing: the platform refused it (error 10)\n")
    assert "The customer goes on waiting." in err


def test_a_way_that_is_not_open_is_refused(run: Run, held: Customer) -> None:
    code, _, err = run("desk", "answer", held.pk, "Yes.", "--via", "whatsapp", "--agent", "marta")
    assert code == 1
    assert "cannot be answered by whatsapp" in err


def test_a_promise_is_said_in_the_words_of_the_settings_or_ones_own(run: Run, held: Customer) -> None:
    code, out, _ = run("desk", "promise", held.pk, "45m", "--agent", "marta", "--json", "--request", "1")
    (said,) = json.loads(out)["said"]
    assert code == 0
    assert said["promised_by"]
    assert said["text"]
    own = run("desk", "promise", held.pk, "2h", "Give us two hours.", "--agent", "marta", "--json", "--request", "2")[1]
    assert json.loads(own)["said"][0]["text"] == "Give us two hours."
    assert run("desk", "promise", held.pk, "yesterday", "--agent", "marta")[0] == 2


# Everything else


def test_a_note_is_for_colleagues(run: Run, held: Customer) -> None:
    assert run("desk", "note", held.pk, "Her daughter called.", "--agent", "luis")[:2] == (
        0,
        "Noted. 1 message waits in it.\n",
    )
    assert "luis noted: Her daughter called." in run("desk", "show", held.pk)[1]


def test_a_colleague_holds_what_is_handed_over(run: Run, held: Customer) -> None:
    code, out, _ = run("desk", "hand-over", held.pk, "luis", "--agent", "marta", "--json")
    assert (code, json.loads(out)) == (0, {"still_waiting": 1, "held_by": "luis"})
    assert run("desk", "hand-over", held.pk, "lena", "--agent", "lena")[0] == 1
    assert "lena holds it now" in run("desk", "hand-over", held.pk, "lena", "--agent", "lena", "--lead")[1]


def test_what_is_snoozed_is_not_listed_for_a_while(run: Run, held: Customer) -> None:
    code, out, _ = run("desk", "snooze", held.pk, "2h", "--agent", "marta")
    assert code == 0
    assert "Nobody sees it until" in out
    assert held.pk not in run("desk", "list")[1]
    listed = json.loads(run("desk", "list", "--snoozed", "--json")[1])["rows"]
    assert [row["snoozed_until"] is not None for row in listed if row["conversation_id"] == held.pk] == [True]


def test_how_it_was_finished_is_written_down(run: Run, held: Customer) -> None:
    code, out, _ = run(
        "desk", "done", held.pk, "--how", "resolved-elsewhere", "--by", "in-person", "--agent", "marta", "--json"
    )
    assert (code, json.loads(out)) == (0, {"closed_up_to": 1, "still_waiting": 0})
    assert "marta finished it: resolved_elsewhere by in_person" in run("desk", "show", held.pk)[1]


@pytest.mark.parametrize("arguments", [("--how", "resolved-elsewhere"), ("--by", "call")])
def test_the_way_belongs_to_what_was_resolved_elsewhere(run: Run, held: Customer, arguments: tuple[str, ...]) -> None:
    assert run("desk", "done", held.pk, *arguments, "--agent", "marta")[0] == 2


def test_nobody_says_they_called_whom_they_might_not(run: Run, held: Customer) -> None:
    code, _, err = run("desk", "done", held.pk, "--how", "resolved-elsewhere", "--by", "call", "--agent", "marta")
    assert code == 1
    assert "has not agreed" in err


def test_the_command_line_knows_every_way_to_finish() -> None:
    assert [each.value.replace("_", "-") for each in How] == list(HOW)
    assert [each.value.replace("_", "-") for each in Way] == list(BY)
