"""SQL as files: one statement each, `:name` for a parameter, read once.

`{name}` stands for what is in the file of that name beside it, which others have in common, and
`{package/name}` for what is in one of another package.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

from variorum.adapters.database.port import Dialect

_NAMED = re.compile(r"(?<![:\w]):([a-z_]+)")
_PART = re.compile(r"\{(?:([a-z_]+)/)?([a-z_]+)\}")
_COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)


@lru_cache(maxsize=256)
def statement(package: str, name: str) -> str:
    """The statement in `name`.sql beside the adapter `package` (below `variorum.adapters`).

    What the packages of several databases have in common is in the one above them.
    """
    folder = files("variorum.adapters").joinpath(*package.split("/"))
    path = folder.joinpath(f"{name}.sql")
    if "/" in package and not path.is_file():
        return statement(package.rpartition("/")[0], name)
    text = _COMMENT.sub("", path.read_text(encoding="utf-8")).strip()
    return _PART.sub(lambda part: statement(part[1] or package, part[2]), text)


def listed(dialect: Dialect, parameter: str) -> str:
    """The rows of a parameter that is an array of texts in JSON: one column, `value`."""
    if dialect == "sqlite":
        return f"(select value from json_each(:{parameter}))"
    return f"(select value from json_array_elements_text(cast(:{parameter} as json)) as e(value))"


@lru_cache(maxsize=512)
def for_psycopg(text: str) -> bytes:
    """A statement with `:name` parameters as psycopg writes them, `%(name)s`."""
    return _NAMED.sub(r"%(\1)s", text.replace("%", "%%")).encode()
