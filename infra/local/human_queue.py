"""Looks at the human queue without taking anything from it: a receive would count, a look does not."""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from infra.local.ministack import MiniStack

Message = dict[str, Any]


def peek(cloud: MiniStack, queue_url: str) -> list[Message]:
    """Read every message of a queue, oldest first, decoded."""
    answer = cloud.get("/_ministack/sqs/messages?" + urlencode({"QueueUrl": queue_url}))
    return [
        json.loads(message["Body"])
        for regions in answer["messages"].values()
        for queues in regions.values()
        for messages in queues.values()
        for message in messages
    ]


def latest(messages: Iterable[Message]) -> list[Message]:
    """Keep the highest revision of each conversation, as every reader must; newest conversation last."""
    newest: dict[str, Message] = {}
    for message in messages:
        key = message["conversation_id"]
        if key not in newest or message["revision"] >= newest[key]["revision"]:
            newest.pop(key, None)
            newest[key] = message
    return list(newest.values())
