"""Each message counts, also where several of one delivery have the same fault."""

from tests.contract.world import World


def test_every_message_of_an_account_that_nobody_declared_is_counted(world: World) -> None:
    world.accounts.clear()
    world.deliver(world.message("hello"), world.message("is anybody there?"), world.message("hello?", by="8"))
    assert world.counted("account_not_in_settings") == 3
    assert world.counted("messages_stored") == 3
    assert (world.numbers(), world.numbers("8")) == ([1, 2], [1])
