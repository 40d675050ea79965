"""What leads to a conversation by an address or a number that was given there; where several gave one, to none."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from nightbell.adapters import table_expressions as e
from nightbell.adapters.table_items import item, key
from nightbell.domain.keys import GIVEN_SK, given_pk
from nightbell.services.ports import StoreRequest

GIVEN_KEPT_FOR = timedelta(days=180)


def given_pks(request: StoreRequest) -> list[str]:
    """Name what the request's consents lead by, each once."""
    found = (given_pk(request.written.brand, each.channel, each.address) for each in request.consents)
    return list(dict.fromkeys(pk for pk in found if pk is not None))


def given_writes(table: str, request: StoreRequest) -> list[dict[str, Any]]:
    """Write it with the consents; where it is known that another conversation has it, mark it as nobody's."""
    return [_shared(table, pk) if pk in request.shared else _own(table, pk, request) for pk in given_pks(request)]


def taken(request: StoreRequest, codes: Sequence[str | None]) -> frozenset[str]:
    """Read which of them belong to other conversations out of the codes of exactly these writes."""
    pairs = zip(given_pks(request), codes, strict=False)
    return frozenset(pk for pk, code in pairs if code == "ConditionalCheckFailed")


def _own(table: str, pk: str, request: StoreRequest) -> dict[str, Any]:
    stored: Mapping[str, object] = {
        "pk": pk,
        "sk": GIVEN_SK,
        "conversation": request.pk,
        "expires_at": int((request.received_at + GIVEN_KEPT_FOR).timestamp()),
    }
    return {
        "Put": {
            "TableName": table,
            "Item": item(stored),
            "ConditionExpression": e.REFERENCE_FREE,
            "ExpressionAttributeValues": {":conversation": {"S": request.pk}},
        }
    }


def _shared(table: str, pk: str) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": table,
            "Key": key(pk, GIVEN_SK),
            "UpdateExpression": e.GIVEN_SHARED,
            "ExpressionAttributeValues": {":yes": {"BOOL": True}},
        }
    }
