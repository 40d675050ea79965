"""The commands behind ``make run`` and ``make demo``: the whole of Nightbell on one machine."""

import argparse
import signal
import sys
from types import FrameType

from infra.local import simulate
from infra.local.cloud import API_PORT, PORT, Ports
from infra.local.ministack import LocalCloudError, free_port
from infra.local.run import PAGE_PORT, run

EXAMPLE = """example:
  python -m infra.local run                                           start, and stay up until Ctrl-C
  python -m infra.local demo                                          start, show what happens, stop
  python -m infra.local simulate message "Are you open?"              write as a customer, while it runs
  python -m infra.local simulate message "So nice!" --channel facebook_comments     comment on a post
  python -m infra.local simulate fault lost_answer                    let the next answer of Meta's API get lost
"""


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    whole = argparse.ArgumentParser(
        prog="python -m infra.local",
        description="Runs Nightbell on this machine: an AWS emulator, the deployed stack, simulated platforms.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = whole.add_subparsers(dest="command", required=True)
    starting = argparse.ArgumentParser(add_help=False)
    starting.add_argument(
        "--port", type=int, default=PORT, help="of the AWS emulator; 0 takes a free one (%(default)s)"
    )
    starting.add_argument("--api-port", type=int, default=API_PORT, help="of the simulated platforms (%(default)s)")
    running = commands.add_parser("run", parents=[starting], help="start and stay up until Ctrl-C")
    running.add_argument("--page-port", type=int, default=PAGE_PORT, help="of the phone page (%(default)s)")
    commands.add_parser("demo", parents=[starting], help="start, show customers being answered, stop")
    simulate.add_parser(commands)
    return whole


def main() -> int:
    """Run one command; 1 if it could not do what it was for, 2 if the command line is wrong."""
    # SIGINT as well: whoever starts us in the background of a script hands down that it is to be ignored.
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, _end)
    arguments = parser().parse_args()
    try:
        if arguments.command == "simulate":
            return simulate.simulate(arguments)
        ports = Ports(cloud=arguments.port or free_port(), graph_api=arguments.api_port)
        if arguments.command == "run":
            return run(ports, arguments.page_port)
        from infra.local.demo import demo  # noqa: PLC0415 - what only the demo needs

        return demo(ports)
    except LocalCloudError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _end(_: int, __: FrameType | None) -> None:
    # Like Ctrl-C, so that whatever was started is stopped.
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
