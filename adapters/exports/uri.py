"""How exports name what has no address of its own: `urn:variorum:story/border-troops`."""

from __future__ import annotations

from urllib.parse import quote

NAMESPACE = "urn:variorum:"


def uri(local: str) -> str:
    """The name of something of the archive, such as `story/border-troops` (RFC 8141)."""
    return NAMESPACE + quote(local, safe="/.-_")
