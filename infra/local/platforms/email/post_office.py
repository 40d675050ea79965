"""Where mail arrives: the bucket that SES writes to, and the topic that it tells."""

from typing import Any, Protocol

from infra.local.deployment import Handles


class PostOffice(Protocol):
    """What SES does with a mail."""

    bucket: str

    def keep(self, key: str, raw: bytes) -> None:
        """Write it into the bucket."""

    def tell(self, notification: str) -> None:
        """Publish a word about it."""


class NoPostOffice:
    """Before anything is deployed: nobody would hear."""

    bucket = ""

    def keep(self, key: str, raw: bytes) -> None:
        """Write nothing."""

    def tell(self, notification: str) -> None:
        """Tell nobody."""


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

    def tell(self, notification: str) -> None:
        """Publish a word about it."""
        self._sns.publish(TopicArn=self._topic, Message=notification)
