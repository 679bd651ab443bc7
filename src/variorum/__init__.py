"""Variorum: an event-sourced archive of news stories.

    import variorum

    with variorum.open("variorum.db") as archive:
        print(archive.story("kursk").at("2024-10-24T09:12-04:00").text)

The same archive as on the command line; docs/guide/python.md tells more.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from variorum.adapters.library import OpenArchive

__all__ = ["open"]

DEFAULT_PATH = "variorum.db"
DEFAULT_COLLECTION = "main"


def open(
    address: str | os.PathLike[str] = DEFAULT_PATH,
    collection: str = DEFAULT_COLLECTION,
    *,
    actor: str = "local",
    create: bool = False,
) -> OpenArchive:
    """Opens a collection of an archive.

    Args:
        address: the path of a SQLite file, or a `postgresql://` URL.
        collection: the collection's name.
        actor: the id under which what is recorded is recorded; not a person's name.
        create: makes the archive and the collection where they are missing.

    Raises:
        variorum.domain.errors.StorageError: it cannot be reached, or is not an archive.
    """
    from variorum.adapters.library import OpenArchive

    return OpenArchive(os.fspath(address), collection, actor=actor, create=create)
