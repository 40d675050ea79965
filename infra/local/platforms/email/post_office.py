"""Where mail arrives: the bucket that SES writes to, and the topic that it tells."""

from typing import Any, Protocol

from infra.local.deployment import Handles
from infra.local.platforms.courier import OK, Attempt

TOLD = Attempt(status=OK, ms=0)
"""A topic takes whatever SES says; its queue sees to the rest."""


class PostOffice(Protocol):
    """What SES does with a mail."""

    bucket: str

    def keep(self, key: str, raw: bytes) -> None:
        """Write it into the bucket."""

    def tell(self, notification: str, *, later: bool = False) -> Attempt:
        """Publish a word about it; ``later`` than the call is answered that it is about."""


class NoPostOffice:
    """Before anything is deployed: nobody would hear."""

    bucket = ""

    def keep(self, key: str, raw: bytes) -> None:
        """Write nothing."""

    def tell(self, notification: str, *, later: bool = False) -> Attempt:  # noqa: ARG002 - the protocol's form
        """Tell nobody."""
        return TOLD


class DeployedPostOffice:
    """The deployed stack's own."""

    def __init__(self, handles: Handles) -> None:
        """Find bucket and topic by the stack's outputs."""
        self.bucket = handles.outputs["MailBucketName"]
        self._topic = handles.outputs["MailTopicArn"]
        self._s3: Any = handles.client("s3")
        self._sns: Any = handles.client("sns")

    def keep(self, key: str, raw: bytes) -> None:
        """Write it into the bucket."""
        self._s3.put_object(Bucket=self.bucket, Key=key, Body=raw)

    def tell(self, notification: str, *, later: bool = False) -> Attempt:  # noqa: ARG002 - it is on its way at once
        """Publish a word about it."""
        self._sns.publish(TopicArn=self._topic, Message=notification)
        return TOLD
