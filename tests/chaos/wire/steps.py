"""What happens in many situations alike."""

from tests.chaos.wire.play import Play


def written(play: Play) -> None:
    play.write()


def answered(play: Play) -> None:
    play.write()
    play.lane.work()


def at_rest(play: Play) -> None:
    answered(play)
    play.rest()


def swept(play: Play) -> None:
    play.lane.sweep()
    play.lane.work()


def work(play: Play) -> None:
    play.lane.work()


def echoes(play: Play) -> None:
    play.echoes()
