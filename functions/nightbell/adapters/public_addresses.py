"""Which network addresses belong to everybody, so that an address from outside leads nowhere inside.

Source: IANA IPv4 and IPv6 Special-Purpose Address Registries, as ``ipaddress`` knows them.
"""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")
"""A gateway takes the last 32 bits for an IPv4 address (RFC 6052 §2.1)."""
_ASSIGNED = (IPv6Network("2000::/3"), IPv6Network("::ffff:0:0/96"), _NAT64)
"""All that is handed out for everybody, and what stands for an IPv4 address; old forms of such still lead somewhere."""


class NotPublicError(OSError):
    """A name leads to an address that is not everybody's; nothing was sent there."""


def is_public(text: str) -> bool:
    """Tell whether an address, and the one that it may hold inside, is everybody's."""
    address = ip_address(text)
    return all(_is_public(each) for each in (address, *_inside(address)))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and not any(address in network for network in _ASSIGNED):
        return False
    return address.is_global and not address.is_multicast


def _inside(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    if not isinstance(address, IPv6Address):
        return []
    behind_gateway = IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None
    found = (address.ipv4_mapped, address.sixtofour, *(address.teredo or ()), behind_gateway)
    return [each for each in found if each is not None]
