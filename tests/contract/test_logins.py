"""An account is called as whom it was connected: address, sender, token and proof go together."""

from dataclasses import replace

import pytest

from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.adapters.unit_table import UnitTable
from nightbell.domain.unit import UnitState
from nightbell.platforms.channel import Answer, HttpOutcome, HttpRequest, NoAnswer
from nightbell.platforms.meta.graph_api import make_proof
from nightbell.platforms.meta.instagram_channel import InstagramDirect
from nightbell.services.acknowledge import Acknowledge
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.tell_human_queue import TellHumanQueue
from tests.contract.world import SHARDS, World
from tests.fakes import FakeSecrets

ADDRESSES = {
    "meta": ("https://graph.example", "v26.0"),
    "meta.instagram": ("https://instagram.example", "v26.0"),
}
TOKEN, SECRET = "a token of the account", "a secret of twenty-four characters"  # pragma: allowlist secret


class Meta:
    """Answers sends as it is told, and remembers every request."""

    def __init__(self, *outcomes: HttpOutcome) -> None:
        self.outcomes = list(outcomes)
        self.requests: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpOutcome:
        self.requests.append(request)
        return self.outcomes.pop(0)


def with_meta(world: World, meta: Meta, login: str, page_id: str | None) -> World:
    """Let the account of a world be one of Instagram."""
    world.accounts[world.channel.name, world.account.account_id] = replace(world.account, login=login, page_id=page_id)
    direct = InstagramDirect()
    direct.name = world.channel.name
    world.acknowledge = Acknowledge(
        store=UnitTable(TableClient(world.dynamodb, world.table, Deadline(world.clock)), SHARDS),
        platform_api=meta,
        access=PlatformAccess(FakeSecrets(TOKEN), ADDRESSES),
        tell=TellHumanQueue(world.human_queue, world.units, world.accounts, {direct.name: direct}),
        accounts=world.accounts,
        channels={direct.name: direct},
        clock=world.clock,
    )
    return world


SENT = Answer(status=200, headers={}, body=b'{"recipient_id":"7","message_id":"aWdf_1"}')


def test_with_facebooks_login_the_page_sends_with_a_proof(world: World) -> None:
    meta = Meta(SENT)
    with_meta(world, meta, "facebook", "300").write()
    world.work()
    (request,) = meta.requests
    assert request.url == "https://graph.example/v26.0/300/messages"
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.query == {"appsecret_proof": make_proof(TOKEN, SECRET)}
    assert world.unit(1).platform_message_id == "aWdf_1"


def test_with_instagrams_login_the_account_sends_without_a_proof(world: World) -> None:
    meta = Meta(SENT)
    with_meta(world, meta, "instagram", None).write()
    world.work()
    (request,) = meta.requests
    assert request.url == f"https://instagram.example/v26.0/{world.account.account_id}/messages"
    assert request.query == {}


@pytest.mark.parametrize(
    ("login", "page_id", "start"),
    [("facebook", "300", "https://graph.example/v26.0/300/"), ("instagram", None, "https://instagram.example/v26.0/")],
)
@pytest.mark.parametrize(
    ("author", "state", "calls"),
    [("us", UnitState.CONFIRMED, 2), ("somebody unknown", UnitState.UNCERTAIN, 2), ("nobody", UnitState.SENT, 3)],
)
def test_an_unknown_send_is_settled_by_what_the_account_said(  # noqa: PLR0913, PLR0917 - the cases
    world: World, login: str, page_id: str | None, start: str, author: str, state: UnitState, calls: int
) -> None:
    meta = Meta(NoAnswer(error="timeout"))
    with_meta(world, meta, login, page_id).write()
    world.work()
    said = {"us": world.account.account_id, "somebody unknown": "26000000000000042"}.get(author)
    meta.outcomes += [conversation(world, said, world.unit(1).text), SENT]
    world.rest()
    assert world.unit(1).state is state
    assert [request.url.startswith(start) for request in meta.requests] == [True] * calls
    assert [request.method for request in meta.requests] == ["POST", "GET", "POST"][:calls]


def conversation(world: World, author: str | None, text: str) -> Answer:
    """Show what the contact said, and after it the text where somebody said it."""
    ours = world.account.account_id
    at = f"{world.clock.now():%Y-%m-%dT%H:%M:%S}+0000"
    line = '{{"id":"{}","created_time":"{}","from":{{"id":"{}"}},"to":{{"data":[{{"id":"{}"}}]}},"message":"{}"}}'
    lines = [line.format("m1", at, "7", ours, "Do you have size 42?")]
    lines += [line.format("m2", at, author, "7", text)] if author else []
    return Answer(
        status=200,
        headers={},
        body=f'{{"data":[{{"id":"t","messages":{{"data":[{",".join(lines)}]}}}}]}}'.encode(),
    )


def test_a_text_that_is_too_long_all_the_same_is_cut_and_stored_as_it_was_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    meta = Meta(SENT)
    with_meta(world, meta, "instagram", None)
    monkeypatch.setitem(
        world.accounts,
        (world.channel.name, world.account.account_id),
        replace(
            world.accounts[world.channel.name, world.account.account_id],
            brand=replace(world.account.brand, name="\U0001f468\u200d\U0001f469\u200d\U0001f467" * 90),
        ),
    )
    texts = {
        language: {name: f"{{brand}} {text}" for name, text in each.items()}
        for language, each in world.account.brand.texts.items()
    }
    account = world.accounts[world.channel.name, world.account.account_id]
    world.accounts[world.channel.name, world.account.account_id] = replace(
        account, brand=replace(account.brand, texts=texts)
    )
    world.write()
    world.work()
    assert isinstance(meta.requests[0].json, dict)
    sent = meta.requests[0].json["message"]["text"]
    assert sent == world.unit(1).text
    assert 980 < len(sent.encode()) <= 1000
    assert sent == "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 55 + "…"
