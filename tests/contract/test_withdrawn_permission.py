"""How long an account waits whose permission was withdrawn, where no unit comes to probe sooner."""

from datetime import timedelta

from tests.contract.test_callbacks import Business
from tests.contract.world import World


def test_it_is_looked_at_again_five_minutes_after_the_request(world: World) -> None:
    business = Business(world)
    business.post("deauthorize", business.signed())
    for key in (("messenger", "100"), ("whatsapp", "200")):
        assert business.units.read_breaker(*key).open_until == business.clock.now() + timedelta(minutes=5)
