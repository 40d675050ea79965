"""Where what happened comes from: a deployment's own table, or the package that runs there."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.request import urlopen

from nightbell.adapters.hold_table import HoldTable
from nightbell.adapters.table_client import TableClient
from nightbell.adapters.table_items import Item
from nightbell.services.ports import Clock

SETTINGS_IN_PACKAGE = "business.toml"
PAUSE_S = 0.02
"""Between two conversations: fifty in a second are few beside what customers cause."""
TIMEOUT_S = 60


def waiting(table: TableClient, brands: Iterable[str], since: datetime, now: datetime) -> Sequence[str]:
    """List the conversations that wait, by the index that the desk lists them by; no more than keys is read."""
    store = HoldTable(table, 1)
    return [each.pk for brand in brands for each in store.waiting_between(brand, since, now)]


def items_of(table: TableClient, pks: Iterable[str], clock: Clock) -> Iterator[Item]:
    """Read whole conversations one by one, slowly, and not consistently, which costs half as much."""
    for pk in pks:
        yield from _partition(table, pk)
        clock.sleep(PAUSE_S)


def _partition(table: TableClient, pk: str) -> Iterator[Item]:
    request: dict[str, Any] = {
        "TableName": table.table,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": pk}},
    }
    while True:
        answer = table.client.query(**request)
        yield from answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def deployed_settings(functions: Any, name: str) -> bytes:  # noqa: ANN401 - botocore makes its clients at run time
    """Read the settings out of the package of a function (AWS Lambda API "GetFunction": a link for ten minutes).

    Raises:
        KeyError: The package holds none.
        OSError: It cannot be fetched.
        zipfile.BadZipFile: It is no package.
    """
    place = functions.get_function(FunctionName=name)["Code"]["Location"]
    with urlopen(place, timeout=TIMEOUT_S) as answer:  # noqa: S310 - the link is AWS's own
        package = answer.read()
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return opened.read(SETTINGS_IN_PACKAGE)


def recent(items: Iterable[Item], now: datetime, looked_back: timedelta) -> list[Item]:
    """Keep whole conversations in which somebody wrote lately: what was said before decides about what came after."""
    kept = list(items)
    since_ms = int((now - looked_back).timestamp() * 1000)
    lately = {each["pk"]["S"] for each in kept if "got_at" in each and int(each["got_at"]["N"]) >= since_ms}
    return [each for each in kept if each["pk"]["S"] in lately]
