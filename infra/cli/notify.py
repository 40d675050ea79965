"""``nightbell notify``: where the team reads, whether a message arrives there, and what the next digest says."""

import argparse
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from infra.cli.aws_errors import aws_errors
from infra.cli.outcome import OK, REFUSED, UsageError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.settings import load_settings
from infra.cli.stack import LOCAL, Deployment, find_deployment
from infra.cli.visible import visible
from infra.local.progress import bold
from nightbell.adapters.aws_signature import AwsSignature
from nightbell.adapters.hold_table import HoldTable
from nightbell.adapters.outbox_table import OutboxTable
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.secrets import ParameterSecrets
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.bulletin import Bulletin, Line
from nightbell.domain.business import Brand, BusinessSettings
from nightbell.domain.digest import digest_of_today
from nightbell.domain.keys import team_pk
from nightbell.domain.settings_problem import did_you_mean
from nightbell.domain.team_place import TeamPlace
from nightbell.handlers.live_settings import live
from nightbell.platforms.registry import CHANNELS, SENDERS
from nightbell.services.desk_rows import DeskRows
from nightbell.services.owe_to_team import Desk, OweDigests
from nightbell.services.send_to_team import SendToTeam
from nightbell.services.tell_team import TellTeam
from nightbell.services.write_outbox import EndpointState

FAR = timedelta(days=30)
"""Everything that is owed is due before that."""
MOST = 100
TEST = Bulletin(title="A test of Nightbell").with_lines(
    [Line(text="If you can read this, your team hears of what cannot wait.")]
)


def list_all(arguments: argparse.Namespace) -> int:
    """Show how each place stands."""
    places = load_settings().team
    deployment = find_deployment(arguments.stage)
    outbox, now, found = OutboxTable(_table(deployment)), deployment.clock.now(), []
    with aws_errors("read how they stand"):
        for each in places:
            pk = team_pk(each.name)
            found.append((each, outbox.state(pk), len(outbox.due(pk, now + FAR, MOST))))
    if arguments.json:
        print_json([_plain(each, state, owed, now) for each, state, owed in found])
    else:
        print_lines(_line(each, state, owed, now) for each, state, owed in found)
    say(f"{len(places)} places in functions/business.toml.")
    if places and deployment.parameters().get("NotifyTeam") != "yes":
        say(f"Stage {deployment.stage} tells none of them: deploy it with NotifyTeam=yes.")
    return OK


def test(arguments: argparse.Namespace) -> int:
    """Send one message now; where it arrives, what is owed follows within a minute."""
    settings = load_settings()
    place = _find(settings.team, arguments.name)
    deployment = find_deployment(arguments.stage)
    outbox = OutboxTable(_table(deployment))
    with aws_errors("read the place's address"):
        outcome = _sender(deployment, settings, outbox).try_once(place, TEST)
    took = not outcome.because
    if took:
        with aws_errors("end its rest"):
            outbox.pause(team_pk(place.name), deployment.clock.now(), 0)
    if arguments.json:
        print_json({"name": place.name, "took_it": took, "because": outcome.because or None})
    say(f"{place.name} took it: look there." if took else f"{place.name} did not take it: {outcome.because}.")
    return OK if took else REFUSED


def digest(arguments: argparse.Namespace) -> int:
    """Show what a digest would say now; nothing is sent."""
    deployment = find_deployment(arguments.stage)
    table = _table(deployment)
    settings, planned = live(table), load_settings()
    brand = _brand(planned, arguments.brand)
    now, desk_url = deployment.clock.now(), deployment.outputs().get("DeskPageUrl", "")
    desk = Desk(HoldTable(table, 1), DeskRows(planned, CHANNELS, SENDERS), desk_url)
    with aws_errors("read what waits"):
        made = OweDigests(desk, TellTeam(OutboxTable(table), (), deployment.clock), deployment.clock).preview(
            brand, now
        )
        at = digest_of_today(settings.brands.get(brand.key, brand).hours, now)
    if arguments.json:
        sections = [
            {"heading": each.heading, "lines": [{"text": line.text, "link": line.link or None} for line in each.lines]}
            for each in made.sections
        ]
        print_json({"title": made.title, "sections": sections, "due_today_at": at.isoformat() if at else None})
    else:
        print_lines(_page(made))
    say(
        f"Today's is due at {at.astimezone(brand.zone):%H:%M}."
        if at
        else "There is none today: the brand does not open."
    )
    return OK


def _find(places: Sequence[TeamPlace], name: str) -> TeamPlace:
    found = {each.name: each for each in places}
    if name not in found:
        remedy = did_you_mean(name, found, "there is none at all")
        raise UsageError(f'No brand in functions/business.toml has a place "{name}" under notify; {remedy}')
    return found[name]


def _brand(settings: BusinessSettings, name: str | None) -> Brand:
    key = name or next(iter(settings.brands))
    if key not in settings.brands:
        raise UsageError(f'There is no brand "{key}" in functions/business.toml; {did_you_mean(key, settings.brands)}')
    return settings.brands[key]


def _table(deployment: Deployment) -> TableClient:
    name = deployment.outputs()["ConversationTableName"]
    return TableClient(deployment.client("dynamodb"), name, Deadline(deployment.clock))


def _sender(deployment: Deployment, settings: BusinessSettings, outbox: OutboxTable) -> SendToTeam:
    stand_in = deployment.parameters().get("PlatformsUrl", "") if deployment.stage == LOCAL else ""
    return SendToTeam(
        store=outbox,
        standings=lambda _: (),
        api=PlatformHttp(sign=AwsSignature()),
        secrets=ParameterSecrets(deployment.client("ssm"), deployment.secrets_prefix, deployment.clock),
        places=settings.team,
        brands=settings.brands,
        clock=deployment.clock,
        stand_in=stand_in,
    )


def _line(place: TeamPlace, state: EndpointState, owed: int, now: datetime) -> str:
    many = f"{MOST} or more owed" if owed == MOST else f"{owed} owed"
    where = f"  {place.to}" if place.to else ""
    return f"{_word(state, now):9} {place.name}  {place.kind}{where}  {_gets(place)}  {many}"


def _gets(place: TeamPlace) -> str:
    return ", ".join(sorted(place.gets))


def _word(state: EndpointState, now: datetime) -> str:
    return "resting" if state.failures and state.paused_until and now < state.paused_until else "in order"


def _plain(place: TeamPlace, state: EndpointState, owed: int, now: datetime) -> dict[str, object]:
    return {
        "name": place.name,
        "kind": place.kind,
        "brand": place.brand,
        "gets": sorted(place.gets),
        "state": _word(state, now),
        "failures": state.failures,
        "owed": owed,
    }


def _page(made: Bulletin) -> Iterator[str]:
    yield bold(visible(made.title))
    for section in made.sections:
        yield ""
        if section.heading:
            yield bold(section.heading)
        for line in section.lines:
            yield f"- {visible(line.text)}"
            if line.link:
                yield f"  {line.link}"
