"""An operator sees how the business's own systems stand, tries one, and has one told again."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from infra.build.template import load_template
from infra.cli import webhooks as command
from infra.cli.__main__ import main
from infra.cli.secret_values import check_name, needed_by
from infra.cli.settings import load_settings
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.outbox_table import OutboxTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.business import BusinessSettings
from nightbell.domain.keys import outbox_pk
from nightbell.domain.webhooks import Webhook
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest, NotSent
from nightbell.platforms.standard.signature import verify
from tests.contract.conftest import ClientMaker
from tests.contract.conversation_table import MADE_FROM

STAGE = "out"
STACK = f"nightbell-{STAGE}"
KEY = "whsec_QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVoxMjM0NTY="  # pragma: allowlist secret
CRM = Webhook(name="crm", url="https://crm.example.org/hook")
PK = outbox_pk(CRM.name)
SETTINGS = BusinessSettings(brands={}, accounts={}, webhooks=(CRM,))
NOW = SystemClock().now()

Run = Callable[..., tuple[int, str, str]]


class Http:
    """Where a webhook would go."""

    outcome: HttpOutcome = Answer(status=200, headers={}, body=b"")

    def __init__(self) -> None:
        self.got: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpOutcome:
        verify(request.headers, request.content or b"", SystemClock().now(), [KEY])
        self.got.append(request)
        return self.outcome


@pytest.fixture
def outbox(aws: ClientMaker) -> OutboxTable:
    cloudformation = aws("cloudformation")
    if STACK not in {stack["StackName"] for stack in cloudformation.describe_stacks()["Stacks"]}:
        cloudformation.create_stack(StackName=STACK, TemplateBody=json.dumps(_small_template()))
        cloudformation.get_waiter("stack_create_complete").wait(StackName=STACK, WaiterConfig={"Delay": 0.2})
    [output] = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["Outputs"]
    table = OutboxTable(TableClient(aws("dynamodb"), output["OutputValue"], Deadline(SystemClock())))
    table.enable(PK)
    return table


def _small_template() -> dict[str, Any]:
    table = load_template()["Resources"]["ConversationTable"]["Properties"]
    made = {"Type": "AWS::DynamoDB::Table", "Properties": {key: table[key] for key in MADE_FROM}}
    outputs = {"ConversationTableName": {"Value": {"Ref": "ConversationTable"}}}
    return {"Resources": {"ConversationTable": made}, "Outputs": outputs}


@pytest.fixture
def http() -> Http:
    return Http()


@pytest.fixture
def run(outbox: OutboxTable, http: Http, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: ARG001 - there must be a stack
    monkeypatch.setattr(command, "load_settings", lambda: SETTINGS)
    monkeypatch.setattr(command, "PlatformHttp", lambda: http)

    def one(*argv: str) -> tuple[int, str, str]:
        code = main(["webhooks", *argv, "--stage", STAGE])
        said = capsys.readouterr()
        return code, said.out, said.err

    return one


def test_the_list_shows_state_and_what_waits_and_that_nothing_is_sent(run: Run, outbox: OutboxTable) -> None:
    outbox.add(PK, "1.1", "{}", NOW, NOW + timedelta(days=1))
    outbox.disable(PK, "it answered that it is gone", NOW)
    code, out, err = run("list")
    assert code == 0
    assert out.startswith("disabled  crm  https://crm.example.org/hook  1 waits: it answered that it is gone.")
    assert "WebhooksOut=yes" in err
    [plain] = json.loads(run("list", "--json")[1])
    assert (plain["name"], plain["state"], plain["waiting"]) == ("crm", "disabled", 1)


def test_an_endpoint_that_is_enabled_is_in_order_again(run: Run, outbox: OutboxTable) -> None:
    outbox.pause(PK, NOW + timedelta(hours=1), 3)
    assert run("list")[1].startswith("resting")
    outbox.disable(PK, "every try of the schedule failed", NOW)
    assert run("enable", "crm")[0] == 0
    assert run("list")[1].startswith("in order")
    assert outbox.state(PK).failures == 0


def test_a_test_needs_a_secret_and_then_shows_how_the_system_answers(run: Run, http: Http, aws: ClientMaker) -> None:
    ssm = aws("ssm")
    name = f"/nightbell/{STAGE}/standard/out/crm"
    code, _, err = run("test", "crm")
    assert code == 1
    assert "nightbell secrets set standard out/crm --stage out" in err
    assert http.got == []
    ssm.put_parameter(Name=name, Value=KEY, Type="SecureString", Overwrite=True)
    assert run("test", "crm")[0] == 0
    [request] = http.got
    assert request.public_only
    assert json.loads(request.content or b"")["type"] == "nightbell.test"
    http.outcome = NotSent(error="look-up: NotPublicError")
    code, out, err = run("test", "crm", "--json")
    assert (code, json.loads(out)["took_it"]) == (1, False)
    assert "did not take it: no answer (look-up: NotPublicError)" in err


def test_a_webhook_that_the_settings_do_not_name_is_refused(run: Run) -> None:
    code, _, err = run("enable", "crn")
    assert code == 2
    assert 'did you mean "crm"?' in err


def test_the_secret_of_a_webhook_is_known_and_needed() -> None:
    check_name("standard", "out/crm")
    assert needed_by(SETTINGS) == [("standard", "out/crm")]
    assert ("standard", "out/crm") not in needed_by(load_settings())
