"""The local cloud: MiniStack with the deployed stack, the simulated platforms, and the shared clock."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from infra.build.template import ROOT
from infra.local.deployment import Handles, aws_client, build_if_needed, build_lock, deploy
from infra.local.desk_people import seed_people
from infra.local.full_buckets import fill_buckets
from infra.local.human_queue import Message, peek
from infra.local.loopback_server import LoopbackServer, PortTakenError
from infra.local.ministack import LocalCloudError, MiniStack, free_port
from infra.local.platforms.courier import Courier
from infra.local.platforms.google.simulator import AUDIENCE
from infra.local.platforms.meta.calls import INSTAGRAM_PATH
from infra.local.platforms.meta.people import Account as MetaAccount
from infra.local.platforms.meta.people import App
from infra.local.platforms.meta.simulator import SimulatedMeta
from infra.local.platforms.meta.vendor import MetaAsVendor
from infra.local.platforms.switchboard import Answers, Switchboard
from infra.local.platforms.team_chat import ADDRESSES, TeamChat
from infra.local.platforms.vendor import MakeUp, SimulatedVendor
from infra.local.platforms.vendors import VENDORS, accounts_by_platform, start_vendors, vendor_class
from infra.local.progress import Progress
from infra.local.secrets import Secrets, local_secrets, put_secrets
from infra.local.settings import BUSINESS, local_settings, with_team
from infra.local.shifted_clock import ShiftedClock
from nightbell.adapters.business_file import read_business
from nightbell.adapters.public_holidays import LibraryCalendars
from nightbell.domain.business import Account, BusinessSettings

STATE = ROOT / ".nightbell" / "local"
PORT = 4566
API_PORT = 4790
PUBLIC_URL = "https://webhooks.example.test"
"""What the functions believe to be their address: the API's own is known only after the deployment."""

MAIL_ADDRESS = "hello@mail.example.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where the parts listen; 0 means any that is free.

    Attributes:
        cloud: MiniStack.
        graph_api: The simulated platforms' APIs.
        page: The page that passes on what is asked of the desk, where there is one: hand-offs lead there.
    """

    cloud: int = PORT
    graph_api: int = API_PORT
    page: int = 0

    @classmethod
    def free(cls) -> "Ports":
        """Take any, so that several local clouds can run side by side."""
        return cls(cloud=free_port(), graph_api=0)


@dataclass(slots=True, kw_only=True)
class LocalCloud:
    """Everything that runs.

    Attributes:
        vendors: Every simulated platform that has an account, by name; ``meta`` is one of them.
        graph_server: May be closed, to refuse every connection of the functions.
        team_chat: Where the team reads what cannot wait.
        secrets: By platform and name.
        passwords: Of those who work at the desk, by name.
    """

    ministack: MiniStack
    handles: Handles
    meta: SimulatedMeta
    vendors: Mapping[str, SimulatedVendor]
    graph_server: LoopbackServer
    clock: ShiftedClock
    business: BusinessSettings
    team_chat: TeamChat
    secrets: Secrets = field(repr=False)
    passwords: Mapping[str, str] = field(repr=False)

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
        settings = with_team(local_settings(BUSINESS.read_text("utf-8")))
        business = _business(state / "business.toml", settings)
        groups = accounts_by_platform(business.accounts.values())
        secrets = local_secrets(state / "secrets.json", _wanted(groups))
        clock = ShiftedClock(state / f"clock-{ports.cloud}.json")
        stack.callback(lambda: (state / f"clock-{ports.cloud}.json").unlink(missing_ok=True))
        meta = _simulated_meta(groups.get("meta", ()), secrets["meta"], clock)
        vendors: dict[str, SimulatedVendor] = {"meta": MetaAsVendor(meta)}
        vendors |= start_vendors(groups, secrets, clock.now, meta.faults, PUBLIC_URL)
        for vendor in vendors.values():
            stack.callback(vendor.stop)
        team_chat = TeamChat()
        graph_server = _serve({**vendors, **team_chat.vendors}, ports.graph_api)
        stack.callback(graph_server.close)
        ministack = stack.enter_context(MiniStack(ports.cloud, state))
        overrides = {
            "GraphApiUrl": graph_server.url,
            "InstagramApiUrl": graph_server.url + INSTAGRAM_PATH,
            "PlatformsUrl": graph_server.url,
            "PublicUrl": PUBLIC_URL,
            "ClockFile": str(state / f"clock-{ports.cloud}.json"),
            "WebhooksOut": "yes",
            "NotifyTeam": "yes",
            **_mail(business.accounts.values()),
            "RecordsCalls": "yes",
            **({"DeskUrl": f"http://127.0.0.1:{ports.page}/desk"} if ports.page else {}),
        }
        if "google" in vendors:
            overrides |= _authorized(secrets["google"], graph_server.url)
        handles = _bring_up(ministack, settings, {**secrets, "notify": dict(ADDRESSES)}, overrides, progress)
        clock.when_turned_back = lambda: fill_buckets(handles, business.accounts.values())
        for vendor in vendors.values():
            vendor.connect(handles)
        _shake_hands(vendors, ministack, progress)
        yield LocalCloud(
            ministack=ministack,
            handles=handles,
            meta=meta,
            vendors=vendors,
            graph_server=graph_server,
            clock=clock,
            business=business,
            team_chat=team_chat,
            secrets=secrets,
            passwords=seed_people(handles, state / "desk.json"),
        )
        progress.say("Stopping")


def _mail(accounts: Iterable[Account]) -> Mapping[str, str]:
    """Let mail in, whether or not an account receives any: every part of the template is deployed."""
    named = [address for each in accounts if each.channel == "email" for address in (each.account_id, *each.aliases)]
    addresses = named or [MAIL_ADDRESS]
    return {"MailDomain": addresses[0].rpartition("@")[2], "MailAddresses": ",".join(addresses)}


def _business(file: Path, settings: str) -> BusinessSettings:
    file.write_text(settings, "utf-8")
    return read_business(file, LibraryCalendars())


def _authorized(secrets: dict[str, str], api_url: str) -> dict[str, str]:
    """Have the API believe the tokens of the simulated Google, which signs them as itself."""
    secrets["push/issuer"] = f"{api_url}/google"
    return {"GooglePushIssuer": secrets["push/issuer"], "GooglePushAudience": AUDIENCE}


def _wanted(groups: Mapping[str, tuple[Account, ...]]) -> dict[str, Mapping[str, MakeUp]]:
    """Ask every simulated platform which secrets it needs; Meta's are there without an account, too."""
    wanted = {platform: vendor_class(platform).secrets(own) for platform, own in groups.items() if platform in VENDORS}
    return {"meta": MetaAsVendor.secrets(groups.get("meta", ())), **wanted}


def _bring_up(
    ministack: MiniStack, settings: str, secrets: Secrets, overrides: dict[str, str], progress: Progress
) -> Handles:
    def start() -> None:
        with progress.step(f"MiniStack: answers on port {ministack.port}"):
            ministack.wait()
        for platform, values in secrets.items():
            put_secrets(aws_client(ministack.endpoint, "ssm"), platform, values)

    with build_lock(), ThreadPoolExecutor(max_workers=1) as pool:
        starting = pool.submit(start)
        build_if_needed(progress, settings)
        starting.result()
        with progress.step("Stack: deployed"):
            return deploy(ministack, overrides)


def _shake_hands(vendors: Mapping[str, SimulatedVendor], ministack: MiniStack, progress: Progress) -> None:
    """Do as platforms do when a webhook is registered; shows early whether the functions run at all."""
    for platform, vendor in vendors.items():
        began = time.monotonic()
        if wrong := vendor.greet():
            message = f"{wrong}\nSee {ministack.log}"
            raise LocalCloudError(message)
        progress.say(f"Webhook: ready for {platform} after {round((time.monotonic() - began) * 1000)} ms")


def _serve(vendors: Mapping[str, Answers], port: int) -> LoopbackServer:
    try:
        return LoopbackServer(Switchboard(vendors).answer, port)
    except PortTakenError as error:
        message = (
            f"{error} Choose another for the simulated platforms: python -m infra.local run --api-port {free_port()}"
        )
        raise LocalCloudError(message) from error


def _simulated_meta(own: Iterable[Account], secrets: Mapping[str, str], clock: ShiftedClock) -> SimulatedMeta:
    accounts = [
        MetaAccount(
            channel=account.channel,
            account_id=account.account_id,
            token=secrets[f"access_token/{account.account_id}"],
            name=account.brand.name,
            login=account.login,
            page_id=account.page_id or "",
            username=".".join(account.brand.name.lower().split()),
        )
        for account in own
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
