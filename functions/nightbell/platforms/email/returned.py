"""What mail servers write to us: bounces, receipts and complaints about a mail.

SES takes the bounces of what it sends itself; these come from servers that write to the wrong one of our addresses.
Source: RFC 3464 (delivery status), RFC 5965 (feedback reports), RFC 8098 (receipts of reading).
"""

import re

from nightbell.domain.events import Event, Outcome, Settlement
from nightbell.platforms.email.addresses import read_addresses
from nightbell.platforms.email.facts import Receipt
from nightbell.platforms.email.mail import Mail
from nightbell.platforms.email.rows import CHANNEL, TABLE
from nightbell.platforms.email.tags import TAG_HEADER, read_tag

_TAG = re.compile(rf"^{TAG_HEADER}:\s*([\w.-]{{1,200}})\s*$", re.IGNORECASE | re.MULTILINE)
_CONTACT = re.compile(r"^(?:final|original)-recipient:\s*rfc822\s*;\s*(\S{3,254})\s*$", re.IGNORECASE | re.MULTILINE)
_FAILED = re.compile(r"^action:\s*failed\s*$", re.IGNORECASE | re.MULTILINE)
_REASON = re.compile(r"^status:\s*([0-9.]{5,11})", re.IGNORECASE | re.MULTILINE)


def read_returned(mail: Mail, receipt: Receipt) -> Event:
    """Settle our send where the report returns its tag and says that it failed; else count it."""
    if mail.kind == "message/feedback-report" or "feedback-report" in mail.first("content-type").lower():
        return TABLE.noise("email.feedback_report", CHANNEL)
    tag, contact = _TAG.search(mail.inner), _CONTACT.search(mail.inner)
    to = read_addresses(contact[1]) if contact else []
    if tag is None or read_tag(tag[1]) is None or not _FAILED.search(mail.inner) or not to or not receipt.accounts:
        return TABLE.noise("email.bounce", CHANNEL)
    status = _REASON.search(mail.inner)
    return Settlement(
        kind="email.bounce_of_ours",
        channel=CHANNEL,
        account_id=receipt.accounts[0],
        contact_ids=(to[0].address,),
        tag=tag[1],
        outcome=Outcome.FAILED,
        detail=f"the contact's mail server returned it ({status[1]})" if status else "the mail server returned it",
    )
