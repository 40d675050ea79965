"""Where we call: an answer, a delivery or an id that names an address never makes us call that address.

Every description of a call is made with addresses wherever something may stand that a platform told, and is then sent
for real to a server that answers with addresses, in ``paging.next`` and by redirects among other places.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import nightbell
from infra.local.loopback_server import LoopbackServer, Reply, Request
from nightbell.adapters.platform_http import PlatformHttp
from nightbell.adapters.receipt_table import ReceiptTable
from nightbell.adapters.table_client import Deadline, TableClient
from nightbell.domain.business import Account
from nightbell.platforms.channel import ApiAccess, HttpRequest, OutboundText, Sender
from nightbell.platforms.meta import access_tokens, conversations, subscribed_apps
from nightbell.platforms.registry import CHANNELS, LOOK_UPS, PLATFORMS, QUESTIONS, SENDERS
from nightbell.services import read_back_missed
from nightbell.services.read_back_missed import ReadBackMissed
from nightbell.services.store_messages import StoreMessages
from tests.chaos.hostile.addresses import addresses, watched
from tests.chaos.hostile.receiver import known_accounts
from tests.chaos.hostile.strict_table import StrictTable
from tests.chaos.sent import RECEIVED_AT
from tests.chaos.staged import KEYS
from tests.contract.fake_clock import FakeClock
from tests.fakes import FakeHints
from tests.platforms.sending import sample_of

DESCRIBE = frozenset(
    f"meta/{name}.py"
    for name in (
        *("access_tokens", "comments_channel", "conversations", "instagram_channel", "may_reply_privately"),
        *("mention_look_up", "messenger_channel", "subscribed_apps", "whatsapp_channel"),
    )
)
"""Modules that describe calls with something that a platform told, all tried here."""
BY_SENDERS = frozenset(
    {
        *("x/api.py", "telegram/api.py", "twilio/api.py", "standard/channel.py", "email/channel.py", "linkedin/api.py"),
        *("google/channel.py", "google/reviews.py", "line/channel.py"),
    }
)
"""The same of other platforms: whatever they describe is described by a registered sender, look-up or question."""
BY_SETTINGS = frozenset(
    {
        *("meta/graph_api.py", "meta/messenger_profile.py", "meta/whatsapp_profile.py"),
        *("x/care.py", "x/renewal.py", "google/tokens.py", "google/care.py", "line/care.py"),
    }
)
"""The one that all others use, and those that know nothing but the settings."""
ALL, FEW, SENT_OF_EACH = 200, 5, 5
PAGES = 3
VERSION = "v26.0"

Described = Mapping[str, Sequence[HttpRequest]]


def astray(many: int = ALL) -> tuple[int, list[str]]:
    """Make every call with so many addresses in it; returns how many were described, and what went elsewhere."""
    wrong, described, api = unknown_modules(), 0, PlatformHttp()
    with _platform() as (server, bait, asked):
        access = ApiAccess(base_url=server.url, version=VERSION, token="CanarySecret-token", app_secret=KEYS[0])
        with watched() as called:
            for number, address in enumerate(addresses(bait.port)[:many]):
                for name, requests in descriptions(access, address).items():
                    described += len(requests)
                    wrong += [f"{name} calls {where}" for where in map(_elsewhere(access), requests) if where]
                    if number % (ALL // SENT_OF_EACH) == 0:
                        for request in requests:
                            api.send(replace(request, timeout_s=5.0))
            wrong += _read_back(access, api)
        wrong += [f"{host}:{port} was called" for host, port in called if port != server.port]
        wrong += ["nothing was called, so that nothing is proven"] if not asked["platform"] else []
        wrong += [f"{asked['bait']} calls went where an answer led"] if asked["bait"] else []
    return described, wrong


def overlooked() -> Iterator[tuple[str, bool]]:
    """Have the calls follow what they are told; yields each fault and whether nobody noticed."""
    real: Any = conversations.list_request

    def follows(access: ApiAccess, account: Account, after: str, size: int = 1) -> HttpRequest:
        request: HttpRequest = real(access, account, after, size)
        return replace(request, url=after) if "://" in after else request

    def joins(access: ApiAccess, object_id: str) -> HttpRequest:
        return HttpRequest(method="GET", url=f"{access.base_url}@{object_id.rpartition('/')[2]}/{object_id}")

    faults: Mapping[str, Callable[[], Any]] = {
        "follows a page's address": lambda: patch.object(read_back_missed, "list_request", follows),
        "joins an id to the host": lambda: patch.object(subscribed_apps, "look_request", joins),
        "describes calls elsewhere, untried": lambda: patch.object(_Known, "modules", DESCRIBE - {min(DESCRIBE)}),
    }
    for name, fault in faults.items():
        with fault():
            yield name, not astray(FEW)[1]


class _Known:
    """What is tried here.

    Attributes:
        modules: Below ``platforms``.
    """

    modules = DESCRIBE


def unknown_modules() -> list[str]:
    """List modules that describe calls and are not known to this proof."""
    root = Path(nightbell.__path__[0]) / "platforms"
    texts = {path.relative_to(root).as_posix(): path.read_text() for path in root.rglob("*.py")}
    served = {name: text for name, text in texts.items() if name.partition("/")[0] in PLATFORMS}
    found = {name for name, text in served.items() if "graph_api.call(" in text or " HttpRequest(" in text}
    known = BY_SETTINGS | BY_SENDERS | _Known.modules
    return [f"{name} describes calls that are not tried" for name in sorted(found - known)]


def descriptions(access: ApiAccess, address: str) -> Described:
    """Describe every call, with an address wherever a platform's word may stand."""
    outbound = OutboundText(account_id="100", address=address, text=address, tag="nightbell.1.1.tag")
    account = known_accounts()["messenger", next(a for c, a in known_accounts() if c == "messenger")]
    told = dict.fromkeys(("mentioned_comment", "mentioned_media", "media", "permalink"), address)
    looked_up = [look_up.look_up_request(told, address, access) for look_up in LOOK_UPS.values()]
    return {
        "sending": [sender.send_request(outbound, _as(access, sender.platform)) for sender in _speaking()],
        "reading back": [
            channel.read_back_request(address, "100", _as(access, channel.platform))
            for channel in CHANNELS.values()
            if channel.can_read_back
        ],
        "looking up": [request for request in looked_up if request],
        "looking up what is numbered": [
            request
            for look_up in LOOK_UPS.values()
            if (request := look_up.look_up_request({"mentioned_comment": "17900000000000077"}, address, access))
        ],
        "asking first": [
            request
            for name, question in QUESTIONS.items()
            if (request := question.question_request(address, _as(access, SENDERS[name].platform)))
        ],
        "listing conversations": [conversations.list_request(access, account, address)],
        "looking after accounts": [
            subscribed_apps.look_request(access, address),
            subscribed_apps.subscribe_request(access, address, {address}),
            subscribed_apps.numbers_request(access, address),
            subscribed_apps.app_request(access_tokens.app_access(access, address), address),
            access_tokens.debug_request(access),
            access_tokens.refresh_request(access),
        ],
    }


def _speaking() -> list[Sender]:
    return [sender for sender in SENDERS.values() if getattr(sender, "speaks", True)]


def _as(access: ApiAccess, platform: str) -> ApiAccess:
    """Give a platform's calls what they need, and the same place to call."""
    return access if platform == "meta" else replace(sample_of(platform).access, base_url=access.base_url)


def _elsewhere(access: ApiAccess) -> Callable[[HttpRequest], str]:
    ours = urlsplit(access.base_url)

    def elsewhere(request: HttpRequest) -> str:
        """Say where a request goes if it is not our platform, by what is really sent."""
        from nightbell.adapters.platform_http import _prepare  # noqa: PLC0415 - what the adapter makes of it

        url = urlsplit(str(_prepare(request).url))
        is_ours = (url.scheme, url.netloc) == (ours.scheme, ours.netloc)
        return "" if is_ours else f"{url.scheme}://{url.netloc}"

    return elsewhere


@contextmanager
def _platform() -> Iterator[tuple[LoopbackServer, LoopbackServer, Counter[str]]]:
    """Serve as a platform whose answers lead astray, and as the place where they lead."""
    asked = Counter[str]()

    def bait(_: Request) -> Reply:
        asked["bait"] += 1
        return Reply(body=b"{}")

    with ExitStack() as stack:
        lured = LoopbackServer(bait)
        stack.callback(lured.close)

        def answer(request: Request) -> Reply:
            asked["platform"] += 1
            if asked["platform"] % 3 == 0 and "conversations" not in request.path:
                return Reply(status=(301, 302, 307, 308)[asked["platform"] % 4], headers={"Location": lured.url})
            after = request.query.get("after", lured.url)
            is_last = after.count("/after") >= PAGES
            return Reply(body=json.dumps(_leading(lured.url, {} if is_last else _next(after))).encode())

        server = LoopbackServer(answer)
        stack.callback(server.close)
        yield server, lured, asked


def _next(after: str) -> Mapping[str, Any]:
    return {"next": f"{after}/next", "cursors": {"after": f"{after}/after"}}


def _leading(address: str, paging: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write an answer that names an address wherever one may stand."""
    person = {"id": address, "name": address, "username": address, "profile_pic": address}
    line = {
        "id": address,
        "message": address,
        "text": address,
        "from": person,
        "permalink_url": address,
        "created_time": RECEIVED_AT.isoformat(),
        "to": {"data": [{"id": "104200000000017"}]},
        "attachments": {"data": [{"id": address, "image_data": {"url": address}, "file_url": address}]},
    }
    listed = {"updated_time": RECEIVED_AT.isoformat(), "messages": {"data": [line], "paging": paging}}
    return {"id": address, "url": address, "uri": address, "data": [listed], "paging": paging, "next": address}


def _read_back(access: ApiAccess, api: PlatformHttp) -> list[str]:
    """Read an account's history back as far as its pages lead."""
    clock, known = FakeClock(RECEIVED_AT), known_accounts()
    store = ReceiptTable(TableClient(StrictTable(), "table", Deadline(clock)), due_shards=2)
    ours: Any = lambda *_: access  # noqa: E731 - stands in for a class
    read = ReadBackMissed(
        api=api,
        access=ours,
        store=store,
        store_messages=StoreMessages(store, known, CHANNELS, SENDERS),
        hints=FakeHints(),
        clock=clock,
    )
    account = next(account for (channel, _), account in known.items() if channel == "messenger")
    facts = read(account, RECEIVED_AT - timedelta(days=1), RECEIVED_AT + timedelta(days=1))
    names = Counter(fact.name for fact in facts)
    return [] if names["read_backs_finished"] and names["messages_read_back"] else [f"nothing was read back: {names}"]
