"""WACZ: web archives in a ZIP (specs.webrecorder.net/wacz/1.1.1); its WARC files are read.

They are one crawl: a revisit in one may be of a copy in another, before or after it. Places are the
name of a file in it and an offset in that file.
"""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, closing, contextmanager
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from variorum.adapters.imports.formats import WARC_IN_WACZ
from variorum.adapters.imports.importer import Bad, Defaults, Item
from variorum.adapters.imports.warc import Crawl
from variorum.domain.errors import UnreadableError

_ERRORS = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error)


def commands(
    path: str, defaults: Defaults, progress: Callable[[int], None] | None = None
) -> Iterator[Item]:
    """What the WARC files in it ask to be recorded (`Importer`), file by file."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = sorted(
                m.filename for m in archive.infolist() if WARC_IN_WACZ.match(m.filename)
            )
            if not members:
                raise UnreadableError(f"{path}: no WARC file in it (archive/*.warc.gz)")
            several = len(members) > 1
            with ExitStack() as opened, closing(Crawl(defaults, waits=several)) as crawl:
                for name in members:
                    try:
                        file = opened.enter_context(_opened(archive, name))
                        yield from crawl.commands(file, progress, f"{name} ")
                    except _ERRORS as cause:
                        yield name, Bad(f"damaged: {cause}")
                yield from crawl.late()
    except OSError as cause:
        raise UnreadableError(f"{path}: {cause.strerror or cause}") from cause
    except (*_ERRORS, ValueError) as cause:
        raise UnreadableError(f"{path}: not a WACZ file: {cause}") from cause


@contextmanager
def _opened(archive: zipfile.ZipFile, name: str) -> Generator[BinaryIO]:
    """A member that can be read from any place: itself, or unpacked, where it is packed again."""
    with archive.open(name) as member:
        if archive.getinfo(name).compress_type == zipfile.ZIP_STORED:
            yield cast(BinaryIO, member)
            return
        with TemporaryFile() as unpacked:
            shutil.copyfileobj(member, unpacked)
            yield cast(BinaryIO, unpacked)
