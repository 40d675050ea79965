"""The check of our address under attack: a GET with a word that was agreed on, whose answer repeats a challenge."""

from functools import partial

from nightbell.domain.errors import HandshakeError
from nightbell.domain.events import Delivery
from nightbell.platforms.channel import Platform
from tests.chaos.forgery.broken_handshakes import broken_handshakes
from tests.chaos.forgery.target import HANDSHAKES, Secrets, Target
from tests.chaos.forgery.tokens import CHALLENGE, TokenForger, with_token
from tests.chaos.schemes import Handshake
from tests.chaos.sent import Sent


def handshakes(platform: Platform, shake: Handshake, secrets: Secrets, many: int) -> Target:
    """Make the target."""
    tokens = secrets[shake.secret]
    genuine = [_genuine(shake, tokens[number % len(tokens)], number) for number in range(many)]
    return Target(
        platform=platform.name,
        kind=HANDSHAKES,
        prove=partial(_prove, platform),
        genuine=genuine,
        forger=TokenForger(shake, genuine, secrets),
        secrets=secrets,
        signers=(shake.secret,),
        resigned=with_token,
        nearly=lambda sent: [with_token(sent, each) for each in _nearly(tokens[0])],
        useless=([], [""], ["", ""]),
        refusal="handshake",
        misread=lambda sent, found: "" if found == sent.query[CHALLENGE] else "another challenge",
        broken=partial(broken_handshakes, shake, partial(_prove, platform)),
    )


def _genuine(shake: Handshake, token: str, number: int) -> Sent:
    challenge = (f"{number:010d}", f"0{number}" * 20, f"{number}.a_B-{number}")[number % 3]
    query = shake.query(token, challenge)
    ordered = dict(reversed(list(query.items()))) if number % 2 else query
    return Sent(
        what=f"handshake {number}",
        platform=shake.platform,
        body=b"",
        headers={"accept": "*/*"},
        method="GET",
        query=ordered if number % 5 else {**ordered, "more": "1"},
    )


def _prove(platform: Platform, delivery: Delivery, secrets: Secrets) -> str:
    answer = platform.handshake(delivery, secrets)
    if answer is None:
        raise HandshakeError("it is none")
    return answer.body


def _nearly(token: str) -> list[str]:
    return [token[:at] + ("x" if token[at] != "x" else "y") + token[at + 1 :] for at in range(len(token))]
