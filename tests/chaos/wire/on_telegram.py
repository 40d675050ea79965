"""The simulated Telegram of a lane, and the bot that the settings of the lanes name there."""

from infra.local.platforms.courier import Courier
from infra.local.platforms.telegram.bot_api import OWNER, Hook
from infra.local.platforms.telegram.simulator import SimulatedTelegram
from infra.local.platforms.vendor import Surroundings
from tests.chaos.wire.stand_in import StandIn

CHATS = "telegram"
_BOT = "6200000042"


def _make(around: Surroundings, courier: Courier, _: str) -> SimulatedTelegram:
    return SimulatedTelegram(around, courier)


def _forget(telegram: SimulatedTelegram) -> None:
    """Set no webhook; leave the chats: nobody who wrote before ever writes again."""
    telegram.api.hooks.update({bot: Hook() for bot in telegram.api.hooks})


TELEGRAM = StandIn(
    platform="telegram",
    header="x-telegram-bot-api-secret-token",
    account_id=_BOT,
    accounts=f'\n[[accounts]]\nchannel = "{CHATS}"\naccount_id = "{_BOT}"\nbrand = "harbour"\n'
    f'owner_ids = ["{OWNER}"]\n',
    secrets={
        f"access_token/{_BOT}": f"{_BOT}:wire",
        f"secret_token/{_BOT}": "wire-secret_token-0123456789abcdef",  # pragma: allowlist secret
    },
    make=_make,
    forget=_forget,
)
