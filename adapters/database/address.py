"""Addresses: the path of a SQLite file, or a `postgresql://` URL."""

from __future__ import annotations

import re
from pathlib import Path

from variorum.adapters.database.port import Database
from variorum.domain.errors import StorageError, UsageError


def is_url(address: str) -> bool:
    """Whether an address is a server's, not a file's."""
    return address.startswith(("postgresql://", "postgres://"))


_KEYWORDS = re.compile(r"\s*(?:host|hostaddr|port|dbname|user|password|passfile|service)\s*=")
"""What libpq's other form of an address begins with: `host=localhost dbname=archive`."""


def exists(address: str) -> bool:
    """Whether there is a database at an address; a server is asked when it is opened."""
    return is_url(address) or Path(address).exists()


def database_at(address: str, *, create: bool = False) -> Database:
    """Connects to a database.

    Raises:
        StorageError: it cannot be reached, or is not there and is not to be made.
        UsageError: the address names another kind of database.
    """
    if is_url(address):
        from variorum.adapters.database.postgres import PostgresDatabase

        return PostgresDatabase(address)
    if "://" in address or "\0" in address or address == ":memory:":
        from variorum.adapters.database.postgres import without_password

        shown = without_password(address)
        raise UsageError(f"not an archive's address: {shown} (a path, or postgresql://…)")
    from variorum.adapters.database.sqlite import SqliteDatabase

    path = Path(address)
    if _KEYWORDS.match(address) and not path.exists():
        raise UsageError(
            "an archive's address is a path or a URL, not keywords: write "
            "postgresql://USER@HOST:PORT/DBNAME, and other settings after it as ?sslmode=require"
        )
    try:
        if not create and not path.exists():
            raise StorageError(f"no archive at {address} (`variorum init` makes one)")
        if create and not path.parent.exists():
            raise StorageError(f"no folder {path.parent} to make an archive in")
        return SqliteDatabase(path, create=create)
    except OSError as cause:
        raise StorageError(f"{address}: {cause.strerror}") from cause
