"""The weekly report where it is read and counted: in a lead's browser, and from the lines of a real deployment."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from infra.build.template import ROOT
from infra.cli.settings import load_settings
from infra.local.platforms.meta.people import MESSENGER
from infra.local.waiting import wait_for
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.report_table import ReportTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.weekly_report.figures import Counted, Figures
from nightbell.domain.weekly_report.kept_day import KeptDay, day_sk, report_pk
from nightbell.domain.weekly_report.tally import AUTOMATIC, MESSAGES, PERSON, Tally
from nightbell.domain.weekly_report.week import week_of
from nightbell.services.count_days import BACK
from nightbell.services.weekly_report import last_week
from tests.e2e.conftest import SOON_S, Shop
from tests.e2e.test_desk_page import AGENT, LEAD, PHONE, Sit, sit

__all__ = ["sit"]
pytestmark = pytest.mark.timeout(180)
BRAND = next(iter(load_settings().brands.values()))


def table_of(shop: Shop) -> ReportTable:
    handles = shop.cloud.handles
    return ReportTable(TableClient(handles.client("dynamodb"), handles.table_name, Deadline(SystemClock())))


def keep_last_week(shop: Shop) -> Tally:
    """Keep a week of numbers, however often this runs."""
    week = last_week(shop.cloud.clock.now(), BRAND)
    tally: Tally = Counter(
        {(MESSAGES, "whatsapp", str(day), str(hour)): day + hour for day in range(7) for hour in range(24)}
    )
    tally.update({("promises", "whatsapp", "kept"): 90, ("promises", "whatsapp", "broken"): 10, ("ratings", "9"): 7})
    tally.update({("ack", "whatsapp", "330"): 300, ("first", "whatsapp", "open", "opening", "310"): 50})
    for day in week.days:
        table_of(shop).keep(BRAND.key, day, KeptDay(tally=tally if day == week.monday else Counter()))
    return tally


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_lead_reads_the_week_on_a_phone(shop: Shop, sit: Sit, scheme: str) -> None:
    tally = keep_last_week(shop)
    desk = sit(viewport=PHONE, color_scheme=scheme, locale="en-GB")
    desk.sign_in(LEAD, "/report")
    frame = desk.page.frame_locator("dialog iframe")
    messages = sum(count for name, count in tally.items() if name[0] == MESSAGES)
    expect(frame.locator("ul")).to_contain_text(f"{messages:,}")
    expect(frame.locator("ul")).to_contain_text("90 of 100")
    # Its own style holds under the desk's policy, or nothing would be laid out.
    assert frame.locator("ul").evaluate("one => getComputedStyle(one).display") == "grid"
    assert frame.locator("main").evaluate("one => one.ownerDocument.documentElement.scrollWidth") <= PHONE["width"]
    found = Axe().run(desk.page)
    assert found.violations_count == 0, found.generate_report()
    desk.page.get_by_role("button", name="Week before").click()
    expect(frame.locator(".warn")).to_contain_text("Not counted")
    desk.page.get_by_role("button", name="Week after").click()
    expect(frame.locator("ul")).to_contain_text("90 of 100")
    with desk.page.expect_download() as saved:
        desk.page.get_by_role("button", name="Save as a file").click()
    assert re.fullmatch(rf"{BRAND.key}-\d{{4}}-W\d\d\.html", saved.value.suggested_filename)


def test_an_agent_is_not_offered_it(sit: Sit) -> None:
    desk = sit()
    desk.sign_in(AGENT, "/report")
    assert desk.page.get_by_role("button", name="Weekly report").count() == 0
    assert desk.page.locator("dialog").count() == 0


def test_the_function_counts_days_with_just_its_own_rights(shop: Shop) -> None:
    name = shop.cloud.handles.outputs["CountDaysName"]
    answer = shop.cloud.handles.client("lambda").invoke(FunctionName=name, Payload=b"{}")
    said = answer["Payload"].read()
    assert "FunctionError" not in answer, said
    assert json.loads(said or b"null") is None
    today = datetime.now(BRAND.zone).date()
    kept = table_of(shop).days(BRAND.key, today - timedelta(days=BACK), today - timedelta(days=2))
    assert len(kept) == BACK - 1


def counted(shop: Shop) -> Figures:
    """Count the week that is under way by the command, from the real functions' lines."""
    week = week_of(datetime.now(BRAND.zone).date())
    command = [sys.executable, "-m", "infra.cli", "report", "week", "--json", "--week", week.name, "--stage", "local"]
    environment = os.environ | shop.cloud.handles.environment
    done = subprocess.run(command, check=True, cwd=ROOT, env=environment, capture_output=True, text=True)
    tally: Tally = Counter({tuple(row[:-1]): row[-1] for row in json.loads(done.stdout)["counts"]})
    return Figures(week, Counted(tally=tally))


def count_from_the_logs(shop: Shop) -> None:
    """Forget what is kept of this week: by the functions' clock it may be last week, which another test has made up."""
    dynamodb = shop.cloud.handles.client("dynamodb")
    for day in week_of(datetime.now(BRAND.zone).date()).days:
        key = {"pk": {"S": report_pk(BRAND.key)}, "sk": {"S": day_sk(day)}}
        dynamodb.delete_item(TableName=shop.cloud.handles.table_name, Key=key)


def test_what_customers_wrote_is_what_is_counted(shop: Shop) -> None:
    count_from_the_logs(shop)
    before = counted(shop)
    ada, bea = shop.somebody(MESSENGER), shop.somebody(MESSENGER)
    for contact, texts in ((ada, ("Is my cake ready?", "It is for Luis")), (bea, ("Are you open?",))):
        for text in texts:
            shop.write(contact, text)
        shop.told(contact, "acknowledged")
    text = "It is ready, Ada: come by."
    shop.say(shop.conversation(ada), text, "messenger")
    assert wait_for(lambda: any(text in said.text for said in shop.answers(ada)), SOON_S)
    now = wait_for(lambda: found if (found := counted(shop)).answers > before.answers else None, 90)
    assert now is not None, "no first answer was written down"
    assert now.messages - before.messages == 3
    assert now.by_channel(MESSAGES)["messenger"] - before.by_channel(MESSAGES)["messenger"] == 3
    assert now.ack("messenger").count - before.ack("messenger").count == 2
    assert now.sends(AUTOMATIC)["sent"] - before.sends(AUTOMATIC)["sent"] == 2
    assert now.sends(PERSON)["sent"] - before.sends(PERSON)["sent"] == 1
    assert now.answers - before.answers == 1
    assert now.promises()[0] - before.promises()[0] == 1
