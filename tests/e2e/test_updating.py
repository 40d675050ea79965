"""A deployment that changes while customers write, and one that loses its table."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from infra.build.package import sam
from infra.build.template import ROOT, config_environment
from infra.cli.items_of_then import SKEW
from infra.local.deployment import STAGE, TEMPLATE
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import Contact
from infra.local.waiting import wait_for
from tests.e2e.conftest import SOON_S, Shop

pytestmark = pytest.mark.timeout(180)

EVERY_S = 0.25
"""One customer after the other; two cores have a deployment to do beside them."""
AFTERWARDS = 8
"""Customers who write once everything is deployed."""
ROUNDS, LEASES_S = 5, 100


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Change what is deployed: one more file makes it another zip for every function."""
    folder = tmp_path / "build"
    shutil.copytree(TEMPLATE.parent, folder)
    (folder / "Functions" / "changed.txt").write_text("another version")
    return folder / TEMPLATE.name


class Customers(threading.Thread):
    """People who go on writing, each once, until they are stopped."""

    def __init__(self, shop: Shop) -> None:
        super().__init__(daemon=True)
        self._shop, self._enough = shop, threading.Event()
        self.wrote: list[Contact] = []
        self.statuses: list[int | None] = []

    def run(self) -> None:
        while not self._enough.wait(EVERY_S):
            self.one()

    def one(self) -> None:
        somebody = self._shop.somebody()
        # Whatever is not answered with 200 is delivered again, as the platform does.
        written = self._shop.cloud.meta.write(somebody, Writing(text="Is my cake ready?"))
        self.wrote.append(somebody)
        self.statuses.append(written.attempts[0].status)

    def stop(self) -> None:
        self._enough.set()
        self.join()


def hashes(shop: Shop) -> set[str]:
    pages = shop.cloud.handles.client("lambda").get_paginator("list_functions").paginate()
    return {function["CodeSha256"] for page in pages for function in page["Functions"]}


def update(shop: Shop, template: Path) -> None:
    """Deploy a build over what runs; a parameter that is not named keeps its value."""
    place = ["--config-file", str(ROOT / "samconfig.toml"), "--template-file", str(template)]
    environment = shop.cloud.ministack.client_environment | {"SAM_CLI_POLL_DELAY": "0.3"}
    named = ["--parameter-overrides", *_named(shop)]
    sam("deploy", "--config-env", config_environment(STAGE), *place, *named, environment=environment, quiet=True)


def _named(shop: Shop) -> list[str]:
    stack = shop.cloud.handles.client("cloudformation").describe_stacks(StackName="nightbell-local")["Stacks"][0]
    return [
        f"{each['ParameterKey']}={each['ParameterValue']}" for each in stack["Parameters"] if each["ParameterValue"]
    ]


def test_an_update_under_traffic_loses_nobody_and_answers_nobody_twice(shop: Shop, changed: Path) -> None:
    before = hashes(shop)
    customers = Customers(shop)
    customers.start()
    update(shop, changed)
    customers.stop()
    for _ in range(AFTERWARDS):
        customers.one()
    assert hashes(shop).isdisjoint(before), "nothing was updated"
    assert len(customers.wrote) > 2 * AFTERWARDS, "hardly anybody wrote meanwhile"
    assert _unanswered(shop, customers) == [], f"the first deliveries came to {customers.statuses}"
    shop.quiet()
    assert [len(shop.answers(each)) for each in customers.wrote] == [1] * len(customers.wrote)
    assert [len(shop.messages(each)) for each in customers.wrote] == [1] * len(customers.wrote)
    for each in customers.wrote[:: len(customers.wrote) // 4]:
        shop.told(each, "acknowledged")


def _unanswered(shop: Shop, customers: Customers) -> list[Contact]:
    """List who got nothing: a worker that the update ended is followed by the sweep's own once its lease is over."""

    def waiting() -> list[Contact]:
        return [each for each in customers.wrote if not shop.answers(each)]

    wait_for(lambda: not waiting(), SOON_S)
    for _ in range(ROUNDS):
        if not waiting():
            break
        shop.later(seconds=LEASES_S)
        shop.sweep()
        wait_for(lambda: not waiting(), SOON_S / 4)
    return waiting()


def nightbell(shop: Shop, *command: str) -> tuple[int, str]:
    """Run the command as a person does."""
    env = os.environ | shop.cloud.handles.environment
    run = [sys.executable, "-m", "infra.cli", *command, "--stage", STAGE]
    done = subprocess.run(run, check=False, cwd=ROOT, env=env, capture_output=True, text=True)
    return done.returncode, done.stdout or done.stderr


@contextmanager
def soon_visible_again(shop: Shop) -> Iterator[None]:
    """Have SpillQueue offer again at once what could not be replayed; twelve minutes are long for a test."""
    sqs, url = shop.cloud.handles.client("sqs"), shop.cloud.handles.outputs["SpillQueueUrl"]
    before = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "2"})
    yield
    sqs.set_queue_attributes(QueueUrl=url, Attributes=before)


def checks(shop: Shop) -> dict[str, Any]:
    return dict(json.loads(nightbell(shop, "backup", "check", "--json")[1])["checks"])


def test_a_table_that_was_deleted_comes_back_and_what_was_written_meanwhile_is_answered(shop: Shop) -> None:
    before, meanwhile = shop.somebody(), shop.somebody()
    shop.write(before)
    shop.answer(before)
    shop.told(before, "acknowledged")
    # The local cloud makes no backup of what is deleted.
    assert nightbell(shop, "backup", "make")[0] == 0
    time.sleep(SKEW.total_seconds())
    table = shop.cloud.handles.client("dynamodb")
    with soon_visible_again(shop):
        table.delete_table(TableName=shop.cloud.handles.table_name)
        shop.write(meanwhile)
        began = time.monotonic()
        code, said = nightbell(shop, "restore", "deleted")
        assert code == 0, said
        assert time.monotonic() - began < SOON_S
        shop.answer(meanwhile, within_s=3 * SOON_S)
    assert all(checks(shop).values())
    shop.quiet()
    assert (len(shop.answers(before)), len(shop.answers(meanwhile))) == (1, 1)
    shop.later(minutes=10)
    shop.write(before, "One more thing")
    assert wait_for(lambda: len(shop.messages(before)) == 2 or None, SOON_S)
