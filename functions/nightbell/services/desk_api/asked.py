"""One request at the desk's own address, and what it is answered with; who wraps them knows HTTP's spelling."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from nightbell.domain.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asks of the desk.

    Attributes:
        path: Without what stands before ``/desk``; such as ``/desk/api/me``.
        headers: Names in lower case.
        claims: What the API's authorizer has proven about whoever asks; empty where it was not asked to.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    claims: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What they get.

    Attributes:
        body: Text for JSON and pages; bytes where it is compressed.
        cookies: Each as the header ``Set-Cookie`` has it.
        code: Of a problem; empty where there is none.
        did: Name of the route that gave it; empty where none did.
        pk: The conversation that it is about, or nothing.
        facts: What to count beside that it was done.
    """

    status: int = 200
    body: str | bytes = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    code: str = ""
    did: str = ""
    pk: str = ""
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Whoever asks, proven.

    Attributes:
        name: Of the sign-in; what is written down about who did what.
    """

    name: str
    groups: tuple[str, ...]

    @property
    def is_lead(self) -> bool:
        """Whether they may hand over what others hold."""
        return "leads" in self.groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request that found its route, and passed all that the route asks for.

    Attributes:
        agent: Whoever asks; on open routes nobody, without a name.
        pk: The conversation that the path names, or nothing.
        body: As the route's schema allows it.
        revision: What the request says it was looking at; empty where it need not.
    """

    asked: Asked
    agent: Agent
    pk: str = ""
    body: Mapping[str, object] = field(default_factory=dict)
    revision: str = ""
