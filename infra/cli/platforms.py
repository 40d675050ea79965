"""``nightbell platforms``: what the platforms send us, whether our tokens live, and what was missed."""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from infra.cli.access import open_access
from infra.cli.aws_errors import aws_errors
from infra.cli.cared_page import CaredFor, cared_lines, plain_cared
from infra.cli.durations import read_duration
from infra.cli.outcome import OK, REFUSED, CliError, UsageError
from infra.cli.platforms_page import AppStanding, Shown, app_lines, is_in_order, lines, plain, plain_app
from infra.cli.printing import print_json, print_lines, say
from infra.cli.settings import load_settings
from infra.cli.stack import Deployment, find_deployment
from infra.cli.storing import open_custody, stored
from nightbell.adapters.account_table import AccountTable
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.queues import AckQueue
from nightbell.adapters.secret_parameters import SecretParameters
from nightbell.adapters.secrets import ParameterSecrets
from nightbell.domain.business import Account
from nightbell.domain.errors import MisconfiguredError
from nightbell.domain.facts import Fact
from nightbell.platforms.channel import Verdict
from nightbell.platforms.meta.access_tokens import INSTAGRAM_LIFE, app_access
from nightbell.platforms.meta.care_targets import Target, app_fields, targets
from nightbell.platforms.meta.subscribed_apps import app_request, read_app
from nightbell.platforms.registry import CARES, CHANNELS, PLATFORM_OF, RENEWALS
from nightbell.services.care_for_platforms import CareForPlatforms
from nightbell.services.check_accounts import FARTHEST, MARGIN, READABLE
from nightbell.services.look_at_accounts import PLATFORM, LookAtAccounts, Standing
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.read_back_missed import ReadBackMissed
from nightbell.services.store_messages import StoreMessages

UNFINISHED = "read_backs_unfinished"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tools:
    deployment: Deployment
    api: PlatformHttp
    access: PlatformAccess
    tokens: SecretParameters
    accounts: Sequence[Account]
    every_account: Sequence[Account]
    care: CareForPlatforms

    @property
    def look(self) -> LookAtAccounts:
        return LookAtAccounts(self.api, self.access)

    def targets(self) -> list[Target]:
        """List what the chosen accounts hang on, whole: one Page serves several of them."""
        chosen = {(account.channel, account.account_id) for account in self.accounts}
        return [
            target
            for target in targets(self.every_account)
            if any((a.channel, a.account_id) in chosen for a in target.accounts)
        ]


def check(arguments: argparse.Namespace) -> int:
    """Show every account's token and subscriptions; refused when something is not in order."""
    tools = _open(arguments)
    with aws_errors(f"check the accounts of stage {tools.deployment.stage}"):
        found = [_shown(tools, tools.look(target)) for target in tools.targets()]
        apps = _apps(tools, [each.standing for each in found])
        others = [CaredFor(each=each, facts=tools.care.look(each)) for each in tools.care.cared]
    return _report(arguments, tools, found, apps, others)


def subscribe(arguments: argparse.Namespace) -> int:
    """Subscribe each account to exactly the fields that are handled, then show what came of it."""
    tools = _open(arguments)
    with aws_errors(f"subscribe the accounts of stage {tools.deployment.stage}"):
        found = [_shown(tools, _subscribed(tools, target)) for target in tools.targets()]
        others = [CaredFor(each=each, facts=tools.care.subscribe(each)) for each in tools.care.cared]
    return _report(arguments, tools, found, [], others)


def read_back(arguments: argparse.Namespace) -> int:
    """Store what contacts wrote and no delivery brought."""
    tools = _open(arguments)
    now = tools.deployment.clock.now()
    since = now - read_duration(arguments.since, FARTHEST)
    readable = [account for account in tools.accounts if account.channel in READABLE]
    for account in tools.accounts:
        if account not in readable:
            say(f"{account.channel} {account.account_id}: only messages of Messenger and Instagram can be read back.")
    facts = [(account, found) for account in readable if (found := _guarded(tools, account, since, now)) is not None]
    if arguments.json:
        print_json([_plain_facts(account, found) for account, found in facts])
    else:
        print_lines(f"{a.channel} {a.account_id}: {stored(found) or 'nothing new'}" for a, found in facts)
    unfinished = [fact for _, found in facts for fact in found if fact.name == UNFINISHED]
    for fact in unfinished:
        say(f"{fact.fields['account']}: stopped before the end: {fact.fields['because']}. Run it again.")
    return REFUSED if unfinished or len(facts) < len(readable) else OK


def _open(arguments: argparse.Namespace) -> _Tools:
    deployment = find_deployment(arguments.stage)
    every = list(load_settings().accounts.values())
    chosen = [account for account in every if arguments.account in (None, account.account_id)]
    if not chosen:
        known = ", ".join(dict.fromkeys(account.account_id for account in every))
        raise UsageError(f'functions/business.toml names no account "{arguments.account}". It names: {known}')
    ssm, prefix, api = deployment.client("ssm"), deployment.secrets_prefix, PlatformHttp()
    access, tokens = open_access(deployment, api), SecretParameters(ssm, prefix)
    care = CareForPlatforms(
        cares=CARES,
        renewals=RENEWALS,
        api=api,
        access=access,
        secrets=ParameterSecrets(ssm, prefix, deployment.clock),
        tokens=tokens,
        store=AccountTable(open_custody(deployment).client),
        accounts=chosen,
        channels=CHANNELS,
        platform_of=PLATFORM_OF,
        clock=deployment.clock,
    )
    return _Tools(
        deployment=deployment,
        api=api,
        access=access,
        tokens=tokens,
        accounts=chosen,
        every_account=every,
        care=care,
    )


def _shown(tools: _Tools, standing: Standing) -> Shown:
    """Add what only we know: an Instagram token's age, where Meta tells no end."""
    dies_at = standing.dies_at
    if standing.target.login == "instagram":
        token = tools.tokens.read(PLATFORM, f"access_token/{standing.target.token_of}")
        dies_at = token.changed_at + INSTAGRAM_LIFE if token else None
    return Shown(standing=standing, dies_at=dies_at, now=tools.deployment.clock.now())


def _subscribed(tools: _Tools, target: Target) -> Standing:
    standing = tools.look(target)
    if standing.problem or (standing.is_subscribed and not standing.superfluous):
        return standing
    refused = tools.look.subscribe(standing, standing.target.fields)
    if refused is not None:
        say(f"{standing.target.object_id}: Meta refused to subscribe it: {refused.code} {refused.reason}.")
        return standing
    return tools.look(standing.target)


def _apps(tools: _Tools, found: Iterable[Standing]) -> list[AppStanding]:
    """Ask each app once what it is subscribed to itself; its token is made of its id and its secret."""
    by_app = {s.token.app_id: s for s in found if s.token and s.token.app_id and s.access and s.access.app_secret}
    wanted = app_fields(tools.every_account)
    asked = []
    for app_id, standing in by_app.items():
        if standing.access is None:
            continue
        told = read_app(tools.api.send(app_request(app_access(standing.access, app_id), app_id)))
        refused = told if isinstance(told, Verdict) else None
        subscribed = {} if isinstance(told, Verdict) else told
        asked.append(AppStanding(app_id=app_id, subscribed=subscribed, needed=wanted, refused=refused))
    return asked


def _report(
    arguments: argparse.Namespace,
    tools: _Tools,
    found: Sequence[Shown],
    apps: Sequence[AppStanding],
    others: Sequence[CaredFor],
) -> int:
    stage = tools.deployment.stage
    if arguments.json:
        accounts = [*(plain(each) for each in found), *(plain_cared(each) for each in others)]
        print_json({"accounts": accounts, "apps": [plain_app(each) for each in apps]})
    else:
        print_lines(line for each in found for line in lines(each, stage))
        print_lines(line for each in apps for line in app_lines(each))
        print_lines(line for each in others for line in cared_lines(each))
    good = sum(is_in_order(each) for each in found) + sum(each.is_in_order for each in others)
    every = len(found) + len(others)
    say(f"Stage {stage}: {good} of {every} are in order.")
    return OK if good == every and all(not each.faults for each in apps) else REFUSED


def _guarded(tools: _Tools, account: Account, since: datetime, until: datetime) -> Sequence[Fact] | None:
    """Read one account; what is wrong with it is said, and keeps no other from its turn."""
    try:
        with aws_errors(f"read back for stage {tools.deployment.stage}"):
            return _read(tools, account, since, until)
    except CliError as error:
        say(f"{account.channel} {account.account_id}: {error}")
        return None


def _read(tools: _Tools, account: Account, since: datetime, until: datetime) -> Sequence[Fact]:
    custody = open_custody(tools.deployment)
    known = {(each.channel, each.account_id): each for each in tools.every_account}
    sqs, clock = tools.deployment.client("sqs"), tools.deployment.clock
    reading = ReadBackMissed(
        api=tools.api,
        access=tools.access,
        store=custody.receipts,
        store_messages=StoreMessages(custody.receipts, known, CHANNELS),
        hints=AckQueue(sqs, tools.deployment.outputs()["AckQueueUrl"], clock),
        clock=clock,
    )
    try:
        facts = reading(account, since, until)
    except MisconfiguredError as error:
        raise CliError(str(error)) from error
    if all(fact.name != UNFINISHED for fact in facts):
        _note_read(AccountTable(custody.client), account, since, until)
    return facts


def _note_read(store: AccountTable, account: Account, since: datetime, until: datetime) -> None:
    """Spare CheckAccounts what was read here to its end: it would try the whole again, hour after hour."""
    good_at = store.read_checked_at(account.channel, account.account_id)
    if good_at is not None and since <= good_at - MARGIN:
        store.note_checked(account.channel, account.account_id, until)


def _plain_facts(account: Account, facts: Sequence[Fact]) -> dict[str, object]:
    counts = [{"name": fact.name, "count": fact.count} for fact in facts]
    return {"channel": account.channel, "account_id": account.account_id, "facts": counts}
