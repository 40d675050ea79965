"""Look again, just before a unit leaves, whether it still should."""

from nightbell.domain.acknowledgement import reason_to_drop
from nightbell.services.case import Case


def reason_not_to_send(case: Case) -> str | None:
    """Name the reason why a unit's current step must not leave any more; ``None`` where it may."""
    window = case.sender.reply_window
    return reason_to_drop(case.unit, case.conversation, case.account, reply_window=window, now=case.now)
