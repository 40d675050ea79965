"""What the contract suite sends through Twilio."""

from dataclasses import replace

from tests.platforms.sending import ACCESS, PLAIN, Sample

SAMPLE = Sample(
    access=replace(
        ACCESS,
        app_secret=None,
        owner_id="AC00000000000000000000000000000777",
        hook_url="https://webhooks.example.test/webhooks/twilio",
    ),
    outbound=replace(PLAIN, account_id="+34960550100"),
)
