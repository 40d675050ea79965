"""Call the platforms as the functions of a deployment do."""

from functools import partial
from secrets import token_hex

from infra.cli.stack import Deployment
from nightbell.adapters.secrets import ParameterSecrets
from nightbell.platforms.addresses import api_addresses
from nightbell.platforms.registry import TOKEN_MINTS
from nightbell.services.mint_token import MintToken
from nightbell.services.platform_access import PlatformAccess
from nightbell.services.ports import PlatformApi


def open_access(deployment: Deployment, api: PlatformApi) -> PlatformAccess:
    """Use a deployment's addresses and secrets.

    Raises:
        CliError: It cannot be found.
    """
    given = deployment.parameters()
    addresses = api_addresses(
        graph=given["GraphApiUrl"],
        instagram=given["InstagramApiUrl"],
        version=given["GraphApiVersion"],
        # A stack that was deployed before knows neither.
        stand_in=given.get("PlatformsUrl", ""),
    )
    own = deployment.outputs().get("WebhookUrl", "").removesuffix("/webhooks")
    return PlatformAccess(
        ParameterSecrets(deployment.client("ssm"), deployment.secrets_prefix, deployment.clock),
        addresses,
        public_url=given.get("PublicUrl") or own,
        clock=deployment.clock,
        nonce=partial(token_hex, 16),
        mint=MintToken(TOKEN_MINTS, api, deployment.clock),
    )
