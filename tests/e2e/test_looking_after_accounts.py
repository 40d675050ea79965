"""Meta drops a subscription and tells nobody; the deployed check finds it, and no customer is lost."""

import json
import os
import subprocess
import sys

import pytest

from infra.build.template import ROOT
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import MESSENGER
from tests.e2e.conftest import Shop

pytestmark = pytest.mark.timeout(120)


def check_accounts(shop: Shop) -> None:
    """Run CheckAccounts now rather than at the next full hour."""
    name = shop.cloud.handles.outputs["CheckAccountsName"]
    answer = shop.cloud.handles.client("lambda").invoke(FunctionName=name, Payload=json.dumps({}))
    assert "FunctionError" not in answer, answer["Payload"].read()


def test_a_lost_subscription_is_put_back_and_what_was_missed_is_answered(shop: Shop) -> None:
    check_accounts(shop)
    somebody, page = shop.somebody(), shop.cloud.meta.account(MESSENGER).account_id
    care = shop.cloud.meta.world.care
    before = care.subscription(page)
    care.drop(page)
    unheard = shop.cloud.meta.write(somebody, Writing(text="Is anybody there?"), retry=False)
    assert unheard.attempts[0].status is None
    assert shop.messages(somebody) == []
    check_accounts(shop)
    assert care.subscription(page) == before
    shop.answer(somebody)
    shop.told(somebody, "acknowledged")
    assert len(shop.messages(somebody)) == 1


def test_a_late_delivery_of_what_was_read_back_changes_nothing(shop: Shop) -> None:
    somebody, page = shop.somebody(), shop.cloud.meta.account(MESSENGER).account_id
    shop.cloud.meta.world.care.drop(page)
    unheard = shop.cloud.meta.write(somebody, Writing(text="Is anybody there?"), retry=False)
    check_accounts(shop)
    shop.answer(somebody)
    assert shop.cloud.meta.repeat(unheard).status == 200
    shop.quiet()
    assert len(shop.messages(somebody)) == 1
    assert len(shop.answers(somebody)) == 1


def test_the_command_finds_every_account_in_order(shop: Shop) -> None:
    """What the shipped settings need is what whoever set up the simulated business subscribed to."""
    environment = {**os.environ, **shop.cloud.handles.environment}
    command = [sys.executable, "-m", "infra.cli", "platforms", "check", "--stage", "local", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert all(each["in_order"] and not each["superfluous"] for each in found["accounts"])
    assert found["apps"][0]["missing"] == {}
    assert not [
        value
        for values in shop.cloud.secrets.values()
        for value in values.values()
        if value in done.stdout + done.stderr
    ]
