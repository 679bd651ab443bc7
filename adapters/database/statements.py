"""SQL as files: one statement each, `:name` for a parameter, read once."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

_NAMED = re.compile(r"(?<![:\w]):([a-z_]+)")
_COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)


@lru_cache(maxsize=256)
def statement(package: str, name: str) -> str:
    """The statement in `name`.sql beside the adapter `package` (below `variorum.adapters`)."""
    path = files("variorum.adapters").joinpath(*package.split("/"), f"{name}.sql")
    return _COMMENT.sub("", path.read_text(encoding="utf-8")).strip()


@lru_cache(maxsize=512)
def for_psycopg(text: str) -> bytes:
    """A statement with `:name` parameters as psycopg writes them, `%(name)s`."""
    return _NAMED.sub(r"%(\1)s", text.replace("%", "%%")).encode()
