"""What the functions wrote down about a smoke test that failed."""

from collections.abc import Sequence
from datetime import datetime

from botocore.exceptions import BotoCoreError, ClientError

from infra.cli.log_lines import Logs
from infra.cli.outcome import CliError
from infra.cli.stack import Deployment
from infra.cli.trace import log_groups
from infra.cli.visible import visible
from nightbell.adapters.clock import SystemClock

MOST = 5


def errors_since(deployment: Deployment, began: datetime) -> Sequence[str]:
    """List the different errors of the functions since then; none without the right to read their logs."""
    try:
        logs = Logs(deployment.client("logs"), log_groups(deployment), began, SystemClock(None).now())
        found = logs.find(["ERROR"])
    except (CliError, BotoCoreError, ClientError):
        return []
    lines = (
        f"  {line.function} wrote: {line.name} {visible(line.fields.get('because', line.fields.get('error', '')))}"
        for line in found
        if line.level == "ERROR"
    )
    return list(dict.fromkeys(line.rstrip() for line in lines))[:MOST]
