"""What the template tells a function; the only place that reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nightbell.domain.errors import MisconfiguredError

OPTIONAL = frozenset(
    {
        "CALL_QUEUE_URL",
        "CALL_BUCKET",
        "CLOCK_FILE",
        "DESK_URL",
        "MAIL_BUCKET",
        "META_APP_ID",
        "PLATFORMS_URL",
        "PUBLIC_URL",
        "REPORT_URL",
    }
)
"""May be set to nothing: only the local stage moves its clock or the platforms, not every stack has a desk page or an
address of its own or receives mail or calls, and few share their accounts with another app."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """The variables by the names they have in ``template.yaml``, in lower case; empty where not asked for.

    Attributes:
        secrets_prefix: Path in Parameter Store, such as ``/nightbell/prod``.
        graph_api_url, instagram_api_url: Without a slash at the end.
        platforms_url: Where all platforms but Meta are, each below its own name; empty where they are at home.
        public_url: What platforms call in place of the API's own address, without a slash at its end.
        meta_app_id: Of our own app, or of several, separated by commas.
        mail_bucket: Name of the bucket that mails arrive in; empty where none do.
        call_bucket: Name of the bucket that recordings are kept in.
        log_groups: Those of the functions whose lines are counted, separated by commas.
        log_retention_days: How long logs are kept.
        report_url: Where leads read the weekly report; empty without a desk.
        desk_pool_id, desk_client_id: The user pool that agents are in, and for whom its tokens are issued.
    """

    stage: str = ""
    table_name: str = ""
    secrets_prefix: str = ""
    due_shards: int = 1
    clock_file: Path | None = None
    ack_queue_url: str = ""
    human_queue_url: str = ""
    spill_queue_url: str = ""
    graph_api_url: str = ""
    graph_api_version: str = ""
    instagram_api_url: str = ""
    platforms_url: str = ""
    meta_app_id: str = ""
    desk_url: str = ""
    public_url: str = ""
    mail_bucket: str = ""
    call_bucket: str = ""
    call_queue_url: str = ""
    desk_pool_id: str = ""
    desk_client_id: str = ""
    log_groups: str = ""
    log_retention_days: str = ""
    report_url: str = ""


def read_environment(needs: tuple[str, ...], found: Mapping[str, str] | None = None) -> Environment:
    """Read the variables that one function needs.

    Raises:
        MisconfiguredError: names everything that is missing at once.
    """
    found = os.environ if found is None else found
    missing = [name for name in needs if name not in OPTIONAL and not found.get(name)]
    if missing:
        raise MisconfiguredError(f"not set for this function: {', '.join(missing)}; deploy the template again")
    texts = {name.lower(): found.get(name, "") for name in needs if name not in {"DUE_SHARDS", "CLOCK_FILE"}}
    clock_file = found.get("CLOCK_FILE")
    return Environment(
        **texts,
        due_shards=int(found.get("DUE_SHARDS", "1")),
        clock_file=Path(clock_file) if clock_file else None,
    )
