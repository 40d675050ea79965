"""What was lost in the table comes back, and nobody is answered twice for it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.cli import restore
from infra.cli.backup import is_copy
from infra.cli.items_of_then import as_put_back
from infra.cli.put_back import Compared, PutBack
from infra.cli.settle_sends import scan, settle
from infra.local.deployment import aws_client
from nightbell.adapters.forgetting_table import ForgettingTable
from nightbell.adapters.quarantine_table import QuarantineTable
from nightbell.adapters.table_items import attribute
from nightbell.domain.events import Attachment, MessageRole
from nightbell.domain.keys import META
from nightbell.domain.unit import UnitState
from nightbell.services.discard_beside import DiscardBeside
from nightbell.services.discard_whole import DiscardWhole
from nightbell.services.forget import Forget
from tests.contract.cli_stage import Customer, Run, deploy, runner
from tests.contract.conftest import ClientMaker
from tests.contract.versions.every_scene import SCENES
from tests.contract.versions.scenes import CANARY
from tests.contract.versions.stage import Items, Scene, Stage, minute
from tests.contract.world import SHARDS
from tests.fakes import READABLE

STAGE = "restore"
A_DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def table_client(ministack: str) -> Any:
    return aws_client(ministack, "dynamodb")


@pytest.fixture
def run(aws: ClientMaker, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    deploy(aws, STAGE)
    return runner(capsys, monkeypatch, STAGE)


def played(client: Any, table: str, scene: Scene) -> tuple[Stage, Items]:
    """Come half-way through a scene, and copy the table as it is then."""
    stage = scene.make(client, table)
    scene.begin(stage)
    return stage, stage.everything()


def damage(stage: Stage, *sks: str, pk: str = "") -> None:
    """Delete items by their sort keys; all of them if none is named."""
    for item in stage.everything():
        if (not sks or item["sk"]["S"] in sks) and item["pk"]["S"].startswith(pk):
            stage.dynamodb.delete_item(TableName=stage.table, Key={"pk": item["pk"], "sk": item["sk"]})


def put_back(stage: Stage, copied: Items, *, writes: bool = True) -> Compared:
    going = PutBack(stage.dynamodb, stage.table, shards=SHARDS, now=stage.clock.now(), writes=writes)
    list(going(copied))
    return going.found


@pytest.mark.parametrize("name", ["unsent", "sending", "untold", "answered", "commented", "promised"])
def test_nothing_is_sent_for_what_comes_back_and_the_team_hears_of_it(table_client: Any, table: str, name: str) -> None:
    stage, copied = played(table_client, table, SCENES[name])
    moving = {item["sk"]["S"] for item in copied if item.get("st", {}).get("S") in {"READY", "SENDING", "RECOVERING"}}
    # Meanwhile all of it came to its end, and then it was lost.
    stage.rest()
    for _ in range(60):
        minute(stage)
    seen = list(stage.api.seen)
    damage(stage)
    found = put_back(stage, copied)
    # Beside what was missing, the desk is told that nobody is to hear of a promise again.
    assert {**(found.put_back + found.left), "DESK": 1} == {**found.missing, "DESK": 1}
    assert set(found.left) <= {"BRK"}
    stage.rest()
    for _ in range(60):
        minute(stage)
    assert stage.api.seen == seen
    units = {item["sk"]["S"]: item for item in stage.everything() if "st" in item}
    assert {units[sk]["st"]["S"] for sk in moving} <= {"UNCERTAIN"}
    assert all("due_pk" not in unit for unit in units.values())
    told = {message["acknowledgement"]["state"] for message in stage.human_queue.messages}  # type: ignore[index] # as the schema has it
    assert "uncertain" in told or not any(sk.startswith("A#") for sk in moving)


def test_what_is_there_stays_as_it_is(table_client: Any, table: str) -> None:
    stage, copied = played(table_client, table, SCENES["unsent"])
    stage.rest()
    before = stage.everything()
    found = put_back(stage, copied)
    assert stage.everything() == before
    assert (found.missing.total(), found.changed["A"]) == (0, 1)


def test_comparing_changes_nothing(table_client: Any, table: str) -> None:
    stage, copied = played(table_client, table, SCENES["answered"])
    damage(stage)
    assert put_back(stage, copied, writes=False).put_back.total() == len(copied)
    assert stage.everything() == []


def test_where_a_conversations_own_item_was_lost_no_number_is_given_out_twice(table_client: Any, table: str) -> None:
    stage, copied = played(table_client, table, SCENES["answered"])
    stage.rest()
    stage.pass_by(minutes=10)
    stage.write("One more thing")
    stage.desk.note(stage.pk(), "lena", "look at this")
    stage.rest()
    damage(stage, META, "DESK")
    put_back(stage, copied)
    assert (stage.conversation().last_seq, stage.conversation().is_waiting) == (2, True)
    stage.pass_by(minutes=10)
    stage.write("And another")
    stage.desk.note(stage.pk(), "lena", "and at this")
    assert stage.numbers() == [1, 2, 3]
    stage.desk.take(stage.pk(), "lena")


def test_a_conversation_that_began_anew_is_left_alone(table_client: Any, table: str) -> None:
    stage = Stage(table_client, table, READABLE)
    for _ in range(2):
        stage.write()
        stage.pass_by(minutes=1)
    stage.rest()
    copied = stage.everything()
    damage(stage)
    stage.write("Hello again")
    before = {item["sk"]["S"] for item in stage.everything() if item["pk"]["S"] == stage.pk()}
    assert put_back(stage, copied).began_anew == [stage.pk()]
    assert {item["sk"]["S"] for item in stage.everything() if item["pk"]["S"] == stage.pk()} == before


def test_a_conversation_that_began_anew_with_as_many_messages_is_left_alone_too(table_client: Any, table: str) -> None:
    stage = Stage(table_client, table, READABLE)
    stage.write()
    stage.rest()
    copied = stage.everything()
    damage(stage)
    stage.write("Hello again")
    assert put_back(stage, copied).began_anew == [stage.pk()]
    assert stage.numbers() == [1]


def test_whoever_writes_while_their_conversation_is_put_back_begins_anew(table_client: Any, table: str) -> None:
    stage = Stage(table_client, table, READABLE)
    stage.write()
    stage.rest()
    copied = stage.everything()
    damage(stage)

    class WritesMeanwhile:
        def __getattr__(self, name: str) -> Any:
            if name == "put_item" and not stage.numbers():
                stage.write("Hello again")
            return getattr(table_client, name)

    going = PutBack(WritesMeanwhile(), stage.table, shards=SHARDS, now=stage.clock.now(), writes=True)
    list(going(copied))
    assert going.found.began_anew == [stage.pk()]
    assert stage.numbers() == [1]


@pytest.mark.parametrize("lost", [("DESK",), ("DESK", META)])
def test_nobody_is_told_twice_that_it_takes_longer(table_client: Any, table: str, lost: tuple[str, ...]) -> None:
    stage, copied = played(table_client, table, SCENES["promised"])
    # By then they have heard it, and what was promised first is still to come.
    for _ in range(35):
        minute(stage)
    assert [unit.kind.value for unit in stage.desk_units_of()].count("holding") == 1
    seen = list(stage.api.seen)
    made = [item["sk"]["S"] for item in stage.everything() if item["sk"]["S"].startswith(("D#", "L#"))]
    damage(stage, *lost, *made)
    put_back(stage, copied)
    for _ in range(60):
        minute(stage)
    assert stage.api.seen == seen


@pytest.mark.parametrize("lost", [("M#X",), ("M#X", META)])
def test_what_was_taken_back_since_stays_away(table_client: Any, table: str, lost: tuple[str, ...]) -> None:
    stage = Stage(table_client, table, READABLE)
    stage.deliver(stage.message(f"{CANARY} hello", mid="X"))
    stage.rest()
    copied = stage.everything()
    assert CANARY in str(copied)
    unsend = Attachment(kind="unsend_of", reference="X")
    stage.deliver(stage.message("", mid="X:u", role=MessageRole.CHANGE, attachments=(unsend,)))
    for _ in range(3):
        minute(stage)
    damage(stage, *lost)
    assert put_back(stage, copied).left == {"M": 1}
    assert CANARY not in str(stage.everything())


def test_words_that_were_given_back_since_stay_away(table_client: Any, table: str) -> None:
    stage, copied = played(table_client, table, SCENES["lent"])
    SCENES["lent"].end(stage)
    damage(stage, "M#m1")
    assert put_back(stage, copied).left == {"M": 1}
    assert CANARY not in str(stage.stored())


def test_a_number_whose_message_is_lost_for_good_is_not_given_out_again(table_client: Any, table: str) -> None:
    stage = Stage(table_client, table, READABLE)
    stage.write()
    stage.rest()
    copied = stage.everything()
    stage.pass_by(days=2)
    stage.write("One more thing")
    stage.rest()
    latest = max(item["sk"]["S"] for item in stage.everything() if item["sk"]["S"].startswith("A#"))
    second = next(item["sk"]["S"] for item in stage.everything() if item.get("seq") == {"N": "2"})
    assert latest.endswith("2")
    damage(stage, META, second)
    put_back(stage, copied)
    assert stage.conversation().last_seq == 2


def test_whoever_was_forgotten_since_stays_forgotten(table_client: Any, table: str) -> None:
    stage = Stage(table_client, table, READABLE)
    stage.write(f"{CANARY} hello")
    stage.rest()
    copied = stage.everything()
    discard = DiscardBeside(DiscardWhole(QuarantineTable(stage.client), stage.clock), {})
    Forget(store=ForgettingTable(stage.client), discard=discard, clock=stage.clock)([stage.pk()], "marta")
    damage(stage, "M#mid%2E1")
    assert put_back(stage, copied).forgotten == [stage.pk()]
    assert CANARY not in str(stage.everything())


def test_what_has_expired_and_what_was_broken_then_stays_away(table_client: Any, table: str) -> None:
    stage, copied = played(table_client, table, SCENES["refused"])
    hours, by_hand = played(table_client, table, SCENES["closed_by_hand"])
    damage(stage)
    assert put_back(stage, copied).left == {"BRK": 1}
    hours.pass_by(days=30)
    of_hours = [item for item in by_hand if item["pk"]["S"] == "HOURS"]
    damage(hours)
    assert put_back(hours, of_hours).left == {"HOURS": 1}


def test_of_a_table_that_comes_back_whole_nothing_is_sent_either(table_client: Any, table: str) -> None:
    stage, _ = played(table_client, table, SCENES["unsent"])
    made = stage.clock.now()
    # Received while the table came back.
    stage.pass_by(minutes=1)
    stage.write(by="8")
    assert settle(table_client, table, made=made, now=stage.clock.now(), shards=SHARDS) == 1
    for _ in range(3):
        minute(stage)
    assert (stage.visible(), stage.last_word()) == ([], "uncertain")
    assert (len(stage.visible("8")), stage.last_word("8")) == (1, "acknowledged")
    assert settle(table_client, table, made=made, now=stage.clock.now(), shards=SHARDS) == 0


def test_of_a_table_that_comes_back_whole_nobody_is_told_twice_that_it_takes_longer(
    table_client: Any, table: str
) -> None:
    stage, copied = played(table_client, table, SCENES["promised"])
    made = stage.clock.now()
    for _ in range(35):
        minute(stage)
    assert [unit.kind.value for unit in stage.desk_units_of()].count("holding") == 1
    seen = list(stage.api.seen)
    damage(stage)
    for item in copied:
        table_client.put_item(TableName=table, Item=item)
    settle(table_client, table, made=made, now=stage.clock.now(), shards=SHARDS)
    for _ in range(60):
        minute(stage)
    assert stage.api.seen == seen


@pytest.mark.parametrize("state", [each for each in UnitState if not each.is_final])
def test_a_unit_that_moved_ends_uncertain_and_is_told_whoever_had_it(state: UnitState) -> None:
    had = {name: attribute(value) for name, value in {"lease": 1, "not_before": 2, "sweeps": 3, "told": True}.items()}
    own = {"pk": "C#1", "sk": "A#000000000001", "st": state.value, "rev": 4, "txt": "Hello"}
    unit = {name: attribute(value) for name, value in own.items()} | had
    found = as_put_back(unit, datetime(2026, 11, 22, tzinfo=UTC), SHARDS)
    assert found is not None
    assert (found["st"], found["rev"], found["txt"]) == ({"S": "UNCERTAIN"}, {"N": "5"}, {"S": "Hello"})
    assert "due_pk" in found
    assert not had.keys() & found.keys()


def lines(said: str) -> dict[str, list[int]]:
    """Read the table of kinds that a command prints."""
    rows = [line.split() for line in said.splitlines()[1:]]
    return {row[0]: [int(count) for count in row[1:]] for row in rows}


def test_the_commands_bring_back_what_was_deleted_by_mistake(run: Run, aws: ClientMaker, table_client: Any) -> None:
    outputs = deploy(aws, STAGE)
    table = outputs["ConversationTableName"]
    customer = Customer(aws, outputs, "restore-1")
    customer.write("Where is my order?")
    customer.is_told("We answer soon.")
    code, said, _ = run("backup", "make", "--json")
    backup = json.loads(said)["backup"]
    keys = [{name: item[name] for name in ("pk", "sk")} for item in scan(table_client, table)]
    for key in keys:
        table_client.delete_item(TableName=table, Key=key)
    code, copy, _ = run("restore", "copy", "--backup", backup)
    copy = copy.strip()
    code, said, _ = run("restore", "compare", copy)
    assert (code, lines(said)["META"], lines(said)["M"]) == (0, [0, 0, 1, 1], [0, 0, 1, 1])
    assert list(scan(table_client, table)) == []
    code, said, _ = run("restore", "put-back", copy)
    assert lines(said)["A"] == [0, 0, 1, 1]
    assert json.loads(run("restore", "compare", copy, "--json")[1])["missing"] == {}
    assert customer.units.read_conversation(customer.pk).last_seq == 1
    assert run("restore", "discard", table)[0] == 2
    assert f"nightbell restore discard {copy}" in run("backup", "check")[1]
    assert run("restore", "discard", copy)[0] == 0
    assert copy not in run("backup", "check")[1]
    code, _, asked = run("restore", "put-back", copy)
    assert (code, "There is no copy" in asked) == (1, True)
    assert copy not in table_client.list_tables()["TableNames"]


def test_a_table_that_is_gone_comes_back_under_its_name_with_all_that_it_needs(
    run: Run, aws: ClientMaker, table_client: Any
) -> None:
    outputs = deploy(aws, STAGE)
    table = outputs["ConversationTableName"]
    customer = Customer(aws, outputs, "restore-2")
    customer.write("Where is my order?")
    run("backup", "make")
    assert run("restore", "deleted")[0] == 1
    table_client.delete_table(TableName=table)
    code, said, _ = run("backup", "check")
    assert code == 1
    assert "NO  the table is there" in said
    code, said, asked = run("restore", "deleted")
    assert code == 0, asked
    assert "1 sends that were under way" in asked
    checked = json.loads(run("backup", "check", "--json")[1])["checks"]
    assert checked.values()
    assert all(checked.values()), checked
    unit = customer.units.read_unit(customer.pk, 1)
    assert unit is not None
    assert unit.state.value == "UNCERTAIN"


def test_a_copy_is_known_by_its_name_from_a_stage_that_is_called_alike() -> None:
    assert is_copy("nightbell-dev-copy-20261124T090000", "dev")
    assert not is_copy("nightbell-dev-copy-ConversationTable-1ABC", "dev")
    assert not is_copy("nightbell-dev-copy-2-copy-20261124T090000", "dev")


@pytest.mark.parametrize("verb", ["copy", "deleted"])
def test_a_backup_of_another_table_does_not_come_among_our_conversations(run: Run, verb: str) -> None:
    other = "arn:aws:dynamodb:eu-west-1:123456789012:table/another/backup/01700000000000-abcdef"
    code, _, asked = run("restore", verb, "--backup", other)
    assert code == (2 if verb == "copy" else 1)
    assert "no backup of" in asked or "The table is there" in asked


def test_a_table_that_never_was_gone_is_left_alone_though_a_function_is_stopped(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore, "_functions", lambda _: ["nightbell-restore-Sweep"])
    monkeypatch.setattr(restore, "_are_paused", lambda *_: True)
    code, _, asked = run("restore", "deleted")
    assert (code, "The table is there" in asked) == (1, True)


@pytest.mark.parametrize("given", ["yesterday", "2026-11-24T09:30:00"])
def test_a_time_needs_its_zone(run: Run, given: str) -> None:
    assert run("restore", "copy", "--at", given)[0] == 2


def test_a_copy_of_a_time_is_a_table_of_its_own(run: Run, table_client: Any) -> None:
    at = datetime.now(UTC) - timedelta(minutes=6)
    code, copy, _ = run("restore", "copy", "--at", at.isoformat())
    assert code == 0
    assert table_client.describe_table(TableName=copy.strip())["Table"]["TableStatus"] == "ACTIVE"
    run("restore", "discard", copy.strip())
