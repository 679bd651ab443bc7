"""Connections to public addresses only: the address that is checked is the one connected to.

An address is *public* if it is reachable by everybody (IANA's registries of special-purpose
addresses); one that stands in another one, as IPv4 in IPv6, counts as the one within.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from contextlib import suppress
from functools import cache, partial
from io import BufferedReader
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, cast

from urllib3.connection import HTTPConnection, HTTPSConnection

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052


class RefusedError(Exception):
    """An address that is not to be connected to."""


def is_public(text: str) -> bool:
    """Whether an IP address is public."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        within = _within(address)
        if within is not None:
            return is_public(str(within))
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _within(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def connected(host: str, port: int, timeout: float, *, private: bool) -> socket.socket:
    """A connection to a host, at one of its addresses that may be connected to.

    Raises:
        RefusedError: it has none that is public, and private ones are not allowed.
        OSError: it has no address, or none answers.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as cause:
        raise OSError(f"no host can be called {host[:60]!r}") from cause
    allowed = [each for each in found if private or is_public(str(each[4][0]))]
    if not allowed:
        raise RefusedError(f"{host} is not a public address (--allow-private)")
    failure: OSError | None = None
    for family, kind, protocol, _, address in allowed[:4]:
        opened = socket.socket(family, kind, protocol)
        try:
            opened.settimeout(timeout)
            opened.connect(address)
        except OSError as error:
            opened.close()
            failure = error
        else:
            return opened
    raise failure or OSError(f"{host} does not answer")


class _Answer(http.client.HTTPResponse):
    """An answer whose stream is its connection's, which can see what follows it, and closes it."""

    def __init__(self, keeper: _Checked, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        keeper.rest = self.fp
        self.fp = _Kept(self.fp)  # type: ignore[assignment]  # pyright: ignore

    def _read_status(self) -> tuple[str, int, str]:
        """The status line, past interim answers such as 103 (RFC 9110, 15.2)."""
        while True:
            read: Any = super()._read_status  # type: ignore[misc]  # pyright: ignore
            found = cast(tuple[str, int, str], read())
            if not 100 <= found[1] < 200 or found[1] == http.HTTPStatus.SWITCHING_PROTOCOLS:
                return found
            http.client.parse_headers(self.fp)


class _Kept:
    """A stream that others cannot close."""

    def __init__(self, stream: BufferedReader) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def close(self) -> None:
        pass


class _Checked:
    """Connects only where that is allowed, and keeps a second hold on the socket."""

    private = False
    hold: socket.socket | None = None
    rest: BufferedReader | None = None
    """What comes from the server, also after its answer."""

    def _new_conn(self) -> socket.socket:
        conn = cast(HTTPConnection, self)
        timeout = cast(float, conn.timeout)
        opened = connected(conn.host, conn.port or 80, timeout, private=self.private)
        self.hold = opened.dup()
        return opened

    def abort(self) -> None:
        """Ends whatever the connection is waiting for, from another thread."""
        if self.hold is not None:
            with suppress(OSError):
                self.hold.shutdown(socket.SHUT_RDWR)

    def let_go(self) -> None:
        """Closes all of it."""
        cast(HTTPConnection, self).close()
        if self.rest is not None:
            self.rest.close()
        if self.hold is not None:
            self.hold.close()


class Plain(_Checked, HTTPConnection):
    """A checked connection over HTTP."""


class Secure(_Checked, HTTPSConnection):
    """A checked connection over HTTPS; its certificate is verified."""


def connection(
    scheme: str, host: str, port: int | None, timeout: float, *, private: bool
) -> Plain | Secure:
    """A connection that is yet to be opened."""
    made: Plain | Secure
    if scheme == "https":
        made = Secure(host, port or 443, timeout=timeout, ssl_context=_tls())
    else:
        made = Plain(host, port or 80, timeout=timeout)
    made.private = private
    made.response_class = partial(_Answer, made)  # type: ignore[assignment]  # pyright: ignore
    return made


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
