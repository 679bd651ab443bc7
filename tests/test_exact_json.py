"""Numbers that the archive does not know are kept as they were written, whatever they are."""

from __future__ import annotations

import itertools
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from program import ask
from variorum.adapters.connect import connect
from variorum.adapters.exact_json import may_differ, values
from variorum.adapters.exports import jsonl
from variorum.adapters.exports.selection import Selection
from variorum.adapters.imports.importer import Bad, Defaults
from variorum.adapters.imports.jsonl import Line, commands
from variorum.domain.bulk import Bulk
from variorum.domain.errors import UnreadableError

NUMBERS = itertools.count(1)
HARD = (
    "123456789012345678901234567890",
    "-9223372036854775809",
    "18446744073709551616",
    "1" + "0" * 5_000,
    "0.1000000000000000055511151231257827",
    "0.10",
    "1.0",
    "1e400",
    "-1E+400",
    "1e-400",
    "1e5",
    "-0",
    "-0.0",
)
digits = st.text("0123456789", min_size=1, max_size=40)
whole = digits.map(lambda text: text.lstrip("0") or "0")
exponents = st.tuples(st.sampled_from(("e", "E", "e+", "E-")), digits.map(lambda d: d[:4]))
numbers = st.sampled_from(HARD) | st.tuples(
    st.sampled_from(("", "-")),
    whole,
    st.just("") | digits.map(".".__add__),
    st.just("") | exponents.map("".join),
).map("".join)
"""As RFC 8259, section 6, has them."""
texts = st.text(max_size=8) | st.sampled_from(('":1.0,', "[-0]", ", 0.10", "\\"))
spaces = st.sampled_from(("", "", " ", "\t", "\r"))


def spaced(values: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.tuples(spaces, values, spaces).map("".join)


def lists(inner: SearchStrategy[str]) -> SearchStrategy[str]:
    return st.lists(spaced(inner), max_size=3).map(lambda parts: f"[{','.join(parts)}]")


def objects(inner: SearchStrategy[str], names: SearchStrategy[str]) -> SearchStrategy[str]:
    def write(fields: dict[str, str]) -> str:
        return f"{{{','.join(f'{json.dumps(name)}:{value}' for name, value in fields.items())}}}"

    return st.dictionaries(names, spaced(inner), max_size=4).map(write)


any_json = st.recursive(
    st.sampled_from(("null", "true", "false", "[]", "{}"))
    | numbers
    | texts.map(json.dumps)
    | texts.map(lambda text: json.dumps(text, ensure_ascii=False)),
    lambda inner: lists(inner) | objects(inner, texts),
    max_leaves=8,
)
unknown = texts.filter(lambda name: name not in Line.model_fields)


def read(line: bytes | str) -> dict[str, Any]:
    """The keys that the archive does not know, with each number as its text."""
    fields = json.loads(line, parse_int=_Number, parse_float=_Number)
    return {key: value for key, value in fields.items() if key not in Line.model_fields}


class _Number(str):
    """Is equal to no text of the same letters."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Number) and str.__eq__(self, other)

    __hash__ = str.__hash__


def through(address: str, path: Path, line: bytes) -> bytes:
    """What an archive that has imported a line exports."""
    path.write_bytes(line + b"\n")
    with connect(address, f"c{next(NUMBERS)}", create=True) as connection:
        archive = connection.archive
        with Bulk(archive.log, archive.contents, archive.salts) as work:
            for _, command in commands(str(path), Defaults("local")):
                assert not isinstance(command, Bad), command.reason
                work.take(command)
        [exported] = jsonl.lines(archive, Selection((), None, archive.known(None)))
    return exported


KNOWN = '{"story":"ferry","published":"2024-10-24T09:00Z","body":"It stopped."'


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(rest="{" + ",".join(f'"{n}":{number}' for n, number in enumerate(HARD)) + "}")
@given(rest=objects(any_json, unknown))
def test_what_goes_in_comes_out(address: str, tmp_path: Path, rest: str) -> None:
    """And goes in again, and comes out as before, to the byte."""
    line = f"{KNOWN}{',' if rest != '{}' else ''}{rest[1:]}".encode()
    path = tmp_path / "lines.jsonl"
    once = through(address, path, line)
    assert read(once) == read(rest)
    assert (
        json.loads(once, parse_float=Decimal, parse_int=Decimal).items()
        >= json.loads(rest, parse_float=Decimal, parse_int=Decimal).items()
    )
    assert through(address, path, once) == once


@given(text=any_json)
def test_whoever_reads_quickly_is_told_of_each_number_that_he_alters(text: str) -> None:
    kept = orjson.dumps({"n": values(text.encode())})
    if not may_differ(kept):
        assert read(kept) == read(f'{{"n":{text}}}')


@pytest.mark.parametrize("number", ["1", "-17", "2024", "18446744073709551615"])
def test_an_ordinary_number_is_read_once(number: str) -> None:
    assert not may_differ(orjson.dumps({"n": values(number.encode()), "text": "At 1.5, or 0."}))


@pytest.mark.parametrize(
    "rest", ['"n":1e400,"m":NaN', '"n":1e400,"m":"\\ud800"', '"n":01e400', '"n":-Infinity']
)
def test_what_is_not_json_beside_a_vast_number_is_refused(tmp_path: Path, rest: str) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(f"{KNOWN},{rest}}}\n")
    ran = ask("--archive", tmp_path / "a.db", "import", path)
    assert ran.code == 5
    assert f"{path}:1: not JSON: " in ran.err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_a_line_in_another_encoding_is_refused_whatever_its_numbers(encoding: str) -> None:
    """The readers that take vast numbers take these, too; those that keep numbers do not."""
    with pytest.raises(UnreadableError, match=r"^not JSON: "):
        values(f'{KNOWN},"n":1e400}}'.encode(encoding))


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_file_that_was_recorded_is_exported_whatever_it_holds(tmp_path: Path, mark: str) -> None:
    """Of ninjs the rest is kept as it was captured, and an export writes what an import takes."""
    item = (
        '{"standard":{"name":"ninjs","version":"3.1"},"uri":"urn:x:1","type":"text",\n'
        '"versioncreated":"2024-10-24T09:00:00Z","headlines":[{"value":"Ferry stops"}],\n'
        f'"status":"usable","n":0.10,"deep":{"[" * 500}{"]" * 500}}}'
    )
    path, lines = tmp_path / "item.json", tmp_path / "lines.jsonl"
    path.write_text(mark + item)
    archive = ("--archive", tmp_path / "a.db")
    assert ask(*archive, "record", path, "--story", "ferry").code == 0
    assert ask(*archive, "export", "ferry", "-o", lines).code == 0
    assert b'"n":0.10' in lines.read_bytes()
    again = ask("--archive", tmp_path / "b.db", "import", lines)
    assert again.code == 0, again.err
