"""Notify: every minute, tells the team what it should look at; and at once, what an alarm says."""

from datetime import timedelta
from functools import cache
from typing import Any

from nightbell.adapters.aws_clients import WORK, AwsClients
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.hold_table import HoldTable
from nightbell.adapters.outbox_table import OutboxTable
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.secrets import ParameterSecrets
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.handlers.build_acknowledge import LambdaContext
from nightbell.handlers.environment import read_environment
from nightbell.handlers.live_settings import live
from nightbell.handlers.report import report, report_stale
from nightbell.platforms.registry import CHANNELS, SENDERS
from nightbell.services.desk_rows import DeskRows
from nightbell.services.owe_to_team import Desk, OweBrokenPromises, OweDigests, guarded
from nightbell.services.send_to_team import SendToTeam
from nightbell.services.tell_alarm import TellAlarm
from nightbell.services.tell_team import TellTeam
from nightbell.services.warn_who_posts import WarnWhoPosts
from nightbell.services.write_alerts import WriteDown

NEEDS = ("TABLE_NAME", "SECRETS_PREFIX", "CLOCK_FILE", "DESK_URL", "PLATFORMS_URL")


class _Notifying:
    """The services, and what their handler needs beside them."""

    def __init__(self) -> None:
        env = read_environment(NEEDS)
        self.clock = SystemClock(env.clock_file)
        aws = AwsClients()
        self.secrets = ParameterSecrets(aws.make("ssm", WORK), env.secrets_prefix, self.clock)
        table = TableClient(aws.make("dynamodb", WORK), env.table_name, Deadline(self.clock))
        known, outbox, waiting = live(table), OutboxTable(table), HoldTable(table, env.due_shards)
        desk = Desk(waiting, DeskRows(known, CHANNELS, SENDERS), env.desk_url)
        tell = TellTeam(outbox, known.team, self.clock)
        self.digests = OweDigests(desk, tell, self.clock)
        self.broken = OweBrokenPromises(desk, WriteDown(outbox, known.team), self.clock)
        self.posts = WarnWhoPosts(outbox, desk, tell, CHANNELS, self.clock)
        self.send = SendToTeam(
            store=outbox,
            standings=waiting.standings,
            api=PlatformHttp(sign=aws.signature()),
            secrets=self.secrets,
            places=known.team,
            brands=known.brands,
            clock=self.clock,
            stand_in=env.platforms_url,
        )
        self.alarm = TellAlarm(tell, self.send)


@cache
def _notifying() -> _Notifying:
    return _Notifying()


def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Tell once; what fails is reported and tried again when its time has come."""
    notifying = _notifying()
    left = timedelta(milliseconds=context.get_remaining_time_in_millis())
    ends = notifying.clock.now() + left
    said = [record["Sns"]["Message"] for record in event.get("Records", ())]
    facts = notifying.alarm(said) if said else guarded(notifying.digests, notifying.broken, notifying.posts)
    report([*facts, *notifying.send(ends)])
    report_stale(notifying.secrets.stale)
