"""Who wrote a mail, and where an answer to it goes.

Anybody can write any address into a mail. So an answer goes to an address that the sender's own domain vouches for
(DMARC), else to the envelope's sender, who gets what goes wrong with the mail in any case. It goes to one address.
"""

from nightbell.domain.events import Contact
from nightbell.platforms.email.addresses import Address, domain_of, without_label
from nightbell.platforms.email.facts import Receipt
from nightbell.platforms.email.mail import Mail


def writer(mail: Mail, receipt: Receipt) -> Contact | None:
    """Name the contact; ``None`` where neither the mail nor its envelope names anybody."""
    author = next(iter(mail.people("from")), None) or _envelope(receipt)
    if author is None:
        return None
    address = answers_to(mail, receipt, author)
    return Contact(contact_id=author.address, address=address, name=author.name or None)


def answers_to(mail: Mail, receipt: Receipt, author: Address) -> str:
    """Pick the one address that an answer may go to."""
    if not receipt.passes("dmarc"):
        return receipt.source or author.address
    wished = next(iter(mail.people("reply-to")), None)
    if wished is not None and _is_same_house(wished, author) and without_label(wished.address) not in receipt.own:
        return wished.address
    return author.address


def _envelope(receipt: Receipt) -> Address | None:
    return None if receipt.source is None else Address(address=receipt.source)


def _is_same_house(one: Address, other: Address) -> bool:
    """Whose domain passed may name its own addresses, and nobody else's: a stranger would get our answer."""
    first, second = domain_of(one.address), domain_of(other.address)
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")
