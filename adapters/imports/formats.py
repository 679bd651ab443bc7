"""The formats that can be imported, and how a file is known to be of one."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from variorum.adapters.imports.file import check_input
from variorum.adapters.imports.importer import Importer
from variorum.adapters.imports.packed import PACKING_ERRORS, open_file
from variorum.domain.errors import UnreadableError

#: Each format, and the module beside this one that reads it.
FORMATS = {
    "jsonl": "jsonl",
    "warc": "warc",
    "wacz": "wacz",
    "cdxj": "cdxj",
    "mediawiki": "mediawiki",
    "git": "git",
    "feed": "feed",
    "ninjs": "ninjs",
    "newsedits": "newsedits",
}
_HEAD = 4096
_OF_FOLDERS = frozenset(("git",))
_OF_ONE_STORY = frozenset(("git", "mediawiki", "ninjs"))
"""Those of which a file may be of one story, under an id that is given with it."""

_CDXJ = re.compile(rb"(?:!\S+ .*\n)*\S+ \d{14} \{")
_LINES = re.compile(r"\.(?:jsonl|ndjson)(?:\.\w+)?$", re.I)
_OWN_LINES = re.compile(r"\.(?:jsonl|ndjson)(?:\.(?:gz|zst|bz2|xz))?$", re.I)
"""What is by its name; beside it `all.jsonl.sha256` may lie."""
WARC_IN_WACZ = re.compile(r"archive/.*\.w?arc(?:\.gz|\.zst)?$", re.I)
_BEFORE_ROOT = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*>)*", re.S)
_ROOTS = (
    ("mediawiki", re.compile(r"<mediawiki[\s>]")),
    ("feed", re.compile(r"<(?:rss|feed|rdf:RDF|channel)[\s>]|<\w+:(?:feed|rss)[\s>]", re.I)),
)
_JSON = (
    ("feed", re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org')),
    ("mediawiki", re.compile(rb'\A\s*\{\s*"(?:article_title|batchcomplete|continue|query)"\s*:')),
    (
        "ninjs",
        re.compile(
            rb'"(?:versioncreated|pubstatus|body_(?:text|html|xhtml)|bodies|contentcreated)"\s*:',
            re.I,
        ),
    ),
)
_OWN_KEYS = re.compile(rb'"(?:story|url|published|captured|body)"\s*:')


def importer(name: str) -> Importer:
    """What reads a format."""
    found: Importer = import_module(f"variorum.adapters.imports.{FORMATS[name]}").commands
    return found


def files_of(
    path: str, name: str | None, is_own: Callable[[Path], bool] = lambda _: False
) -> Iterator[tuple[str, str]]:
    """The files of a path, each with its format: of a folder, all that are of a known one.

    Of a folder, files that cannot be read come too, for their reader to say so; what is none of
    ours is passed over.

    Args:
        name: the format, where it was said; then a folder's files are all taken to be of it.
        is_own: whether a file is the archive's own. None such is opened, nor taken out of a folder.

    Raises:
        UnreadableError: there is no such file, or it is the archive's, or nothing in a folder is of
            a known format.
    """
    place = Path(path)
    if not place.is_dir():
        check_input(path, is_own)
        yield name or format_of(path), path
        return
    if name in _OF_FOLDERS or (name is None and _is_repository(place)):
        yield name or "git", path
        return
    empty = True
    for each in sorted(p for p in place.rglob("*") if p.is_file() and not _is_hidden(p, place)):
        if is_own(each):
            continue
        found = name or _format_within(str(each))
        if found is not None:
            empty = False
            yield found, str(each)
    if empty:
        raise UnreadableError(f"{path}: nothing in this folder is of a format that can be read")


def format_of(path: str) -> str:
    """The format of a file, by what it begins with.

    Raises:
        UnreadableError: it is of no known one; a file that is damaged or empty may be of `jsonl`.
    """
    return _known_format(path) or of_lines(path, _head_of(path) or b"")


def of_lines(path: str, head: bytes) -> str:
    """The format of lines that begin so: `jsonl`, by the file's name, or if one is an object.

    Raises:
        UnreadableError: they are of no known format.
    """
    lines = head.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    beginnings = {line.lstrip()[:1] for line in lines}
    if not (_LINES.search(path) or b"{" in beginnings or beginnings == {b""}):
        raise UnreadableError(
            f"{path}: of no format that is imported (`record` takes a page or a text by itself)"
        )
    return "jsonl"


def may_be_given_a_story(name: str, path: str) -> bool:
    """Whether what is imported can be of one story whose id is given, and does not name its own."""
    return name in _OF_ONE_STORY and not Path(path).is_dir()


def _is_repository(folder: Path) -> bool:
    return (folder / ".git").exists() or (
        (folder / "HEAD").is_file() and (folder / "objects").is_dir()
    )


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _known_format(path: str) -> str | None:
    try:
        with Path(path).open("rb") as file:
            raw = file.read(4)
        if raw.startswith(b"PK\3\4"):
            return "wacz" if _is_wacz(path) else None
        with open_file(path) as stream:
            head = stream.read(_HEAD)
    except PACKING_ERRORS:
        # The beginning of a damaged WARC is still one, and its reader names what is damaged.
        return "warc" if re.search(r"\.w?arc(?:\.gz|\.zst)?$", path, re.I) else None
    return format_of_head(head)


def _format_within(path: str) -> str | None:
    """The format of a file of a folder; None for one that is none of ours."""
    found = _known_format(path)
    if found is None and (_OWN_LINES.search(path) or _head_of(path) is None):
        return "jsonl"
    if found == "newsedits":
        from variorum.adapters.imports.newsedits import is_anothers

        return None if is_anothers(path) else found
    return found


def _head_of(path: str) -> bytes | None:
    """The beginning of a file; None where it cannot be unpacked, which its reader will tell."""
    try:
        with open_file(path) as stream:
            return stream.read(_HEAD)
    except PACKING_ERRORS:
        return None


def _is_wacz(path: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return path.lower().endswith(".wacz")
    return any(WARC_IN_WACZ.match(name) for name in names)


def format_of_head(head: bytes) -> str | None:
    """The format of a file that is not packed, by its first bytes; None where it is none."""
    if head.startswith((b"WARC/", b"filedesc://")):
        return "warc"
    if head.startswith(b"SQLite format 3\0"):
        return "newsedits"
    if _CDXJ.match(head):
        return "cdxj"
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _json_format(head)
    encoding = "utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1"
    text = head.decode(encoding, "replace").removeprefix("\xef\xbb\xbf")
    before = _BEFORE_ROOT.match(text)
    rest = text[before.end() if before else 0 :]
    return next((name for name, root in _ROOTS if root.match(rest)), None)


def _json_format(head: bytes) -> str:
    found = (name for name, pattern in _JSON if pattern.search(head))
    name = next(found, "jsonl")
    first = head.split(b"\n", 1)[0]
    return "jsonl" if name == "ninjs" and _OWN_KEYS.search(first) else name
