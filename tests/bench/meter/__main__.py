"""``python -m tests.bench.meter``: the part "cost" by itself."""

from tests.bench.meter.part import measure

if __name__ == "__main__":
    for figure in measure():
        print(f"{figure.name:42s} {figure.value:8.2f} {figure.unit}")
