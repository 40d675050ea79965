"""``nightbell hours``: write the opening hours where customers look before they ring."""

import argparse
from collections.abc import Iterator

from infra.cli.access import open_access
from infra.cli.aws_errors import aws_errors
from infra.cli.outcome import OK, REFUSED
from infra.cli.printing import print_json, print_lines, say
from infra.cli.settings import load_settings
from infra.cli.stack import LOCAL, Deployment, find_deployment
from infra.cli.visible import visible, visible_lines
from infra.local.progress import bold, faint, green, red
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.platforms.profiles import PROFILES
from nightbell.services.publish_hours import Published, PublishHours


def publish(arguments: argparse.Namespace) -> int:
    """Show what is there and what shall be, and write it unless that was all."""
    settings = load_settings()
    deployment = find_deployment(arguments.stage)
    with aws_errors(f"publish the hours of stage {deployment.stage}"):
        done = open_publishing(deployment)(settings.accounts.values(), dry_run=arguments.dry_run)
    if arguments.json:
        print_json([plain(each) for each in done])
    else:
        print_lines(line for each in done for line in lines(each))
    failed = [each for each in done if each.problem]
    say(_verdict(done, failed, dry_run=arguments.dry_run))
    # The local cloud's API has no name that a browser could resolve.
    if deployment.stage != LOCAL and "HoursUrl" in (outputs := deployment.outputs()):
        say(f"The public page: {outputs['HoursUrl']}")
    return REFUSED if failed else OK


def open_publishing(deployment: Deployment) -> PublishHours:
    """Call the platforms as the functions of a deployment do.

    Raises:
        CliError: It cannot be found.
    """
    api = PlatformHttp()
    return PublishHours(profiles=PROFILES, api=api, access=open_access(deployment, api), clock=deployment.clock)


def lines(each: Published) -> Iterator[str]:
    """Say what became of one account, for people."""
    account = each.account
    yield bold(visible(f"{account.channel} {account.account_id}  {account.name or ''}".rstrip()))
    if each.problem:
        yield f"  {red('not written')}: {visible(each.problem)}"
    for name, text in each.after.items():
        before = each.before.get(name, "")
        yield f"  {visible(name)}" + (faint("  stays") if before == text else "")
        if before and before != text:
            yield from (faint(f"    - {line}") for line in visible_lines(before))
        yield from (f"    {green('+') if before != text else ' '} {line}" for line in visible_lines(text))
    for name in each.before.keys() - each.after.keys():
        yield f"  {visible(name)}" + faint("  goes, because the whole list is written anew")


def plain(each: Published) -> dict[str, object]:
    """Say it for programs."""
    return {
        "channel": each.account.channel,
        "account_id": each.account.account_id,
        "before": dict(each.before),
        "after": dict(each.after),
        "written": each.is_written,
        "problem": each.problem or None,
    }


def _verdict(done: list[Published], failed: list[Published], *, dry_run: bool) -> str:
    if not done:
        return "No account in functions/business.toml has a place for opening hours."
    if failed:
        return f"{len(failed)} of {len(done)} accounts could not be done. Trying again is safe."
    if dry_run:
        return "Nothing was written. To write it: nightbell hours publish"
    return f"Written for {len(done)} account{'' if len(done) == 1 else 's'}."
