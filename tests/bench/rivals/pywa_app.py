"""The job of receiving, written with pywa on FastAPI: verify, parse, store with a condition, answer 200.

Runs in an environment of its own. For each line of its input, a list of bodies and signatures, it prints the processor
milliseconds that one of them took. The server's own HTTP is left out, as the gateway's is on our side.
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping
from typing import Any

import boto3
from fastapi import FastAPI  # type: ignore[import-not-found]  # not of this environment
from pywa import WhatsApp, types  # type: ignore[import-not-found]  # as above

app = FastAPI()
receiver = WhatsApp(
    phone_id=os.environ["PHONE_ID"],
    token="bench",
    server=app,
    verify_token="bench",
    app_secret=os.environ["APP_SECRET"],
)
dynamodb: Any = boto3.client("dynamodb")


@receiver.on_message  # type: ignore[untyped-decorator]  # it has no types here
def keep(_: Any, message: types.Message) -> None:
    """Store one message once."""
    item = {"pk": f"RIVAL#{message.from_user.wa_id}", "sk": message.id, "txt": message.text}
    dynamodb.put_item(
        TableName=os.environ["TABLE_NAME"],
        Item={name: {"S": value} for name, value in item.items()},
        ConditionExpression="attribute_not_exists(pk)",
    )


async def post(body: str, signature: str) -> None:
    """Hand one delivery to the app, as a server does."""
    headers = [(b"content-type", b"application/json"), (b"x-hub-signature-256", signature.encode())]
    scope = {"type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "path": "/", "raw_path": b"/"}
    answered: list[int] = []

    async def receive() -> Mapping[str, object]:
        return {"type": "http.request", "body": body.encode()}

    async def send(message: Mapping[str, Any]) -> None:
        answered.extend([message["status"]] if "status" in message else [])

    await app({**scope, "query_string": b"", "headers": headers}, receive, send)
    if answered != [200]:
        raise ValueError(answered)


async def main() -> None:
    """Play one round for each line."""
    for line in sys.stdin:
        deliveries = json.loads(line)
        started = time.process_time()
        for body, signature in deliveries:
            await post(body, signature)
        print((time.process_time() - started) / len(deliveries) * 1000, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
