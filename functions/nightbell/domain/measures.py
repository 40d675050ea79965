"""Which facts are metrics, and of which kind: CloudWatch charges for each name, so few of them are (decision 0020)."""

from collections.abc import Iterator
from dataclasses import dataclass

from nightbell.domain.facts import Fact
from nightbell.domain.unit import UnitKind

_TO_MESSAGES = {UnitKind.ACKNOWLEDGEMENT, UnitKind.ANSWER}
"""Units that a contact waits for; what the desk says has another clock."""

COUNTED = frozenset(
    {
        *("messages_stored", "refused_401", "deliveries_spilled", "large_deliveries_spilled", "deliveries_replayed"),
        *("quarantined", "hints_lost", "hand_offs", "acks_suppressed", "acks_undelivered", "breakers_opened"),
        *("sends_sent", "sends_not_sent", "sends_refused", "sends_unknown", "swept", "parked", "quiet_channels"),
        "promises_overdue",
        "storms_began",
    }
)
"""Facts that are counted under their own name: what the dashboard draws, or an alarm waits for."""

AGES = frozenset({"oldest_due_s"})
"""Facts whose count is a number of seconds."""

DEFECTS = "defects"

_TROUBLE = {
    "trouble_receiving": (
        *("misconfigured", "unavailable", "deliveries_spilled", "secrets_stale"),
        *("calls_not_written_down", "call_parts_lost"),
    ),
    "trouble_reading": (
        *("quarantined", "messages_shortened", "new_kinds_of_event", "mail_gone", "recordings_lost", "calls_stuck"),
    ),
    "trouble_sending": (
        *("breakers_opened", "breakers_still_open", "accounts_without_token", "accounts_blocked", "deauthorized"),
    ),
    "trouble_accounts": (
        *("accounts_unblocked", "cannot_be_read_back", "checks_failed", "deliveries_waiting", "operator_must_look"),
        *("owners_unknown", "permissions_missing", "read_backs_cut", "read_backs_unclear", "read_backs_unfinished"),
        *("settlements_without_send", "subscriptions_missing", "subscriptions_repaired"),
        *("tokens_dead", "tokens_dying", "tokens_lost", "tokens_not_renewed"),
    ),
    "trouble_settings": (
        *("account_not_in_settings", "calls_of_nobody", "public_holidays_end", "settings_broken", "texts_gone"),
    ),
    "trouble_webhooks": ("webhooks_disabled", "webhooks_unsigned"),
    "trouble_reviews": ("bad_reviews",),
    "trouble_team": ("team_given_up", "team_not_told"),
    DEFECTS: ("crashes", "policy_failed", "sweeps_failed", "holding_failed"),
    "quiet_channels": ("quiet_channels",),
    "storms_began": ("storms_began",),
}

TROUBLE = {name: metric for metric, names in _TROUBLE.items() for name in names}
"""What an operator must hear of is counted together with its like, one alarm for each kind: the line says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One number for CloudWatch.

    Attributes:
        unit: As CloudWatch names it.
    """

    name: str
    value: int
    unit: str = "Count"


def measures(fact: Fact) -> Iterator[Measure]:
    """Tell what a fact adds to the metrics; most facts are a line in the log and nothing more."""
    if fact.name in COUNTED:
        yield Measure(name=fact.name, value=fact.count)
    if fact.name in AGES:
        yield Measure(name=fact.name, value=fact.count, unit="Seconds")
    trouble = TROUBLE.get(fact.name, DEFECTS)
    if fact.alarm and trouble not in COUNTED:
        yield Measure(name=trouble, value=fact.count)
    yield from _times(fact)


_FIRST = frozenset({"first_answer", "answered_outside"})
"""By a person: at the desk, or in the platform's own inbox."""


def _times(fact: Fact) -> Iterator[Measure]:
    waited, first = fact.fields.get("waited_ms"), fact.fields.get("wall_s")
    if fact.name == "sends_sent" and isinstance(waited, int) and fact.fields.get("kind") in _TO_MESSAGES:
        yield Measure(name="ack_ms", value=waited, unit="Milliseconds")
    if fact.name in _FIRST and isinstance(first, int):
        yield Measure(name="first_answer_s", value=first, unit="Seconds")
        kept = fact.fields.get("promise_kept")
        if kept is not None:
            yield Measure(name="promises_kept" if kept else "promises_broken", value=1)
