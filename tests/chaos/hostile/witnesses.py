"""Puts a message that must not be lost beside what is hostile, and counts what was sent at all."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

from tests.chaos.accounts import INSTAGRAM, NUMBER, PAGE
from tests.chaos.forgery.corpus import NAME, WORD


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessing:
    """What this proof must know of a platform's JSON.

    Attributes:
        put: Puts a message of this id into a tree; returns the tree that holds both.
        items: Counts, in a tree, the things that happened and must each come to something.
        attach: Writes a body whose message carries an address wherever one may stand.
        sendable: Makes of hostile bytes what the platform would sign as a delivery.
        known_as: Writes such an id as the platform would; it is the message's own from then on.
    """

    put: Callable[[Random, Any, str], Any]
    items: Callable[[Any], int]
    attach: Callable[[str, str], bytes]
    sendable: Callable[[bytes], bytes] = lambda body: body
    known_as: Callable[[str], str] = str


def _messenger_entry(message_id: str) -> dict[str, Any]:
    message = {"mid": message_id, "text": f"{WORD} of a witness"}
    item = {"sender": {"id": "7700000000000999"}, "recipient": {"id": PAGE}, "timestamp": 1795000000123}
    return {"id": PAGE, "time": 1795000000123, "messaging": [item | {"message": message}]}


def _comment_entry(message_id: str) -> dict[str, Any]:
    value = {
        "item": "comment",
        "verb": "add",
        "comment_id": message_id,
        "post_id": f"{PAGE}_5001",
        "parent_id": f"{PAGE}_5001",
        "created_time": 1795000000,
        "message": f"{WORD} of a witness",
        "from": {"id": "7700000000000999", "name": NAME},
    }
    return {"id": PAGE, "time": 1795000000, "changes": [{"field": "feed", "value": value}]}


def _direct_entry(message_id: str) -> dict[str, Any]:
    message = {"mid": message_id, "text": f"{WORD} of a witness"}
    item = {"sender": {"id": "7700000000000999"}, "recipient": {"id": INSTAGRAM}, "timestamp": 1795000000123}
    return {"id": INSTAGRAM, "time": 1795000000123, "messaging": [item | {"message": message}]}


def _under_picture_entry(message_id: str) -> dict[str, Any]:
    value = {
        "id": message_id,
        "text": f"{WORD} of a witness",
        "from": {"id": "7700000000000999", "username": NAME},
        "media": {"id": "18000000000000001", "media_product_type": "FEED"},
    }
    return {"id": INSTAGRAM, "time": 1795000000, "changes": [{"field": "comments", "value": value}]}


def _whatsapp_entry(message_id: str) -> dict[str, Any]:
    text = {"body": f"{WORD} of a witness"}
    message = {"from": "34999000111222", "id": message_id, "timestamp": "1795000000", "type": "text", "text": text}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "34971000000", "phone_number_id": NUMBER},
        "contacts": [{"profile": {"name": NAME}, "wa_id": "34999000111222"}],
        "messages": [message],
    }
    return {"id": "102290000000555", "changes": [{"field": "messages", "value": value}]}


_ENTRIES: Mapping[str, Sequence[Callable[[str], dict[str, Any]]]] = {
    "page": (_messenger_entry, _comment_entry),
    "instagram": (_direct_entry, _under_picture_entry),
    "whatsapp_business_account": (_whatsapp_entry,),
}


def _put(rng: Random, tree: Any, message_id: str) -> Any:
    if isinstance(tree, dict) and isinstance(tree.get("entry"), list) and rng.random() < 0.8:
        name = tree.get("object")
        makes = _ENTRIES.get(name) if isinstance(name, str) else None
        if makes:
            tree["entry"].insert(rng.randint(0, len(tree["entry"])), rng.choice(makes)(message_id))
            return tree
    name = rng.choice(list(_ENTRIES))
    witness = {"object": name, "entry": [rng.choice(_ENTRIES[name])(message_id)]}
    return [tree, witness] if rng.random() < 0.5 else [witness, tree]


def _items(tree: Any) -> int:
    return sum(map(_of_envelope, tree if isinstance(tree, list) else [tree]))


def _of_envelope(envelope: Any) -> int:
    if envelope["object"] not in {"page", "instagram", "whatsapp_business_account"}:
        return 1
    return sum(_of_entry(entry, envelope["object"]) for entry in envelope["entry"])


def _of_entry(entry: Any, name: str) -> int:
    if not isinstance(entry, dict) or entry.get("id") in ("0", 0) or _has_no_id(entry):
        return 1
    arrays = ("changes",) if name == "whatsapp_business_account" else ("messaging", "standby", "changes")
    lists = {array: entry[array] for array in arrays if isinstance(entry.get(array), list)}
    changes = lists.pop("changes", [])
    return max(1, sum(map(len, lists.values())) + sum(_of_change(change, name) for change in changes))


def _has_no_id(entry: Mapping[str, Any]) -> bool:
    found = entry.get("id")
    return (
        not found
        or isinstance(found, bool | float | list | dict)
        or (isinstance(found, int) and not 0 <= found < 10**20)
    )


def _of_change(change: Any, name: str) -> int:
    value = change.get("value") if isinstance(change, dict) else None
    if name != "whatsapp_business_account" or not isinstance(value, dict) or change.get("field") != "messages":
        return 1
    metadata = value.get("metadata")
    number = metadata.get("phone_number_id") if isinstance(metadata, dict) else None
    if number is None or number == "123456123" or _has_no_id({"id": number}):
        return 1
    return max(1, sum(len(value[each]) for each in ("messages", "statuses") if isinstance(value.get(each), list)))


def _attach(message_id: str, address: str) -> bytes:
    entry = _messenger_entry(message_id)
    kinds = ("image", "audio", "video", "file", "fallback", "template", "reel", "ig_reel", "post", "location")
    message = entry["messaging"][0]["message"]
    message["text"] = address
    message["attachments"] = [{"type": kind, "url": address, "payload": {"url": address}} for kind in kinds]
    media = {"id": "1", "url": address, "link": address, "mime_type": "image/png", "caption": address}
    other = _whatsapp_entry(message_id)
    head = {"from": "34999000111222", "timestamp": "1795000000"}
    other["changes"][0]["value"]["messages"] = [
        {**head, "id": f"{message_id}.{kind}", "type": kind, kind: media}
        for kind in ("image", "document", "audio", "video", "sticker", "location")
    ]
    below, under = _comment_entry(f"{message_id}.below"), _under_picture_entry(f"{message_id}.under")
    said = below["changes"][0]["value"]
    said |= {"message": address, "photo": address, "link": address, "video": address, "permalink_url": address}
    said["post"] = {"id": f"{PAGE}_5001", "type": "photo", "permalink_url": address, "picture": address}
    under["changes"][0]["value"] |= {"text": address, "media": {"id": "18000000000000001", "media_url": address}}
    mentioned = {"field": "mentions", "value": {"media_id": address, "comment_id": address}}
    under["changes"].append(mentioned)
    all_of_them = {"page": [entry, below], "instagram": [under], "whatsapp_business_account": [other]}
    return json.dumps([{"object": name, "entry": entries} for name, entries in all_of_them.items()]).encode()


def _brought() -> Iterator[tuple[str, Witnessing]]:
    """Take what ``witness_<platform>.py`` beside this brings, by the names of the attributes."""
    for path in sorted(Path(__file__).parent.glob("witness_*.py")):
        brings = vars(import_module(f"{__package__}.{path.stem}"))
        named = {each.name: brings[each.name] for each in fields(Witnessing) if each.name in brings}
        yield path.stem.removeprefix("witness_"), Witnessing(**named)


WITNESSING: Mapping[str, Witnessing] = {"meta": Witnessing(put=_put, items=_items, attach=_attach), **dict(_brought())}
"""By platform; one that is registered and not here fails the proof."""
