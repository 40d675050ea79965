"""``run``: everything up, one first message, then whatever the person does until Ctrl-C."""

import threading
from contextlib import suppress
from dataclasses import replace

from infra.local.cloud import STATE, LocalCloud, Ports, local_cloud, write_running
from infra.local.ministack import LocalCloudError, MiniStack, free_port, is_free
from infra.local.page_server import PageServer
from infra.local.platforms.meta.acts import Writing
from infra.local.platforms.meta.people import MESSENGER, Contact
from infra.local.progress import Progress, bold, faint
from infra.local.waiting import wait_for

PAGE_PORT = 4580
ANSWER_S = 20.0


def run(ports: Ports, page_port: int) -> int:
    """Start, say where everything is, and wait.

    Raises:
        LocalCloudError: It cannot start; what can be seen at once is seen before anything starts.
    """
    progress = Progress()
    MiniStack(ports.cloud, STATE).check_port()
    if page_port and not is_free(page_port):
        raise LocalCloudError(
            f"Port {page_port} is taken. Choose another for the phone page: "
            f"python -m infra.local run --page-port {free_port()}"
        )
    with local_cloud(replace(ports, page=page_port), progress) as cloud:
        page = PageServer(cloud, page_port)
        note = STATE / "running.json"
        try:
            _first_message(cloud, progress)
            write_running(note, cloud, page.url)
            _say_where(cloud, page)
            with suppress(KeyboardInterrupt):
                threading.Event().wait()
        finally:
            note.unlink(missing_ok=True)
            page.stop()
    return 0


def _first_message(cloud: LocalCloud, progress: Progress) -> None:
    """Ring once, which also starts the functions, so that the person's own first message is answered warm."""
    account = cloud.meta.account(MESSENGER)
    ada = Contact(channel=MESSENGER, account_id=account.account_id, contact_id="5000000000000001", name="Ada Rossi")
    cloud.meta.write(ada, Writing(text="Hello, do you have sourdough today?"))
    answer = wait_for(lambda: next((b for b in cloud.meta.transcript(ada) if b.after_ms is not None), None), ANSWER_S)
    if answer is None:
        progress.say(f"A first customer wrote and got no answer. The functions' logs are in {cloud.ministack.log}")
    else:
        progress.say(f"A first customer wrote and was answered after {(answer.after_ms or 0) / 1000:.2f} s")


def _say_where(cloud: LocalCloud, page: PageServer) -> None:
    print(
        f"""
{bold("Phone and desk")}   {page.url} {faint("(side by side: write as a customer, answer as an agent)")}
{bold("The desk alone")}   {page.url}/desk {faint("(sign in as " + _people(cloud) + ")")}
{bold("The webhook")}      {cloud.handles.hook("meta")}
{bold("The platforms")}    {cloud.graph_server.url} {faint("(simulated; Meta at the root)")}
{bold("AWS")}              {cloud.handles.endpoint} {faint("(emulated; region us-east-1, any credentials)")}

The desk in another terminal:
  .venv/dev/bin/nightbell desk list
  .venv/dev/bin/nightbell desk next
  .venv/dev/bin/nightbell desk answer ID "We have it ready for you."

Ctrl-C stops everything and leaves nothing behind.
""",
        flush=True,
    )


def _people(cloud: LocalCloud) -> str:
    return ", or as ".join(f"{name} with {password}" for name, password in cloud.passwords.items())
