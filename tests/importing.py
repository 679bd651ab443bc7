"""Imports files, as the program does it, and tells what came of it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from program import ask
from variorum.adapters.connect import connect
from variorum.adapters.imports.formats import importer
from variorum.adapters.imports.importer import Bad, Defaults, Item
from variorum.domain.errors import UnreadableError

NUMBERS = itertools.count(1)


def imported(archive: str | Path, *arguments: str | Path) -> Any:
    """What an import came to, as JSON, whether or not all could be read."""
    ran = ask("--archive", archive, "import", *arguments, "--format", "json")
    assert ran.code in (0, 5), ran
    return ran.objects[0] | {"code": ran.code, "said": ran.err}


def items(name: str, path: Path) -> list[Item]:
    """What a file asks to be recorded, as far as it can be read; nothing else may be raised."""
    found: list[Item] = []
    try:
        for place, command in importer(name)(str(path), Defaults("local")):
            if isinstance(command, Bad):
                assert command.reason
            found.append((place, command))
    except UnreadableError as error:
        found.append(("", Bad(error.message)))
    return found


def history(archive: str | Path, story: str | None = None) -> list[tuple[str, ...]]:
    """What was recorded, in its order: story, revision or outcome, text or revision, times."""
    found: list[tuple[int, tuple[str, ...]]] = []
    with connect(str(archive), "main") as connection:
        opened = connection.archive
        for entry in opened.listed(opened.known(None)):
            if story not in (None, entry.id):
                continue
            state = opened.state(entry.id)
            for each in state.revisions:
                article = opened.article(entry, each.number, each.event.article)
                assert article is not None
                found.append((each.position, (entry.id, f"r{each.number}", article.text)))
            for seen in state.sightings:
                of = f"r{seen.revision}" if seen.revision else ""
                found.append((seen.position, (entry.id, seen.outcome.value, of)))
    return [told for _, told in sorted(found)]


@st.composite
def damaged(draw: st.DrawFn, whole: Sequence[bytes]) -> bytes:
    """One of several files, cut, flipped, doubled, or with something before it."""
    data = bytearray(draw(st.sampled_from(whole)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        match draw(st.sampled_from(("cut", "flip", "put", "leave", "end"))):
            case "cut":
                del data[at : at + draw(st.integers(1, 40))]
            case "flip" if at < len(data):
                data[at] ^= 1 << draw(st.integers(0, 7))
            case "put":
                data[at:at] = draw(st.binary(min_size=1, max_size=30))
            case "leave":
                del data[:at]
            case _:
                del data[at:]
    return bytes(data)


def damages(*whole: bytes) -> SearchStrategy[bytes]:
    """What disks, networks and people make of files; or any bytes at all."""
    return damaged(whole) | st.binary(max_size=200)
