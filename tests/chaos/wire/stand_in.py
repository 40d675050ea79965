"""What a lane must know of a platform beside Meta: a simulated one, with an account and secrets of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.platforms.courier import Courier
from infra.local.platforms.vendor import Surroundings


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """One platform.

    Attributes:
        platform: Registry key, and the first part of its API's path.
        header: Lower case; deliveries that have it are this platform's.
        account_id: Of its one account, on every channel.
        accounts: The settings of that account, as they are written.
        secrets: Below the platform's own prefix.
        make: Makes it, with the lane's own postbag, behind a proxy of this address.
        forget: Lets nothing of an earlier case be left.
        contact_id: Makes a contact's id of digits that nobody has.
        too_many, expired: Names of the faults by which it says so in its own words.
    """

    platform: str
    header: str
    account_id: str
    accounts: str
    secrets: Mapping[str, str] = field(repr=False)
    make: Callable[[Surroundings, Courier, str], Any]
    forget: Callable[[Any], None]
    contact_id: Callable[[str], str] = str
    too_many: int = 429
    expired: int = 401
