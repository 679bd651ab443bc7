"""Plain lines of JSONL, also those that another process reads, say what they say to `jsonl`."""

from __future__ import annotations

import gzip
import json
import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from variorum.adapters.imports import jsonl
from variorum.adapters.imports.importer import Bad, Defaults
from variorum.adapters.imports.plain import Plain, plain
from variorum.adapters.imports.reading_ahead import ALONE
from variorum.domain.bulk import Command
from variorum.domain.commands import Opening, RecordCopy
from variorum.domain.content import Article
from variorum.domain.errors import UnreadableError
from variorum.domain.outlet import Settings

TIMES = ("2024-10-24T09:12:00-04:00", "2024-10-24T13:11:00+00:00")
OTHER_TIMES = (
    "2024-10-24T09:12:00Z",
    "2024-10-24",
    "0001-01-01T00:00:00+00:00",
    "soon",
    "",
    None,
    3,
)
VALUES: dict[str, tuple[Any, ...]] = {
    "story": ("ferry", "tug-1", "", "-", None, 7),
    "url": ("https://www.news.example/ferry?utm_source=a", "mailto:a@b.example", "", None),
    "outlet": ("Harbour Gazette", "", None),
    "zone": ("Europe/Oslo", "-04:00", "Nowhere/Else", "", None),
    "published": (*TIMES, *OTHER_TIMES),
    "basis": ("metadata", "capture", "rumour", None),
    "captured": (*TIMES, *OTHER_TIMES),
    "headline": ("Ferry stops", "“Été”", "", None, 1),
    "byline": ("Ada Quill", "", None),
    "dateline": ("BERGEN", "", None),
    "body": ("It stopped.\n\nNobody was hurt.", "One.\r\n\r\n \n\nTwo.\nThree.", " ", "", None, []),
    "comments": ("closed", "shut", None),
    "status": ("present", "gone", None),
    "media": ([], [{"caption": "The quay."}]),
    "notices": ([], [{"printed": "Correction: it was noon."}]),
    "mood": ("grim",),
}
USUAL = {"story": "ferry", "published": TIMES[0], "captured": TIMES[1], "body": "It stopped."}


@st.composite
def lines(draw: st.DrawFn) -> bytes:
    """A usual line with some keys set otherwise, left out, or there twice; or what is no line."""
    rare = draw(st.sets(st.sampled_from(sorted(VALUES)), max_size=4))
    said = {key: value for key, value in USUAL.items() if draw(st.integers(0, 9)) or key in rare}
    said |= {key: draw(st.sampled_from(VALUES[key])) for key in rare}
    odd: bytes | None = draw(
        st.sampled_from((None,) * 20 + (b"[]", b"{", b"3", b'{"body":"\\ud800"}'))
    )
    if odd is not None:
        return odd
    line = json.dumps(said, ensure_ascii=draw(st.booleans()))
    if said and draw(st.integers(0, 9)) == 0:
        key = draw(st.sampled_from(sorted(said)))
        line = line[:-1] + f",{json.dumps(key)}:{json.dumps(draw(st.sampled_from(VALUES[key])))}}}"
    return line.encode()


def defaults(*, helped: bool = False) -> Defaults:
    return Defaults(
        "local",
        said_of=lambda story: Opening(zone="Europe/London") if story == "ferry" else None,
        settings_of=lambda outlet: Settings(zone="Europe/Paris" if outlet else None),
        helped=lambda: helped,
    )


def said(command: Command | Bad) -> object:
    """A command, with its text as it is committed to; or why a line is none."""
    if isinstance(command, Bad):
        return command.reason, command.size, command.again is None
    if not isinstance(command, RecordCopy):
        return command
    named = {name: getattr(command, name) for name in command.__struct_fields__}
    return named | {"article": command.article.canonical()}


@example(raw=b'{"story":"tug-1","published":"2024-10-24","body":"It"}')  # for want of a zone
@given(raw=lines())
def test_a_plain_line_says_what_it_says_when_nothing_is_taken_for_plain(raw: bytes) -> None:
    read = jsonl._command_or_bad  # pyright: ignore[reportPrivateUsage]
    assert said(read(raw, plain(raw), defaults())) == said(read(raw, None, defaults()))


def test_most_lines_are_plain() -> None:
    usual = USUAL | {"url": "https://news.example/ferry", "headline": "Ferry", "basis": "metadata"}
    found = plain(json.dumps(usual).encode())
    assert isinstance(found, Plain)
    assert found.article.canonical() == Article("Ferry", paragraphs=("It stopped.",)).canonical()


def many(count: int) -> Iterator[bytes]:
    """Lines of which some are not plain, some cannot be read, and some are blank."""
    for number in range(count):
        odd = VALUES["body"][number % 6] if number % 5 == 0 else f"Text {number}. " * 40
        more = {"mood": "grim"} if number % 11 == 0 else {"byline": "Ada"}
        yield json.dumps(USUAL | {"story": f"s{number % 70}", "body": odd} | more).encode() + b"\n"
        if number % 90 == 0:
            yield b"\n{\n"


def read(
    path: Path, between: Callable[[int], object] = lambda _: None, *, helped: bool = False
) -> list[object]:
    found: list[object] = []
    try:
        for place, command in jsonl.commands(str(path), defaults(helped=helped)):
            found.append((place, said(command)))
            between(len(found))
    except UnreadableError as error:
        found.append(error.message)
    return found


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The processes that are started, and waited for before more is read."""
    from variorum.adapters.beside import Beside

    found: list[int] = []

    def is_answering(self: Beside) -> bool:
        assert self.pid is not None
        found.append(self.pid)
        return True

    monkeypatch.setattr(Beside, "is_answering", is_answering)
    monkeypatch.setattr("variorum.adapters.beside.processors", lambda: 3)
    return found


def test_what_another_process_reads_is_the_same(tmp_path: Path, started: list[int]) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b"".join(many(ALONE + 730)))
    assert read(path, helped=True) == read(path)
    assert started


def test_lines_of_a_pipe_are_sent_to_it(tmp_path: Path, started: list[int]) -> None:
    path, pipe = tmp_path / "lines.jsonl", tmp_path / "pipe"
    path.write_bytes(b"".join(many(ALONE + 730)))
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(path.read_bytes()))
    writer.start()
    found = read(pipe, helped=True)
    writer.join()
    assert found == read(path)
    assert started


def test_a_file_that_takes_the_place_of_another_is_not_read(
    tmp_path: Path, started: list[int]
) -> None:
    path, other = tmp_path / "lines.jsonl", tmp_path / "other.jsonl"
    path.write_bytes(b"".join(many(ALONE + 730)))
    other.write_bytes(b"{}\n" * 3_000)
    expected = read(path)

    def replace(number: int) -> None:
        if number == ALONE // 2:
            other.rename(path)

    assert read(path, replace, helped=True) == expected
    assert started


def test_progress_is_that_of_the_file(tmp_path: Path, started: list[int]) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b"".join(many(ALONE + 2_000)))
    told: list[int] = []
    for _ in jsonl.commands(str(path), defaults(helped=True), told.append):
        assert sum(told) <= path.stat().st_size
    assert sum(told) == path.stat().st_size
    assert started


def test_lines_before_one_that_cannot_be_unpacked_are_read(
    tmp_path: Path, started: list[int]
) -> None:
    path = tmp_path / "lines.jsonl.gz"
    packed = gzip.compress(b"".join(many(ALONE + 2_000)), mtime=0)
    path.write_bytes(packed[: len(packed) * 9 // 10])
    found = read(path, helped=True)
    assert found == read(path)
    assert isinstance(found[-1], str)
    assert started


@pytest.mark.parametrize("when", [ALONE + 250, ALONE + 301, ALONE + 699])
def test_a_process_that_dies_is_not_missed(when: int, tmp_path: Path, started: list[int]) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b"".join(many(ALONE + 700)))

    def kill(number: int) -> None:
        if number == when:
            os.kill(started[0], signal.SIGKILL)

    assert read(path, kill, helped=True) == read(path)
