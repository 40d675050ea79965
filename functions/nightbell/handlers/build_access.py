"""Compose what tells where and as whom a platform's API is called."""

from functools import partial
from secrets import token_hex

from nightbell.handlers.environment import Environment
from nightbell.platforms.addresses import api_addresses
from nightbell.platforms.registry import TOKEN_MINTS
from nightbell.services.mint_token import MintToken
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.ports import Clock, PlatformApi, Secrets

ADDRESSES = ("GRAPH_API_URL", "GRAPH_API_VERSION", "INSTAGRAM_API_URL", "PLATFORMS_URL", "PUBLIC_URL")
"""What a function needs that calls a platform."""


def build_access(env: Environment, secrets: Secrets, api: PlatformApi, clock: Clock) -> PlatformAccess:
    """Compose it once for an execution environment."""
    addresses = api_addresses(
        graph=env.graph_api_url,
        instagram=env.instagram_api_url,
        version=env.graph_api_version,
        stand_in=env.platforms_url,
    )
    return PlatformAccess(
        secrets,
        addresses,
        public_url=env.public_url,
        clock=clock,
        nonce=partial(token_hex, 16),
        mint=MintToken(TOKEN_MINTS, api, clock),
    )
