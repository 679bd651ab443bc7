"""When a checkpoint was there, by the word of somebody else: RFC 3161 tokens over its note.

An *authority* is asked over HTTP (RFC 3161, section 3.4) with a digest of the note, and answers
with a signed *token* that has its own time in it. What is stored is the authority's whole response,
so that `openssl ts -verify -data NOTE -in TOKEN` accepts it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit, urlunsplit

from variorum.adapters.database.port import Row
from variorum.adapters.database.statements import statement
from variorum.adapters.tree.certificate_order import in_order
from variorum.adapters.tree.checkpoints import SignedCheckpoint
from variorum.domain.errors import CheckFailedError, StorageError, UnreadableError, UsageError
from variorum.domain.times import to_instant

if TYPE_CHECKING:
    from urllib.request import Request

    from cryptography.x509 import Certificate
    from rfc3161_client import TimeStampResponse

    from variorum.adapters.connect import Connection

SECONDS = 30.0
"""How long an authority may take to answer."""

_MOST_BYTES = 1 << 20
_USER = re.compile(r"//.*@")
"""Whoever an address is for, with a password."""
_DIGESTS = ("sha256", "sha384", "sha512")
_UNKNOWN = ("issuer certificate", "self-signed certificate", "self signed certificate")
"""Of what OpenSSL says where a token is by an authority that it was not told of."""
_OPENSSL = re.compile(r'(?:data: "Verify error: |reason: ")([^"]+)"[^"]*$')


class StrangerError(CheckFailedError):
    """A token is by an authority that is under none of the roots."""


@dataclass(frozen=True, slots=True)
class Timestamp:
    """An authority's token over a checkpoint's note.

    `at` is the authority's time, `obtained_at` this archive's when it was stored; both instants.
    """

    authority: str
    at: int
    obtained_at: int
    token: bytes


def obtain_timestamp(connection: Connection, signed: SignedCheckpoint, url: str) -> Timestamp:
    """Asks an authority for a token over a stored checkpoint, and stores it beside it.

    Raises:
        UsageError: it is not a URL of HTTP, or `rfc3161-client` is not installed.
        StorageError: the authority cannot be reached, or does not give a token over this note.
    """
    authority = authority_at(url)
    token = _asked(url, authority, signed.note)
    found = Timestamp(authority, _time(token), connection.archive.now(), token)
    with connection.database.write() as cursor:
        cursor.run(
            statement("tree", "add_token"),
            {
                "collection": connection.collection,
                "size": signed.size,
                "authority": found.authority,
                "obtained_at": found.obtained_at,
                "token": found.token,
            },
        )
    return found


def authority_at(url: str) -> str:
    """How an authority is called: its address, without what may be secret in it.

    Raises:
        UsageError: it is not a URL of HTTP.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0:
            raise ValueError
    except ValueError as cause:
        shown = _USER.sub("//", url)[:200]
        raise UsageError(f"not the address of a time-stamping authority: {shown!r}") from cause
    netloc = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=netloc, query="", fragment=""))


def stored_timestamps(connection: Connection, size: int) -> list[Timestamp]:
    """The tokens over the checkpoint of a size, by when they were obtained.

    Raises:
        UsageError: there are some, and `rfc3161-client` is not installed.
        UnreadableError: what is stored is not a token.
    """
    return [
        Timestamp(authority, _time(bytes(token)), obtained_at, bytes(token))
        for authority, obtained_at, token in _rows(connection, size)
    ]


def count_timestamps(connection: Connection, size: int) -> int:
    """How many tokens there are over the checkpoint of a size."""
    return len(_rows(connection, size))


def _rows(connection: Connection, size: int) -> list[Row]:
    parameters = {"collection": connection.collection, "size": size}
    with connection.database.read() as cursor:
        return cursor.rows(statement("tree", "tokens"), parameters)


def check_timestamp(token: bytes, note: bytes, roots: Path) -> int:
    """Checks an authority's token over a note; gives the authority's time, an instant.

    Args:
        token: the authority's response, DER, as stored.
        note: the bytes of the signed checkpoint.
        roots: a file of the certificates that are trusted, PEM.

    Raises:
        UnreadableError: the token or the file of certificates cannot be read.
        StrangerError: it is by an authority that is under none of those roots.
        CheckFailedError: it is not a token over this note.
    """
    response = _decoded(token)
    if not _is_over(response, note):
        raise CheckFailedError("timestamp: it is over something else")
    from rfc3161_client import VerificationError, VerifierBuilder

    builder = VerifierBuilder()
    for certificate in dict.fromkeys(certificates_of(roots)):
        builder = builder.add_root_certificate(certificate)
    try:
        builder.build().verify_message(response, note)
    except (VerificationError, ValueError) as cause:
        said = _said(cause)
        if any(words in said for words in _UNKNOWN):
            raise StrangerError(f"timestamp: {said}") from cause
        raise CheckFailedError(f"timestamp: {said}") from cause
    return _time(token)


def certificates_of(roots: Path) -> list[Certificate]:
    """The certificates of a file, PEM.

    Raises:
        UnreadableError: it cannot be read, or has none.
    """
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(roots.read_bytes())
    except OSError as cause:
        raise UnreadableError(f"cannot read {roots}: {cause.strerror}") from cause
    except ValueError as cause:
        raise UnreadableError(f"{roots} is not a file of certificates (PEM)") from cause


def _asked(url: str, authority: str, note: bytes) -> bytes:
    """The authority's response over a note, as far as it can be judged without its root."""
    from http.client import HTTPException
    from urllib.request import urlopen

    try:
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder
    except ImportError as cause:
        raise _not_installed() from cause
    request = TimestampRequestBuilder(note, HashAlgorithm.SHA256).build()
    try:
        with urlopen(_query(url, request.as_bytes()), timeout=SECONDS) as answer:
            token: bytes = answer.read(_MOST_BYTES)
    except (OSError, HTTPException, ValueError) as cause:
        raise StorageError(f"no timestamp from {authority}: {_reason(cause)}") from cause
    try:
        response = _decoded(token)
    except UnreadableError as cause:
        raise StorageError(f"no timestamp from {authority}: {cause.message}") from cause
    if response.status != 0:
        said = " ".join(response.status_string) or f"status {response.status}"
        raise StorageError(f"no timestamp from {authority}: it refuses: {said}")
    try:
        info = response.tst_info
    except ValueError as cause:
        raise StorageError(f"no timestamp from {authority}: there is no token in it") from cause
    if info.nonce != request.nonce or info.message_imprint.message != hashlib.sha256(note).digest():
        raise StorageError(f"no timestamp from {authority}: its token is over something else")
    return token


def _query(url: str, query: bytes) -> Request:
    """The request to an authority; a name and password of its URL go as Basic (RFC 7617).

    Those go to the authority only, not to where it redirects.
    """
    from urllib.request import Request

    parts = urlsplit(url)
    user, at, place = parts.netloc.rpartition("@")
    headers = {"Content-Type": "application/timestamp-query", "User-Agent": "variorum"}
    bare = urlunsplit(parts._replace(netloc=place))
    request = Request(bare, query, headers, method="POST")
    if at:
        name, _, password = user.partition(":")
        said = base64.b64encode(f"{unquote(name)}:{unquote(password)}".encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {said}")
    return request


def _decoded(token: bytes) -> TimeStampResponse:
    try:
        from rfc3161_client import decode_timestamp_response
    except ImportError as cause:
        raise _not_installed() from cause
    for read in (token, in_order(token)):
        with suppress(ValueError):
            return decode_timestamp_response(read)
    raise UnreadableError("not a timestamp (RFC 3161)")


def _is_over(response: TimeStampResponse, note: bytes) -> bool:
    try:
        said = response.tst_info.message_imprint.message
    except ValueError:
        return False
    return any(said == hashlib.new(name, note).digest() for name in _DIGESTS)


def _time(token: bytes) -> int:
    try:
        return to_instant(_decoded(token).tst_info.gen_time.astimezone(UTC))
    except ValueError as cause:
        raise UnreadableError("not a timestamp (RFC 3161): there is no time in it") from cause


def _reason(cause: Exception) -> str:
    reason = getattr(cause, "reason", None) or getattr(cause, "strerror", None) or cause
    return " ".join(str(reason).split())[:200] or type(cause).__name__


def _said(cause: Exception) -> str:
    """What the library makes of a token, without what OpenSSL says around it."""
    text = " ".join(str(cause).split())
    inner = _OPENSSL.search(text)
    return (inner[1] if inner else text)[:200] or "it does not verify"


def _not_installed() -> UsageError:
    return UsageError("timestamps need rfc3161-client: pip install 'variorum[tsa]'")
