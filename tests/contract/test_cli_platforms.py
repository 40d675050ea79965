"""``nightbell platforms`` on a deployed stack and the simulated Meta, over HTTP."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from infra.build.template import load_template
from infra.cli.__main__ import main
from infra.cli.durations import read_duration
from infra.cli.outcome import UsageError
from infra.cli.settings import load_settings
from infra.local.loopback_server import LoopbackServer
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.calls import INSTAGRAM_PATH
from infra.local.platforms.meta.people import Account as MetaAccount
from infra.local.platforms.meta.people import App, Contact
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.platforms.meta.world import Limits
from nightbell.adapters.account_table import AccountTable
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.services.check_accounts import FARTHEST
from tests.contract.conftest import ClientMaker

STAGE = "looksee"
SECRET = "0123456789abcdef" * 2  # pragma: allowlist secret
PAGE, NUMBER = "100000000000001", "200000000000002"
OWNER = "102000000000000"
AT_META = tuple(
    MetaAccount(
        channel=channel,
        account_id=account_id,
        token="page-token" if account_id == PAGE else f"token-{account_id}",
        login=account.login,
        page_id=account.page_id or "",
    )
    for (channel, account_id), account in load_settings().accounts.items()
)
ADA = Contact(channel="messenger", account_id=PAGE, contact_id="5000000000000001", name="Ada")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def meta() -> Iterator[SimulatedMeta]:
    simulated = SimulatedMeta(
        app=App(app_secret=SECRET, verify_token="word"),
        accounts=AT_META,
        clock=SystemClock().now,
        limits=Limits(read_backs_per_second=1000),
    )
    yield simulated
    simulated.stop()


@pytest.fixture
def stage(meta: SimulatedMeta, aws: ClientMaker) -> Iterator[str]:
    """Deploy a stack of the test's own, whose API is the simulated one."""
    server = LoopbackServer(meta.graph_api.answer)
    name = f"{STAGE}-{server.port}"[:16]
    _deploy(aws, name, server.url)
    yield name
    server.close()


@pytest.fixture
def run(stage: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def one(*argv: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        code = main(["platforms", *argv, "--stage", stage])
        said = capsys.readouterr()
        return code, said.out, said.err

    return one


def _deploy(aws: ClientMaker, stage: str, url: str) -> None:
    whole = load_template()["Resources"]["ConversationTable"]["Properties"]
    names = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
    given = {
        "GraphApiUrl": url,
        "InstagramApiUrl": url + INSTAGRAM_PATH,
        "GraphApiVersion": "v26.0",
        "DueShards": "8",
    }
    template: dict[str, Any] = {
        "Parameters": {name: {"Type": "String"} for name in given},
        "Resources": {
            "ConversationTable": {"Type": "AWS::DynamoDB::Table", "Properties": {name: whole[name] for name in names}},
            "AckQueue": {"Type": "AWS::SQS::Queue"},
        },
        "Outputs": {
            "ConversationTableName": {"Value": {"Ref": "ConversationTable"}},
            "AckQueueUrl": {"Value": {"Ref": "AckQueue"}},
        },
    }
    cloudformation = aws("cloudformation")
    parameters = [{"ParameterKey": name, "ParameterValue": value} for name, value in given.items()]
    name = f"nightbell-{stage}"
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template), Parameters=parameters)
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig={"Delay": 0.2})
    secrets = {"app_secret": SECRET, **{f"access_token/{each.account_id}": each.token for each in AT_META}}
    for secret, value in secrets.items():
        path = f"/nightbell/{stage}/meta/{secret}"
        aws("ssm").put_parameter(Name=path, Value=value, Type="SecureString", Overwrite=True)


def test_the_settings_that_ship_name_these_accounts() -> None:
    """The command reads them; the test would prove nothing about others."""
    assert {("messenger", PAGE), ("whatsapp", NUMBER)} <= set(load_settings().accounts)


def shown(run: Run, *argv: str) -> tuple[int, dict[str, dict[str, Any]]]:
    code, out, _ = run("check", "--json", *argv)
    return code, {each["id"] or each["accounts"][0]["account_id"]: each for each in json.loads(out)["accounts"]}


def test_check_says_what_is_subscribed_and_that_the_token_lives(run: Run) -> None:
    code, found = shown(run, "--account", PAGE)
    assert code == 0
    assert found[PAGE]["in_order"]
    assert {"messages", "standby"} <= set(found[PAGE]["fields"])
    code, out, err = run("check", "--account", PAGE)
    assert code == 0
    assert f"Page {PAGE}" in out
    assert "alive, never dies" in out
    assert "1 of 1 are in order" in err
    assert "page-token" not in out + err


def test_check_finds_the_business_account_of_a_number(run: Run) -> None:
    code, found = shown(run, "--account", NUMBER)
    assert code == 0
    assert found[OWNER]["in_order"]


def test_check_shows_what_is_missing_and_too_much_and_how_to_mend_it(run: Run, meta: SimulatedMeta) -> None:
    meta.world.care.subscribe(PAGE, ["messages", "leadgen"])
    code, found = shown(run, "--account", PAGE)
    assert code == 1
    assert "standby" in found[PAGE]["missing"]
    assert found[PAGE]["superfluous"] == ["leadgen"]
    _, out, _ = run("check", "--account", PAGE)
    assert f"nightbell platforms subscribe --account {PAGE}" in out


def test_check_names_a_permission_that_is_missing_and_what_to_do(run: Run, meta: SimulatedMeta) -> None:
    meta.world.care.not_granted = {"pages_messaging"}
    code, found = shown(run, "--account", PAGE)
    assert (code, found[PAGE]["in_order"], found[PAGE]["permissions_missing"]) == (1, False, ["pages_messaging"])
    _, out, _ = run("check", "--account", PAGE)
    assert "not granted  " in out
    assert f"set it as access_token/{PAGE}" in out


def test_subscribe_subscribes_to_exactly_what_is_handled(run: Run, meta: SimulatedMeta) -> None:
    before = meta.world.care.subscription(PAGE)
    meta.world.care.subscribe(PAGE, ["leadgen"])
    code, _, err = run("subscribe", "--account", PAGE)
    assert code == 0
    assert "1 of 1 are in order" in err
    after = meta.world.care.subscription(PAGE)
    assert after is not None
    assert before is not None
    assert {"messages", "message_echoes", "standby"} <= after <= before


def test_subscribe_reaches_a_numbers_business_account(run: Run, meta: SimulatedMeta) -> None:
    meta.world.care.drop(OWNER)
    assert run("check", "--account", NUMBER)[0] == 1
    assert run("subscribe", "--account", NUMBER)[0] == 0
    assert meta.world.care.subscription(OWNER) is not None


def test_check_shows_what_the_app_itself_hears(run: Run) -> None:
    code, out, _ = run("check", "--account", PAGE, "--json")
    [app] = json.loads(out)["apps"]
    assert (code, app["told"]) == (0, True)
    assert app["subscribed"]["page"]["callback_url"].startswith("https://")


@pytest.mark.parametrize(("days", "code"), [(3, 1), (30, 0)])
def test_check_warns_of_a_token_that_dies_soon(run: Run, meta: SimulatedMeta, days: int, code: int) -> None:
    meta.world.care.dies_at["page-token"] = SystemClock().now() + timedelta(days=days, hours=1)
    found, out, _ = run("check", "--account", PAGE)
    assert found == code
    assert f"dies in {days} days" in out


def test_check_names_a_dead_token_and_how_to_set_another(run: Run, meta: SimulatedMeta) -> None:
    for key, account in meta.world.accounts.items():
        meta.world.accounts[key] = replace(account, token=f"newer {account.account_id}")
    code, out, _ = run("check", "--account", PAGE)
    assert code == 1
    assert f"nightbell secrets set meta access_token/{PAGE}" in out


def test_what_was_missed_is_stored_once(run: Run, meta: SimulatedMeta) -> None:
    meta.write(ADA, Writing(text="Anybody there?"))
    code, out, _ = run("read-back", "--since", "2h", "--account", PAGE)
    assert code == 0
    assert "messages_read_back 1" in out
    assert "Anybody there?" not in out
    code, out, _ = run("read-back", "--since", "2h", "--account", PAGE)
    assert "messages_read_back" not in out


@pytest.mark.parametrize(("since", "is_noted"), [("4h", True), ("2h", False)])
def test_what_was_read_back_to_its_end_is_not_tried_again_by_the_hourly_check(
    run: Run, aws: ClientMaker, stage: str, since: str, *, is_noted: bool
) -> None:
    """Deliveries may have failed for two hours before the last good check, so these must have been read, too."""
    [stack] = aws("cloudformation").describe_stacks(StackName=f"nightbell-{stage}")["Stacks"]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}
    client = TableClient(aws("dynamodb"), outputs["ConversationTableName"], Deadline(SystemClock()))
    table = AccountTable(client)
    good_at = SystemClock().now() - timedelta(hours=1)
    table.note_checked("messenger", PAGE, good_at)
    assert run("read-back", "--since", since, "--account", PAGE)[0] == 0
    noted = table.read_checked_at("messenger", PAGE)
    assert noted is not None
    assert (noted - good_at > timedelta(minutes=30)) is is_noted


def test_an_account_without_a_token_keeps_no_other_from_being_read_back(run: Run, aws: ClientMaker, stage: str) -> None:
    aws("ssm").delete_parameter(Name=f"/nightbell/{stage}/meta/access_token/{PAGE}")
    code, out, err = run("read-back", "--since", "2h")
    assert code == 1
    assert f"messenger {PAGE}: " in err
    assert "was never set" in err
    assert "instagram_direct" in out


def test_whatsapp_is_said_to_have_no_history(run: Run) -> None:
    code, out, err = run("read-back", "--since", "2h", "--account", NUMBER, "--json")
    assert (code, json.loads(out)) == (0, [])
    assert "only messages of Messenger and Instagram can be read back" in err


def test_an_account_that_the_settings_do_not_name_is_a_slip(run: Run) -> None:
    code, _, err = run("check", "--account", "4711")
    assert code == 2
    assert PAGE in err


@pytest.mark.parametrize(("text", "minutes"), [("90m", 90), ("2h", 120), ("3d", 4320), ("7d", 10080)])
def test_a_time_to_look_back_is_read(text: str, minutes: int) -> None:
    assert read_duration(text, FARTHEST) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "2", "h", "0h", "8d", "2 h", "-2h", "2w", "9999h", "٢h"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        read_duration(text, FARTHEST)
