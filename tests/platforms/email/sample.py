"""What the contract suite tries mail's sending with."""

from dataclasses import replace

from nightbell.platforms.registry import HOSTS
from tests.platforms.email.mails import OURS, SENDER
from tests.platforms.sending import ACCESS, PLAIN, Sample

SAMPLE = Sample(
    access=replace(ACCESS, version=HOSTS["email"][1]),
    outbound=replace(PLAIN, account_id=OURS, address=SENDER),
)
