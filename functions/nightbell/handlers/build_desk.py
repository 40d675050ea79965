"""Compose the desk: what agents do, the page, and who may sign in."""

from nightbell.adapters.aws_clients import WORK, AwsClients
from nightbell.adapters.clock import SystemClock
from nightbell.adapters.desk_reading import DeskReadingTable
from nightbell.adapters.desk_table import DeskTable
from nightbell.adapters.override_table import OverrideTable
from nightbell.adapters.page_files import page_files
from nightbell.adapters.queues import AckQueue
from nightbell.adapters.report_table import ReportTable
from nightbell.adapters.sign_in import UserPool
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.business import BusinessSettings
from nightbell.handlers.environment import Environment
from nightbell.handlers.settings import settings
from nightbell.platforms.registry import CHANNELS, SENDERS
from nightbell.services.desk import Desk
from nightbell.services.desk_api.doing import Doing
from nightbell.services.desk_api.page import ServePage
from nightbell.services.desk_api.reporting import Reporting
from nightbell.services.desk_api.routes import routes
from nightbell.services.desk_api.serve import ServeDesk
from nightbell.services.desk_api.sessions import Sessions
from nightbell.services.desk_api.telling import Telling
from nightbell.services.desk_list import WaitingList
from nightbell.services.desk_promise import WordPromise
from nightbell.services.desk_rows import DeskRows
from nightbell.services.desk_say import Business
from nightbell.services.desk_story import Story
from nightbell.services.live_hours import LiveHours, live_settings
from nightbell.services.ports import Clock, Hints
from nightbell.services.weekly_report import WeeklyReport


def build_desk(env: Environment) -> tuple[ServeDesk, Deadline]:
    """Compose it once for an execution environment; the deadline is of the calls of one request."""
    aws, clock = AwsClients(), SystemClock(env.clock_file)
    deadline = Deadline(clock)
    table = TableClient(aws.make("dynamodb", WORK), env.table_name, deadline)
    users = UserPool(aws.make("cognito-idp", WORK), env.desk_pool_id, env.desk_client_id)
    hints = AckQueue(aws.make("sqs", WORK), env.ack_queue_url, clock)
    return compose_desk(env, table, users, hints, settings(), clock), deadline


def compose_desk(  # noqa: PLR0913, PLR0917 - what the desk is made of
    env: Environment, table: TableClient, users: UserPool, hints: Hints, planned: BusinessSettings, clock: Clock
) -> ServeDesk:
    """Compose it from what reaches out."""
    hours = LiveHours(OverrideTable(table), clock)
    known = live_settings(planned, hours)
    reading, rows = DeskReadingTable(table), DeskRows(known, CHANNELS, SENDERS)
    telling = Telling(
        waiting=WaitingList(reading, rows, clock),
        story=Story(reading, rows, clock),
        members=users.members,
        brands=known.brands,
        clock=clock,
        by_hand=hours.said,
    )
    business = Business(accounts=known.accounts, channels=CHANNELS, senders=SENDERS)
    desk = Desk(DeskTable(table, env.due_shards), clock, hints, business)
    doing = Doing(desk, WordPromise(reading, rows, clock), telling.story, telling.names)
    sessions = Sessions(users, is_local=env.stage == "local")
    reporting = Reporting(WeeklyReport(ReportTable(table)), known.brands, clock)
    return ServeDesk(routes(telling, doing, sessions, reporting), ServePage(page_files()), env.desk_client_id)
