"""An operator sees where the team reads, tries a place, and reads the next digest before anybody else."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from infra.cli import notify as command
from infra.cli.__main__ import main
from infra.cli.outcome import UsageError
from infra.cli.secret_values import check_name, needed_by
from infra.cli.settings import load_settings
from nightbell.adapters.outbox_table import OutboxTable
from nightbell.domain.keys import team_pk
from nightbell.domain.team_place import TeamPlace
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest
from tests.contract import test_cli_webhooks as webhooks
from tests.contract.conftest import ClientMaker

NOW, STAGE = webhooks.NOW, webhooks.STAGE
outbox = webhooks.outbox
SHIPPED = load_settings()
PLACE = TeamPlace(name="shop-floor", kind="slack", brand=next(iter(SHIPPED.brands)))
MAIL = TeamPlace(name="office", kind="email", brand=PLACE.brand, to="a@b.example", sender="n@b.example")
KNOWN = replace(SHIPPED, team=(PLACE, MAIL))
URL = "https://hooks.slack.com/services/T0/B0/secret"  # pragma: allowlist secret


class Http:
    """Where a message would go."""

    outcome: HttpOutcome = Answer(status=200, headers={}, body=b"ok")

    def __init__(self) -> None:
        self.got: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpOutcome:
        self.got.append(request)
        return self.outcome


@pytest.fixture
def http() -> Http:
    return Http()


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(outbox: OutboxTable, http: Http, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:  # noqa: ARG001 - there must be a stack
    monkeypatch.setattr(command, "load_settings", lambda: KNOWN)
    monkeypatch.setattr(command, "PlatformHttp", lambda **_: http)

    def one(*argv: str) -> tuple[int, str, str]:
        code = main(["notify", *argv, "--stage", STAGE])
        said = capsys.readouterr()
        return code, said.out, said.err

    return one


def test_the_list_shows_each_place_and_what_it_is_owed(run: Run, outbox: OutboxTable) -> None:
    outbox.add(team_pk("shop-floor"), "ALERT#0#1", "{}", NOW, NOW + timedelta(days=1))
    outbox.pause(team_pk("shop-floor"), NOW + timedelta(hours=1), 3)
    code, out, err = run("list")
    assert code == 0
    slack, mail = out.splitlines()
    assert slack == "resting   shop-floor  slack  alarms, alerts, digest, report  1 owed"
    assert mail.startswith("in order  office  email  a@b.example")
    assert "NotifyTeam=yes" in err
    assert [each["failures"] for each in json.loads(run("list", "--json")[1])] == [3, 0]


def test_a_test_that_arrives_ends_the_rest(run: Run, outbox: OutboxTable, http: Http, aws: ClientMaker) -> None:
    outbox.pause(team_pk("shop-floor"), NOW + timedelta(hours=1), 3)
    code, _, err = run("test", "shop-floor")
    assert (code, http.got) == (1, [])
    assert "the secret notify/shop-floor was never set" in err
    aws("ssm").put_parameter(
        Name=f"/nightbell/{STAGE}/notify/shop-floor", Value=URL, Type="SecureString", Overwrite=True
    )
    http.outcome = Answer(status=404, headers={}, body=b"no_service")
    assert "did not take it: status 404 no_service" in run("test", "shop-floor")[2]
    assert outbox.state(team_pk("shop-floor")).failures == 3
    http.outcome = Answer(status=200, headers={}, body=b"ok")
    code, out, err = run("test", "shop-floor", "--json")
    assert (code, json.loads(out)["took_it"]) == (0, True)
    assert URL not in out + err
    assert outbox.state(team_pk("shop-floor")).failures == 0


def test_a_place_that_the_settings_do_not_name_is_refused(run: Run) -> None:
    code, _, err = run("test", "shop-flor")
    assert code == 2
    assert 'did you mean "shop-floor"?' in err


def test_the_next_digest_can_be_read(run: Run) -> None:
    code, out, err = run("digest")
    assert code == 0
    assert "Nobody waits for an answer." in out
    assert "oday" in err
    found: dict[str, Any] = json.loads(run("digest", "--brand", PLACE.brand, "--json")[1])
    assert set(found) == {"title", "sections", "due_today_at"}
    assert run("digest", "--brand", "harbor-not")[0] == 2


def test_the_address_of_a_chat_is_known_and_needed_and_that_of_a_mail_is_not() -> None:
    check_name("notify", "shop-floor")
    assert [each for each in needed_by(KNOWN) if each[0] == "notify"] == [("notify", "shop-floor")]
    with pytest.raises(UsageError):
        check_name("notify", "../meta/app_secret")
