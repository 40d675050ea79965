"""The local cloud: MiniStack with the deployed stack, the simulated Meta platform, and the shared clock."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from infra.build.template import ROOT
from infra.local.deployment import Handles, aws_client, build_if_needed, build_lock, deploy
from infra.local.human_queue import Message, peek
from infra.local.loopback_server import LoopbackServer, PortTakenError
from infra.local.ministack import LocalCloudError, MiniStack, free_port
from infra.local.platforms.courier import Courier
from infra.local.platforms.meta.calls import INSTAGRAM_PATH
from infra.local.platforms.meta.people import Account, App
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.progress import Progress
from infra.local.secrets import local_secrets, put_secrets
from infra.local.shifted_clock import ShiftedClock
from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.domain.business import BusinessSettings

STATE = ROOT / ".nightbell" / "local"
PORT = 4566
API_PORT = 4790
HANDSHAKE = "1158201444"
OK = 200
BUSINESS = ROOT / "functions" / "business.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where the parts listen; 0 means any that is free.

    Attributes:
        cloud: MiniStack.
        graph_api: The simulated Graph API.
    """

    cloud: int = PORT
    graph_api: int = API_PORT

    @classmethod
    def free(cls) -> "Ports":
        """Take any, so that several local clouds can run side by side."""
        return cls(cloud=free_port(), graph_api=0)


@dataclass(slots=True, kw_only=True)
class LocalCloud:
    """Everything that runs.

    Attributes:
        graph_server: May be closed, to refuse every connection of the functions.
    """

    ministack: MiniStack
    handles: Handles
    meta: SimulatedMeta
    graph_server: LoopbackServer
    clock: ShiftedClock
    business: BusinessSettings
    secrets: dict[str, str] = field(repr=False)

    def human_queue(self) -> list[Message]:
        """Read what the human team would find, without taking it."""
        return peek(self.ministack, self.handles.human_queue_url)


@contextmanager
def local_cloud(ports: Ports, progress: Progress, state: Path = STATE) -> Iterator[LocalCloud]:
    """Start everything, and stop it again whatever happens.

    Raises:
        LocalCloudError: It cannot start; the sentence says what to do.
    """
    state.mkdir(parents=True, exist_ok=True)
    MiniStack(ports.cloud, state).check_port()
    with ExitStack() as stack:
        business = read_business(BUSINESS, LibraryCalendars())
        account_ids = [account_id for _, account_id in business.accounts]
        secrets = local_secrets(state / "secrets.json", account_ids)
        clock = ShiftedClock(state / f"clock-{ports.cloud}.json")
        stack.callback(lambda: (state / f"clock-{ports.cloud}.json").unlink(missing_ok=True))
        meta = _simulated_meta(business, secrets, clock)
        stack.callback(meta.stop)
        graph_server = _serve(meta, ports.graph_api)
        stack.callback(graph_server.close)
        ministack = stack.enter_context(MiniStack(ports.cloud, state))
        overrides = {
            "GraphApiUrl": graph_server.url,
            "InstagramApiUrl": graph_server.url + INSTAGRAM_PATH,
            "ClockFile": str(state / f"clock-{ports.cloud}.json"),
        }
        handles = _bring_up(ministack, secrets, overrides, progress)
        meta.courier.url = handles.hook("meta")
        _shake_hands(meta, ministack, progress)
        yield LocalCloud(
            ministack=ministack,
            handles=handles,
            meta=meta,
            graph_server=graph_server,
            clock=clock,
            business=business,
            secrets=secrets,
        )
        progress.say("Stopping")


def _bring_up(ministack: MiniStack, secrets: dict[str, str], overrides: dict[str, str], progress: Progress) -> Handles:
    def start() -> None:
        with progress.step(f"MiniStack: answers on port {ministack.port}"):
            ministack.wait()
        put_secrets(aws_client(ministack.endpoint, "ssm"), secrets)

    with build_lock(), ThreadPoolExecutor(max_workers=1) as pool:
        starting = pool.submit(start)
        build_if_needed(progress)
        starting.result()
        with progress.step("Stack: deployed"):
            return deploy(ministack, overrides)


def _shake_hands(meta: SimulatedMeta, ministack: MiniStack, progress: Progress) -> None:
    """Do as Meta does when a webhook is registered; shows early whether the functions run at all."""
    answer = meta.handshake(meta.app.verify_token, HANDSHAKE)
    if (answer.status, answer.body) != (OK, HANDSHAKE):
        message = (
            f"The webhook did not answer Meta's handshake: {answer.status} {answer.body[:300]}\nSee {ministack.log}"
        )
        raise LocalCloudError(message)
    progress.say(f"Webhook: answered Meta's handshake in {answer.ms} ms, from a cold start")


def _serve(meta: SimulatedMeta, port: int) -> LoopbackServer:
    try:
        return LoopbackServer(meta.graph_api.answer, port)
    except PortTakenError as error:
        message = (
            f"{error} Choose another for the simulated Graph API: python -m infra.local run --api-port {free_port()}"
        )
        raise LocalCloudError(message) from error


def _simulated_meta(business: BusinessSettings, secrets: dict[str, str], clock: ShiftedClock) -> SimulatedMeta:
    accounts = [
        Account(
            channel=channel,
            account_id=account_id,
            token=secrets[f"access_token/{account_id}"],
            name=account.brand.name,
            login=account.login,
            page_id=account.page_id or "",
            username=".".join(account.brand.name.lower().split()),
        )
        for (channel, account_id), account in business.accounts.items()
    ]
    app = App(
        app_secret=secrets["app_secret"],
        verify_token=secrets["verify_token"],
        instagram_app_secret=secrets["instagram_app_secret"],
    )
    return SimulatedMeta(app=app, accounts=accounts, clock=clock.now, courier=Courier())


def write_running(note: Path, cloud: LocalCloud, page_url: str) -> None:
    """Leave a note for other commands: where everything is, while it runs."""
    facts = {"page_url": page_url, "graph_api_url": cloud.graph_server.url, "environment": cloud.handles.environment}
    note.write_text(json.dumps(facts, indent=2))
