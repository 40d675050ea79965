"""What the contract suite sends: one text, as whom, and what a few answers mean that differ by platform."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from nightbell.platforms.channel import ApiAccess, HttpRequest, OutboundText, VerdictKind
from tests.platforms.fixtures import RECEIVED_AT

ACCESS = ApiAccess(
    base_url="https://api.example",
    version="v1.0",
    token="token-of-the-account",
    app_secret="s" * 32,
    at=RECEIVED_AT,
    nonce="0123456789abcdef" * 2,
    hook_url="https://webhooks.example.test/webhooks/any",
)
PLAIN = OutboundText(account_id="77", address="+4366055501234", text="We are open until 18:00.", tag="nightbell.1.1.k")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the suite tries a platform's senders with.

    Attributes:
        access: Whatever the platform's own calls need; its secrets must not show.
        outbound: One plain text; ``address`` in the platform's own form.
        verdicts: By status, where a bare answer means something else than elsewhere.
    """

    access: ApiAccess = ACCESS
    outbound: OutboundText = PLAIN
    verdicts: Mapping[int, VerdictKind] = field(default_factory=dict)


def sample_of(platform: str) -> Sample:
    """Take ``tests/platforms/<platform>/sample.py: SAMPLE`` where there is one."""
    name = f"tests.platforms.{platform}.sample"
    if find_spec(name) is None:
        return Sample()
    found: Sample = import_module(name).SAMPLE
    return found


def hidden(access: ApiAccess) -> list[str]:
    """List what must show nowhere."""
    return [value for value in (access.token, access.app_secret, *access.credentials.values()) if value]


def written(request: HttpRequest) -> str:
    """Collect what a request says in its body, whatever form that has, as people would read it."""
    form = [f"{name}={value}" for name, value in request.form or ()]
    content = (request.content or b"").decode("utf-8", "replace")
    return "\n".join([*_strings(request.json), *form, content])


def _strings(tree: Any) -> list[str]:
    if isinstance(tree, dict):
        if isinstance(tree.get("Data"), str) and set(tree) == {"Data"}:
            return _mail(tree["Data"])
        return [each for name, value in tree.items() for each in (name, *_strings(value))]
    if isinstance(tree, list | tuple):
        return [each for value in tree for each in _strings(value)]
    return [] if tree is None else [str(tree)]


def _mail(encoded: str) -> list[str]:
    """Read a whole mail that travels in base64."""
    mail = message_from_bytes(b64decode(encoded), policy=default)
    text = mail.get_body(("plain",))
    return [*(f"{name}: {value}" for name, value in mail.items()), text.get_content() if text else ""]
