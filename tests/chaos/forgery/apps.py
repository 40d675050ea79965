"""Two apps behind one address: what one of them asks in the name of a person is none of the other's."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from nightbell.domain.business import Account
from nightbell.domain.keys import BREAKER_SK
from nightbell.platforms.channel import Callback
from nightbell.services.answer_callback import AnswerCallback
from tests.bench.stage import TABLE
from tests.chaos.forgery.target import Target
from tests.chaos.listening import Listener, listening
from tests.chaos.sent import Sent
from tests.chaos.staged import Staged, composed

DEAUTHORIZE = "deauthorize"
OWN_LOGIN = "17841400000000009"
"""An account that is connected by Instagram's own login, beside those of the settings."""
LOGINS = {"app_secret": "facebook", "instagram_app_secret": "instagram"}  # pragma: allowlist secret
"""Which login each app's secret stands for; written down here a second time."""


def confused_apps(target: Target, stage: Staged) -> list[str]:
    """List accounts that were stopped by the wrong app, or not by their own."""
    wrong = []
    with both_logins() as accounts:
        for signer, login in LOGINS.items():
            _clear(stage)
            sent = next(sent for sent in target.genuine if sent.path == DEAUTHORIZE)
            with listening(Listener(())):
                stage.receive(_unheard(target.resigned(sent, target.secrets[signer][0]), stage))
            stopped = {key[1] for key in _breakers(stage)}
            meant = {key[1] for key, account in accounts.items() if account.login == login}
            wrong += [f"{target.name}: {signer} stopped {sorted(stopped)} and not {sorted(meant)}"] * (stopped != meant)
    _clear(stage)
    return wrong


def overlooked_confusion(target: Target, stage: Staged) -> Iterator[tuple[str, bool]]:
    """Have the service confuse the apps; yields each fault and whether it was overlooked."""
    real: Any = AnswerCallback._concerned

    def other(self: Any, callback: Callback, platform: str) -> Any:
        [name] = set(LOGINS) - {callback.secret}
        return real(self, replace(callback, secret=name), platform)

    def every(self: Any, callback: Callback, platform: str) -> Any:
        return [*real(self, callback, platform), *other(self, callback, platform)]

    faults: Mapping[str, Callable[..., Any]] = {
        "lets the other app's accounts go": other,
        "lets every app's accounts go": every,
        "lets no account go": lambda *_: [],
    }
    for name, fault in faults.items():
        with patch.object(AnswerCallback, "_concerned", fault):
            yield name, not confused_apps(target, stage)


@contextmanager
def both_logins() -> Iterator[Mapping[tuple[str, str], Account]]:
    """Compose the handler with accounts of both logins."""
    from nightbell.handlers import build_callbacks  # noqa: PLC0415 - composed only on the stage
    from nightbell.handlers.settings import accounts  # noqa: PLC0415 - as above

    known = dict(accounts())
    like = next(account for account in known.values() if account.channel == "instagram_direct")
    own = replace(like, account_id=OWN_LOGIN, login="instagram", page_id=None)
    known[own.channel, own.account_id] = own
    with patch.object(build_callbacks, "accounts", lambda: known), composed():
        yield known


def _unheard(sent: Sent, stage: Staged) -> Sent:
    """Forget that it was heard before: what comes again changes nothing."""
    for key in _keys(stage, "ASK#"):
        stage.dynamodb.delete_item(TableName=TABLE, Key=key)
    return sent


def _breakers(stage: Staged) -> Iterator[tuple[str, str]]:
    for key in _keys(stage, "ACC#"):
        if key["sk"]["S"] == BREAKER_SK:
            channel, _, account_id = key["pk"]["S"].removeprefix("ACC#").partition(".")
            yield channel, account_id


def _clear(stage: Staged) -> None:
    for key in _keys(stage, "ACC#"):
        stage.dynamodb.delete_item(TableName=TABLE, Key=key)


def _keys(stage: Staged, beginning: str) -> list[Mapping[str, Any]]:
    pages = stage.dynamodb.get_paginator("scan").paginate(
        TableName=TABLE,
        ConsistentRead=True,
        ProjectionExpression="pk, sk",
        FilterExpression="begins_with(pk, :beginning)",
        ExpressionAttributeValues={":beginning": {"S": beginning}},
    )
    return [item for page in pages for item in page["Items"]]
