"""Which addresses lie inside a network, where nobody outside may send this server to look."""

from __future__ import annotations

import ipaddress


def is_inside(number: str) -> bool:
    """Whether the number of a host is private, of this machine, or of its own link."""
    return not ipaddress.ip_address(number.partition("%")[0]).is_global
