"""One look at one address: what its server answered, or why it could not be reached.

Redirects are followed one by one, each of them checked; a body is read up to a limit, unpacked up
to another, and believed only where it is as long as its server says.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime
from http.client import BadStatusLine, HTTPException, UnknownProtocol
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from urllib3.exceptions import HTTPError

from variorum.adapters.imports.http_message import Response
from variorum.adapters.watch.connecting import Plain, RefusedError, Secure, connection
from variorum.domain.errors import UnreadableError
from variorum.domain.times import SECOND, to_instant

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_CHUNK = 1 << 16
_LOOK = 0.05
"""Seconds for which one looks whether more follows than was promised."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a server's time and bytes a fetch takes at most."""

    bytes: int = 8 << 20
    """Of a body, as it is sent."""
    seconds: float = 30.0
    """For all of a fetch."""
    redirects: int = 8


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer; `body` is unpacked, and empty where the answer is not the page."""

    url: str
    """The address that answered, after all redirects."""
    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""

    @property
    def message(self) -> Response:
        return Response(self.status, dict(self.headers), self.body)

    def retry_after(self, now: int) -> int | None:
        """How long its server asks to be left alone (µs); None if it does not."""
        return retry_after(self.headers.get("retry-after"), now)


class UnreachedError(Exception):
    """It could not be reached; the text says why, in a few words.

    Attributes:
        answered: whether its server did answer, but not so that it can be read.
    """

    def __init__(self, why: str, *, answered: bool = False) -> None:
        super().__init__(why)
        self.answered = answered


def fetch(
    url: str,
    *,
    agent: str,
    etag: str | None = None,
    modified: str | None = None,
    limits: Limits = LIMITS,
    private: bool = False,
    check: Callable[[str], None] = lambda _: None,
) -> Fetched:
    """Looks at an address.

    Args:
        agent: who asks (RFC 9110, section 10.1.5).
        etag, modified: of the copy that is held; the answer may then be 304.
        private: whether addresses that are not public may be connected to.
        check: called with each address, redirects too, before that is asked; may raise an error.

    Raises:
        UnreachedError: no whole answer came.
        RefusedError: the address, or one that it redirects to, is not to be connected to.
    """
    ends = time.monotonic() + limits.seconds
    headers = {"User-Agent": agent, "Accept-Encoding": "gzip, deflate", "Connection": "close"}
    headers["Accept"] = (
        "text/html, application/xhtml+xml, application/feed+json, application/xml, */*"
    )
    if etag:
        headers["If-None-Match"] = etag
    if modified:
        headers["If-Modified-Since"] = modified
    seen: set[str] = set()
    for _ in range(limits.redirects + 1):
        if url in seen:
            raise UnreachedError("redirects in circles", answered=True)
        check(url)
        try:
            found = _asked(url, headers, limits, ends, private=private)
        except UnreachedError as error:
            error.answered = error.answered or bool(seen)
            raise
        seen.add(url)
        location = found.headers.get("location")
        if found.status not in _REDIRECTS or not location:
            return found
        url = _next(url, location)
    raise UnreachedError("too many redirects", answered=True)


def _next(url: str, location: str) -> str:
    with suppress(UnicodeError):  # sent as it is, where it should be escaped
        location = location.encode("latin-1").decode()
    try:
        following = urljoin(url, location.strip())
        parts = urlsplit(following)
        if parts.scheme.lower() in ("http", "https") and parts.hostname:
            return following.partition("#")[0]
    except ValueError:
        pass
    raise UnreachedError("redirects to what is no web address", answered=True)


def _asked(
    url: str, headers: Mapping[str, str], limits: Limits, ends: float, *, private: bool
) -> Fetched:
    left = ends - time.monotonic()
    if left <= 0:
        raise UnreachedError("takes too long")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    except ValueError as cause:
        raise UnreachedError("not a web address") from cause
    conn = connection(parts.scheme.lower(), host, port, left, private=private)
    late = threading.Event()

    def give_up() -> None:
        late.set()
        conn.abort()

    watchdog = threading.Timer(left, give_up)
    watchdog.daemon = True
    watchdog.start()
    answered = False
    try:
        conn.request("GET", _ascii(target), headers=dict(headers), preload_content=False)
        response = conn.getresponse()
        answered = True
        found = _answer(url, response, conn, limits)
        if late.is_set():  # what was read may have ended there
            raise UnreachedError("takes too long", answered=True)
        return found
    except RefusedError:
        raise
    except UnreadableError as cause:
        raise UnreachedError(cause.message, answered=True) from cause
    except (OSError, HTTPError, HTTPException, ValueError) as cause:
        if late.is_set() or isinstance(cause, TimeoutError):
            raise UnreachedError("takes too long", answered=answered) from cause
        raise UnreachedError(_why(cause), answered=answered) from cause
    finally:
        watchdog.cancel()
        conn.let_go()


def _ascii(target: str) -> str:
    from urllib.parse import quote

    return quote(target, safe="!#$%&'()*+,/:;=?@[]~-._")


def _answer(url: str, response: Any, conn: Plain | Secure, limits: Limits) -> Fetched:
    headers = {name.lower(): value for name, value in response.headers.items()}
    status = response.status
    if status != 200:
        return Fetched(url, status, headers)
    parts: list[bytes] = []
    size = 0
    while data := response.read(_CHUNK, decode_content=False):
        size += len(data)
        if size > limits.bytes:
            raise UnreachedError(f"larger than {limits.bytes >> 20} MB", answered=True)
        parts.append(data)
    _check_length(response, conn)
    kept = {name: value for name, value in headers.items() if name != "transfer-encoding"}
    body = Response(status, kept, b"".join(parts)).content()
    return Fetched(url, status, {k: v for k, v in kept.items() if k != "content-encoding"}, body)


def _check_length(response: Any, conn: Plain | Secure) -> None:
    """Refuses a body that is followed by more of it: its server lies about its length."""
    rest = conn.rest
    if rest is None or "content-length" not in response.headers:
        return
    if conn.hold is not None:
        with suppress(OSError):
            conn.hold.settimeout(_LOOK)
    with suppress(OSError, ValueError, TimeoutError):
        if rest.peek(1):
            raise UnreachedError("longer than its server says", answered=True)


def _why(cause: BaseException) -> str:
    inner: BaseException = cause
    while inner.__cause__ is not None and not isinstance(inner, socket.gaierror):
        inner = inner.__cause__
    if isinstance(inner, socket.gaierror):
        return "its host is not known"
    if isinstance(inner, ConnectionRefusedError):
        return "refuses connections"
    if isinstance(inner, ConnectionError):
        return "breaks the connection"
    if isinstance(inner, BadStatusLine | UnknownProtocol):  # its text is the server's
        return "answers, but not in HTTP"
    name = type(inner).__name__
    if "IncompleteRead" in name or "IncompleteRead" in str(inner):
        return "shorter than its server says"
    text = cast(str, getattr(inner, "strerror", None)) or str(inner) or name
    plain = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    return " ".join(plain.split())[:120]


def retry_after(text: str | None, now: int) -> int | None:
    """How long a server asks to be left alone (µs; RFC 9110, 10.2.3); None if it does not."""
    if text is None:
        return None
    text = text.strip()
    if text.isascii() and text.isdecimal():
        return int(text[:9]) * SECOND
    try:
        moment = parsedate_to_datetime(text)
        at = to_instant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return max(at - now, 0)
