"""WACZ: web archives in a ZIP (specs.webrecorder.net/wacz/1.1.1); its WARC files are read.

They are one crawl: a revisit in one may be of a copy in another, before or after it. Places are the
name of a file in it and an offset in that file.
"""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import BinaryIO, cast

from variorum.adapters.imports.formats import WARC_IN_WACZ
from variorum.adapters.imports.importer import Bad, Defaults, Item
from variorum.adapters.imports.warc import Crawl, Opener, opener_of
from variorum.adapters.interrupting import temporary_folder
from variorum.domain.errors import UnreadableError

_ERRORS = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error)


def commands(
    path: str, defaults: Defaults, progress: Callable[[int], None] | None = None
) -> Iterator[Item]:
    """What the WARC files in it ask to be recorded (`Importer`), file by file."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(  # themselves, as two of them may have one name
                (m for m in archive.infolist() if WARC_IN_WACZ.match(m.filename)),
                key=lambda member: member.filename,
            )
            if not members:
                raise UnreadableError(f"{path}: no WARC file in it (archive/*.warc.gz)")
            several = len(members) > 1
            with (
                temporary_folder("variorum-input-") as folder,
                closing(Crawl(defaults, waits=several)) as crawl,
            ):
                for number, member in enumerate(members):
                    name = member.filename
                    try:
                        opener = _opener(archive, member, folder / str(number))
                        yield from crawl.commands(opener, progress, f"{name} ")
                    except _ERRORS as cause:
                        yield name, Bad(f"damaged: {cause}")
                yield from crawl.late()
    except OSError as cause:
        raise UnreadableError(f"{path}: {cause.strerror or cause}") from cause
    except (*_ERRORS, ValueError) as cause:
        raise UnreadableError(f"{path}: not a WACZ file: {cause}") from cause


def _opener(archive: zipfile.ZipFile, member: zipfile.ZipInfo, unpacked: Path) -> Opener:
    """Opens a member: itself, or unpacked at that place, where it is packed again."""
    if member.compress_type == zipfile.ZIP_STORED:
        return lambda: cast(AbstractContextManager[BinaryIO], archive.open(member))
    with archive.open(member) as packed, unpacked.open("wb") as file:
        shutil.copyfileobj(packed, file)
    return opener_of(unpacked)
