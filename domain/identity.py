"""Which story a page is: canonical URLs, and ids derived from them.

Two addresses are one where they differ only in scheme, a default port, `www.`, a fragment, the
order of the query, a trailing slash, or parameters that follow a reader around. What is compared
is the canonical form; what is kept is the SHA-256 of it, as the URL itself is content.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from variorum.domain.errors import UsageError

_TRACKING = re.compile(
    r"^(utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_cid|mc_eid|_ga|ref_src)$",
    re.IGNORECASE,
)
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical_url(url: str) -> str:
    """The form in which URLs of one page are equal.

    Raises:
        UsageError: it is not an absolute http or https URL.
    """
    try:
        parts = urlsplit(url.strip())
        port, hostname = parts.port, parts.hostname
    except ValueError as cause:
        raise UsageError(f"not a URL: {url[:80]!r}") from cause
    if parts.scheme.lower() not in _DEFAULT_PORTS or not hostname:
        raise UsageError(f"not a web address: {url[:80]!r} (https://…)")
    host = hostname.lower().removeprefix("www.")
    if port and port not in _DEFAULT_PORTS.values():
        host = f"{host}:{port}"
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(name)
    )
    path = parts.path.rstrip("/") or "/"
    return f"https://{host}{path}" + (f"?{urlencode(query)}" if query else "")


def address_of(url: str) -> str:
    """The SHA-256 (hex) of a URL's canonical form.

    Raises:
        UsageError: it is not an absolute http or https URL.
    """
    return hashlib.sha256(canonical_url(url).encode()).hexdigest()


def id_from_url(url: str) -> str:
    """A story's id derived from its URL: its host, and enough of the digest to be alone.

    The path is left out on purpose: an id is permanent, and a path may name a person.

    Raises:
        UsageError: it is not an absolute http or https URL.
    """
    host = urlsplit(canonical_url(url)).hostname or ""
    name = re.sub(r"[^a-z0-9]+", "-", host).strip("-")[:80]
    return f"{name or 'story'}-{address_of(url)[:12]}"


def outlet_id(name: str) -> str:
    """An outlet's id derived from its name: letters and digits, joined by hyphens."""
    slug = re.sub(r"[\W_]+", "-", name.casefold()).strip("-")[:80]
    return slug or "outlet"
