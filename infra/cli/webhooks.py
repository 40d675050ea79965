"""``nightbell webhooks``: the business's own systems that are told, how they stand, and whether they answer."""

import argparse
from datetime import datetime, timedelta

from infra.cli.aws_errors import aws_errors
from infra.cli.outcome import OK, REFUSED, CliError, UsageError
from infra.cli.printing import print_json, print_lines, say
from infra.cli.settings import load_settings
from infra.cli.stack import Deployment, find_deployment
from nightbell.adapters.outbox_table import OutboxTable
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.secrets import ParameterSecrets
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.keys import outbox_pk
from nightbell.domain.settings_problem import did_you_mean
from nightbell.domain.webhooks import Webhook, payload
from nightbell.platforms.channel import Answer
from nightbell.services.send_webhooks import PAGE, is_taken, keys_of, signed_request
from nightbell.services.write_outbox import Claimed, EndpointState

TEST = "nightbell.test"
FAR = timedelta(days=30)
"""Everything that waits is due before that."""


def list_all(arguments: argparse.Namespace) -> int:
    """Show how each stands."""
    webhooks = load_settings().webhooks
    deployment = find_deployment(arguments.stage)
    outbox, now = _outbox(deployment), deployment.clock.now()
    found = []
    with aws_errors("read how they stand"):
        for each in webhooks:
            pk = outbox_pk(each.name)
            found.append((each, outbox.state(pk), len(outbox.due(pk, now + FAR, PAGE))))
    if arguments.json:
        print_json([_plain(each, state, waiting, now) for each, state, waiting in found])
    else:
        print_lines(_line(each, state, waiting, now) for each, state, waiting in found)
    say(f"{len(webhooks)} webhooks in functions/business.toml.")
    if webhooks and deployment.parameters().get("WebhooksOut") != "yes":
        say(f"Stage {deployment.stage} sends none of them: deploy it with WebhooksOut=yes.")
    return OK


def enable(arguments: argparse.Namespace) -> int:
    """Send it again what waits."""
    webhook = _find(arguments.name)
    outbox = _outbox(find_deployment(arguments.stage))
    with aws_errors(f"enable {webhook.name}"):
        outbox.enable(outbox_pk(webhook.name))
    if arguments.json:
        print_json({"name": webhook.name, "state": "enabled"})
    say(f"{webhook.name} is told again, from the next minute on; what waited longer than two weeks is gone.")
    return OK


def test(arguments: argparse.Namespace) -> int:
    """Send one now, past the outbox."""
    webhook = _find(arguments.name)
    deployment = find_deployment(arguments.stage)
    secrets = ParameterSecrets(deployment.client("ssm"), deployment.secrets_prefix, deployment.clock)
    now = deployment.clock.now()
    with aws_errors("read the secret"):
        keys = keys_of(secrets, webhook)
    if not keys:
        command = f"nightbell secrets set standard out/{webhook.name} --stage {deployment.stage}"
        raise CliError(f"There is no secret to sign with. Set one, whsec_ and 24 to 64 bytes in Base64: {command}")
    body = payload(TEST, {"webhook": webhook.name}, now)
    claimed = Claimed(pk=outbox_pk(webhook.name), sk=f"test.{now.timestamp()}", body=body, tries=1)
    outcome = PlatformHttp().send(signed_request(webhook, claimed, now, keys))
    said = f"status {outcome.status}" if isinstance(outcome, Answer) else f"no answer ({outcome.error})"
    took = is_taken(outcome)
    if arguments.json:
        print_json({"name": webhook.name, "took_it": took, "said": said})
    say(f"{webhook.name} {'took it' if took else 'did not take it'}: {said}.")
    return OK if took else REFUSED


def _find(name: str) -> Webhook:
    webhooks = {each.name: each for each in load_settings().webhooks}
    if name not in webhooks:
        remedy = did_you_mean(name, webhooks, "there is none at all")
        raise UsageError(f'There is no webhook "{name}" in functions/business.toml; {remedy}')
    return webhooks[name]


def _outbox(deployment: Deployment) -> OutboxTable:
    table = deployment.outputs()["ConversationTableName"]
    return OutboxTable(TableClient(deployment.client("dynamodb"), table, Deadline(deployment.clock)))


def _line(webhook: Webhook, state: EndpointState, waiting: int, now: datetime) -> str:
    many = f"{PAGE} or more wait" if waiting == PAGE else f"{waiting} wait{'s' if waiting == 1 else ''}"
    why = f": {state.because}. To go on: nightbell webhooks enable {webhook.name}" if state.because else ""
    return f"{_word(state, now):9} {webhook.name}  {webhook.url}  {many}{why}"


def _word(state: EndpointState, now: datetime) -> str:
    if state.disabled_at:
        return "disabled"
    return "resting" if state.paused_until and now < state.paused_until else "in order"


def _plain(webhook: Webhook, state: EndpointState, waiting: int, now: datetime) -> dict[str, object]:
    return {
        "name": webhook.name,
        "url": webhook.url,
        "state": _word(state, now),
        "because": state.because or None,
        "disabled_at": state.disabled_at.isoformat() if state.disabled_at else None,
        "waiting": waiting,
    }
