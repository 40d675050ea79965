"""Who wrote a mail, and where an answer to it goes.

Anybody can write any address into a mail. So an answer goes to an address that the sender's own domain vouches for
(DMARC), else to the envelope's sender, who gets what goes wrong with the mail in any case. It goes to one address.

For whom nobody stands has no part in the conversation of the person whose name they use: neither their words nor their
address get in there, nor does its code leave to them.
"""

from nightbell.domain.events import Contact
from nightbell.platforms.email.addresses import Address, domain_of, without_label
from nightbell.platforms.email.facts import Receipt
from nightbell.platforms.email.mail import Mail

_BY_WAY_OF = " via "
"""No address that we read holds a space."""


def writer(mail: Mail, receipt: Receipt) -> Contact | None:
    """Name the contact; ``None`` where neither the mail nor its envelope names anybody.

    Who is not proven is filed by the domain that sent the mail, too: a whole address would change with each mail of
    those who number their bounces.
    """
    author = next(iter(mail.people("from")), None) or _envelope(receipt)
    if author is None:
        return None
    address = answers_to(mail, receipt, author)
    known_by = author.address if is_proven(receipt, author.address) else _unproven(author, receipt)
    return Contact(contact_id=known_by, address=address, name=author.name or None)


def is_proven(receipt: Receipt, sender: str) -> bool:
    """Tell whether the sender's domain stands for the mail: by DMARC or, without, by SPF for the envelope's sender."""
    own, envelope = domain_of(sender), domain_of(receipt.source or "")
    is_of_own = envelope == own or envelope.endswith(f".{own}")
    return receipt.passes("dmarc") or (receipt.passes("spf") and not receipt.fails("dmarc") and is_of_own)


def is_unproven(contact: Contact) -> bool:
    """Tell whether nobody stands for the contact's being who they say."""
    return _BY_WAY_OF in contact.contact_id


def answers_to(mail: Mail, receipt: Receipt, author: Address) -> str:
    """Pick the one address that an answer may go to."""
    if not receipt.passes("dmarc"):
        return receipt.source or author.address
    wished = next(iter(mail.people("reply-to")), None)
    if wished is not None and _is_same_house(wished, author) and without_label(wished.address) not in receipt.own:
        return wished.address
    return author.address


def _unproven(author: Address, receipt: Receipt) -> str:
    return f"{author.address}{_BY_WAY_OF}{domain_of(receipt.source or '') or '?'}"


def _envelope(receipt: Receipt) -> Address | None:
    return None if receipt.source is None else Address(address=receipt.source)


def _is_same_house(one: Address, other: Address) -> bool:
    """Whose domain passed may name its own addresses, and nobody else's: a stranger would get our answer.

    What is below a domain is its own. What is above it need not be: whoever hosts many has tenants.
    """
    named, proven = domain_of(one.address), domain_of(other.address)
    return named == proven or named.endswith(f".{proven}")
