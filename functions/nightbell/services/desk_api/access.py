"""Who may ask: what the API's authorizer has proven, and nothing that was merely sent."""

import re
from collections.abc import Mapping

from nightbell.services.desk_api.asked import Agent
from nightbell.services.desk_api.problems import ApiError

GROUPS = ("agents", "leads")


def agent_from(claims: Mapping[str, str], client_id: str) -> Agent:
    """Read who asks.

    An id token says who somebody is to a page, and is no key: Amazon Cognito, "Using tokens with user pools".

    Raises:
        ApiError: Nobody was proven, or somebody who is no agent.
    """
    if claims.get("token_use") != "access" or claims.get("client_id") != client_id or not claims.get("username"):
        raise ApiError("not_signed_in", "Sign in first: this needs an access token of the desk.")
    return Agent(name=claims["username"], groups=member_of(claims.get("cognito:groups", "")))


def member_of(told: str) -> tuple[str, ...]:
    """Read the groups, which the authorizer tells as ``[agents leads]``.

    Raises:
        ApiError: None of them is the desk's.
    """
    groups = tuple(name for name in GROUPS if name in re.split(r"[\s,\[\]]+", told))
    if not groups:
        raise ApiError("not_an_agent", "Ask whoever looks after Nightbell to add you to the group agents.")
    return groups
