"""``make bench``: what a delivery costs, measured now and here, as ratios in one run."""

import tempfile
from pathlib import Path

from infra.build.machine import own_target
from infra.build.package import build, zipped_size
from tests.bench import receive, start
from tests.bench.stage import stage


def main() -> None:
    """Print one table after another."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with stage(folder) as here:
            _print_receive(receive.measure(here), receive.own_code())
            built = folder / "build" / "template.yaml"
            build(own_target(), built)
            artefact = built.parent / "Functions"
            print(f"\nartefact            {zipped_size(artefact) / 1e6:6.2f} MB zipped")
            _print_starts(start.measure(artefact))


def _print_receive(times: dict[str, float], own: float) -> None:
    floor = times["floor"]
    print("ReceiveWebhook, processor time per delivery (median of rounds)")
    for name, meaning in (
        ("floor", "the bare floor: HMAC, JSON and one put"),
        ("first", "a first message: stored, decided, hinted"),
        ("further", "a further message of the same contact"),
    ):
        print(f"  {times[name]:7.2f} ms  {times[name] / floor:5.2f} x  {meaning}")
    print(f"  {own:7.2f} ms  {own / floor:5.2f} x  our own code, the network taken away: {1000 / own:,.0f}/s a core")


def _print_starts(starts: dict[str, tuple[float, float]]) -> None:
    print("\nstart of a function     import      init   (ms, median of fresh processes)")
    for name, (imported, composed) in starts.items():
        print(f"  {name:18s} {imported:9.0f} {composed:9.0f}")


if __name__ == "__main__":
    main()
