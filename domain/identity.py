"""Which story a page is: canonical URLs, and ids derived from them.

Two addresses are one where they differ only in what leads to the same page: scheme, a default port,
`www.` and mobile hosts, the case of a host, a fragment, the order of the query, parameters that
follow a reader around or name a session, a trailing slash, an index page, percent-encoding that
changes nothing (RFC 3986, section 6.2.2), and the marks of AMP and print variants. Paths and
parameters that may tell pages apart are kept. What is compared is the canonical form; what is kept
is the SHA-256 of it, as the URL itself is content.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, unquote, urlsplit

from variorum.domain.errors import UsageError

_TRACKING = re.compile(
    r"^(utm_\w+|fb(clid|_action_ids|_action_types|_source|_ref)|gclid|gclsrc|dclid|gbraid|wbraid"
    r"|msclkid|yclid|ysclid|twclid|ttclid|li_fat_id|igshid|igsh|mc_cid|mc_eid|mkt_tok|_ga|_gl"
    r"|_hsenc|_hsmi|vero_id|oly_(anon|enc)_id|wickedid|s_cid|s_kwcid|ncid|cmpid|ito"
    r"|ns_(campaign|mchannel|source|linkname|fee)|at_(medium|campaign|custom\d|link_\w+)"
    r"|xtor|ref_src|ref_url|guccounter|guce_referrer(_sig)?|smid|smtyp|soc_src|soc_trk"
    r"|dicbo|__twitter_impression|amp_\w+|usqp)$",
    re.IGNORECASE,
)
_SESSION = re.compile(
    r"^(phpsessid|jsessionid|aspsessionid\w*|sessionid|session_id|sid|cfid|cftoken)$", re.IGNORECASE
)
_SESSION_VALUE = re.compile(r"[0-9A-Za-z_.!-]{16,}")
_SESSION_PATH = re.compile(r";(jsessionid|phpsessid)=[^/?#]*", re.IGNORECASE)
_VARIANTS = {
    "amp": frozenset(("", "1", "true", "amp", "yes")),
    "print": frozenset(("", "1", "true", "yes", "print")),
    "printable": frozenset(("", "1", "true", "yes")),
    "view": frozenset(("print", "amp")),
    "mode": frozenset(("print", "amp")),
    "output": frozenset(("print", "amp")),
    "outputtype": frozenset(("amp",)),
}
"""Parameters that ask for another form of the same page, with these values only."""
_PAGE = re.compile(
    r"(?:page|paged|page_?(?:no|num|number)|pg|p|seite|p(?:a|%C3%A1)gina|sida)=0{0,9}(?:[2-9]|[1-9]\d\d?)",
    re.IGNORECASE,
)
"""A parameter that asks for a later page of a story than its first."""
_INDEX = re.compile(r"/(index|default)\.(html?|php|aspx?|jsp|shtml)$", re.IGNORECASE)
_HOST_VARIANT = re.compile(r"^(?:www\d?|m|mobile|amp|wap)\.(?=[^.]+\.[^.])")
_STORY = r"[^/]*[-\d._][^/]*"
"""A part of a path that can name a story: sections are plain words."""
_AMP_FILE = re.compile(r"\.amp(?=\.html?$)|(?<=[^/])\.amp$", re.IGNORECASE)
_VARIANT_PATH = re.compile(rf"(/{_STORY})/(?:amp|print)$", re.IGNORECASE)
_AMP_FOLDER = re.compile(rf"^/amp(?=/(?:[^/]+/)+{_STORY}$)", re.IGNORECASE)
_FILE = re.compile(r"(?<=.)\.[a-z]{2,5}$", re.I)
"""The end of a file's name: a story that moves can leave it behind."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_PLAIN = "-._~"
_IN_PATH = "!$&'()*+,;=:@/%" + _PLAIN
_IN_QUERY = "!$'()*,;:@/?%" + _PLAIN
_LONGEST = 8_000
_CACHES = re.compile(r"(?:[^.]+\.)?cdn\.ampproject\.org")
_GOOGLE = re.compile(r"(?:www\.)?google(?:\.[a-z]{2,3}){1,2}")


def canonical_url(url: str) -> str:
    """The form in which URLs of one page are equal; of a canonical one, itself.

    Raises:
        UsageError: it is not an absolute http or https URL.
    """
    found, before = _canonical(url), url
    while found != before:  # what is taken away can lay bare more of the same
        found, before = _canonical(found), found
    return found


def _canonical(url: str) -> str:
    host, port, path, query = _parts(url)
    cached = _cached(host, path)
    if cached is not None:
        host, port, path, _ = _parts(cached)
    name = _HOST_VARIANT.sub("", host)
    if port is not None and port not in _DEFAULT_PORTS.values():
        name = f"{name}:{port}"
    pairs = sorted(pair for pair in _pairs(query) if not _is_dropped(*pair))
    asked = "&".join(f"{key}={value}" if value else key for key, value in pairs)
    return f"https://{name}{_path(path)}" + (f"?{asked}" if asked else "")


def _parts(url: str) -> tuple[str, int | None, str, str]:
    try:
        parts = urlsplit(url.strip())
        port, hostname = parts.port, parts.hostname
    except ValueError as cause:
        raise UsageError(f"not a URL: {url[:80]!r}") from cause
    if parts.scheme.lower() not in _DEFAULT_PORTS or not hostname:
        raise UsageError(f"not a web address: {url[:80]!r} (https://…)")
    if len(url) > _LONGEST:
        raise UsageError(f"not a web address, but {len(url)} characters: {url[:80]!r}")
    return _host(hostname), port, parts.path, parts.query


def _host(name: str) -> str:
    """A host in lower case, without the dot of the root; an IPv6 address in brackets."""
    host = unquote(name).lower().strip(".")
    if not host or re.search(r"[\s/?#@\\\[\]%<>\"{}|^`\x00-\x1f\x7f]", host):
        raise UsageError(f"not a web address: its host is {name[:80]!r}")
    if ":" in host:
        return f"[{host}]"
    try:
        return host.encode("idna").decode() if not host.isascii() else host
    except UnicodeError as cause:
        raise UsageError(f"not a web address: its host is {name[:80]!r}") from cause


def _cached(host: str, path: str) -> str | None:
    """The address of a page that stands in somebody's cache of AMP pages."""
    if _CACHES.fullmatch(host):
        found = re.match(r"/[a-z]/(?:s/)?([^/]+\.[^/]+(?:/.*)?)$", path)
    elif _GOOGLE.fullmatch(host):
        found = re.match(r"/amp/(?:s/)?([^/]+\.[^/]+(?:/.*)?)$", path)
    else:
        return None
    return f"https://{found[1]}" if found else None


def _path(path: str) -> str:
    """A path without what only says in which form the page is wanted."""
    path = _without_dots(_normalised(_SESSION_PATH.sub("", path), _IN_PATH))
    path = _INDEX.sub("", path).rstrip("/")
    path = _AMP_FOLDER.sub("", _VARIANT_PATH.sub(r"\1", _AMP_FILE.sub("", path)))
    return path.rstrip("/") or "/"


def _normalised(text: str, safe: str) -> str:
    """RFC 3986, section 6.2.2: escapes in capitals, and none where there need be none."""

    def escape(match: re.Match[str]) -> str:
        if match[1] is None:
            return "%25"
        character = chr(int(match[1], 16))
        plain = character.isascii() and (character.isalnum() or character in _PLAIN)
        return character if plain else match[0].upper()

    return quote(re.sub(r"%([0-9A-Fa-f]{2})?", escape, text), safe=safe, errors="replace")


def _without_dots(path: str) -> str:
    """RFC 3986, section 5.2.4."""
    found: list[str] = []
    for part in path.split("/"):
        if part == "..":
            if len(found) > 1:
                found.pop()
        elif part != ".":
            found.append(part)
    return "/".join(found)


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    """The parameters of a query, each normalised; those without a name are none."""
    for part in query.split("&"):
        key, _, value = part.replace("+", " ").partition("=")
        if key:
            yield _normalised(key, _IN_QUERY), _normalised(value, _IN_QUERY + "=")


def _is_dropped(key: str, value: str) -> bool:
    if _TRACKING.match(key):
        return True
    if _SESSION.match(key) and _SESSION_VALUE.fullmatch(value):
        return True
    name = key.lower()
    return value.lower() in _VARIANTS.get(name, ()) or (name == "cmp" and value.isalpha())


def plausible_canonical(page: str, said: str) -> str | None:
    """The address that a page says to be its own, where that can be: on the same site, and a page.

    `said` is its `rel=canonical` or `og:url`. One that leads to the front page, or to another
    site, is an error of the page's and is not followed; nor is one from a story's later page to its
    first, whose text is another.

    Args:
        page: the address that the page was found at.

    Returns:
        The canonical URL of what it says; None where that is not plausible.
    """
    try:
        own, other = canonical_url(page), canonical_url(said)
    except UsageError:
        return None
    here, there = urlsplit(own), urlsplit(other)
    if _site(here.netloc) != _site(there.netloc):
        return None
    front = there.path == "/" and not there.query
    if front and (here.path != "/" or here.query):
        return None
    if here.path != "/" and here.path.startswith(there.path + "/"):
        return None  # the section that it stands in
    if here.path == there.path and not _pages(here.query) <= _pages(there.query):
        return None
    return other


def is_gate(asked: str, url: str) -> bool:
    """Whether an address stands before the one that was asked for, and names it to lead on.

    Where the story has moved to keeps its name in the path, whatever it says of where it stood.
    """
    path, there = unquote(urlsplit(asked).path).rstrip("/"), urlsplit(url)
    query = unquote(unquote(unquote(there.query)))
    is_named = re.search(rf"{re.escape(path)}(?![\w.-])", query) is not None
    name = _FILE.sub("", unquote(urlsplit(canonical_url(asked)).path).rpartition("/")[2])
    keeps = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", unquote(there.path)) is not None
    return bool(path) and is_named and not (name and keeps)


def _pages(query: str) -> set[str]:
    """The parameters of a canonical URL that ask for a later page."""
    return {pair.lower() for pair in query.split("&") if _PAGE.fullmatch(pair)}


def _site(host: str) -> str:
    """The last labels of a host: enough to tell one newsroom's from another's."""
    labels = host.partition(":")[0].split(".")
    if all(label.isdigit() for label in labels):
        return host
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3:] if short else labels[-2:])


@lru_cache(maxsize=4_096)
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
