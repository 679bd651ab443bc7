"""The command line: what each command answers, in words and in JSON, and with which exit code.

Most is asked in this process (`program.ask`), as that is the same and quicker; what concerns
processes, terminals, pipes and signals is asked of real ones.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import shlex
import shutil
import signal
import struct
import subprocess
import termios
import time
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.main import get_command

from program import PATIENCE, PROGRAM, Ran, ask, ended, environment, run, start
from test_schemas import SHARED, check
from variorum.adapters.connect import connect
from variorum.adapters.projections.rebuild import rebuild
from variorum.cli.main import COMMANDS, app
from variorum.cli.output import extent, folded, safe

ROOT = Path(__file__).parents[1]
HARBOUR = Path(__file__).with_name("harbour.txt")
STORY = "border-troops"
ESCAPE = "\x1b"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """The demo, in a folder of its own; `demo_archive` is the archive that it made."""
    return run("demo", tmp_path_factory.mktemp("demo") / "a sample")


@pytest.fixture(scope="module")
def demo_archive(demo: Ran) -> str:
    (path,) = re.findall(r"VARIORUM_ARCHIVE=(.+)", demo.out)
    return shlex.split(path)[0]


@pytest.fixture
def sample(demo_archive: str, tmp_path: Path) -> str:
    """A copy of the demo's archive, to be changed, and of its key."""
    shutil.copy(f"{demo_archive}.main.key", tmp_path / "sample.db.main.key")
    return str(shutil.copy(demo_archive, tmp_path / "sample.db"))


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> str:
    """An archive of one agency story: captioned pictures, an update line, comments closed."""
    archive = str(tmp_path_factory.mktemp("harbour") / "archive.db")
    zone = ("--zone", "America/New_York")
    assert ask("--archive", archive, "record", HARBOUR, "--story", "harbour", *zone).code == 0
    return archive


def show(archive: str, *arguments: str) -> Any:
    """What `show` says, as JSON; the error, if it is one."""
    return ask("--archive", archive, "show", *arguments, "--format", "json").json


# A story with an update line.


def test_a_story_counts_from_the_time_that_its_update_line_prints(harbour: str) -> None:
    shown = show(harbour, "harbour", "--at", "2024-10-24 09:12 ET")
    published = shown["published"]
    assert published["at"] == "2024-10-24T13:11:00Z"
    assert published["earliest"] == "2024-10-24T13:11:00Z"
    assert published["latest"] == "2024-10-24T13:12:00Z"
    assert (published["precision"], published["basis"]) == ("minute", "notice")
    assert (shown["revision"], shown["certainty"], shown["possible"]) == ("r1", "certain", [])
    assert shown["comments"] == "closed"
    (notice,) = shown["notices"]
    assert (notice["kind"], notice["at"]) == ("update", "2024-10-24T13:11:00Z")
    assert notice["printed"].startswith("Update 10/24/24, 9:11 a.m. ET:")
    assert [each["credit"] for each in shown["media"]] == [
        "Port Wren Police via AP",
        "Tom Hale/Sipa via AP",
    ]
    assert all(each["caption"].endswith(".") for each in shown["media"])
    assert len(shown["paragraphs"]) == 6


def test_a_year_has_four_digits(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    known = ("--story", "harbour", "--captured", "2024-10-25T08:00Z")
    assert ask("--archive", archive, "record", HARBOUR, *known).code == 0
    early = ("--at", "0001-01-01T00:00Z", "--outcome", "missing")
    assert ask("--archive", archive, "sight", "harbour", *early).code == 0
    assert "0001-01-01 00:00 UTC  missing" in ask("--archive", archive, "history", "harbour").out


def test_what_stood_before_the_update_is_a_gap_and_not_this_text(harbour: str) -> None:
    """The update line says that an earlier text existed, which is not held."""
    ran = ask("--archive", harbour, "show", "harbour", "--at", "2024-10-24 09:10 ET")
    assert ran.code == 3
    assert ran.out == ""
    assert "a gap" in ran.err
    assert "r1 counts from 2024-10-24 09:11 EDT" in ran.err
    error = show(harbour, "harbour", "--at", "2024-10-24 09:10 ET")["error"]
    assert (error["code"], error["reason"]) == ("nothing-in-force", "gap")
    assert error["following"] == "r1"


def test_within_the_minute_that_it_names_the_update_may_not_have_been_out(harbour: str) -> None:
    shown = show(harbour, "harbour", "--at", "2024-10-24T09:11:30-04:00")
    assert shown["certainty"] == "possible"
    assert shown["possible"] == ["gap"]
    words = ask("--archive", harbour, "show", "harbour", "--at", "2024-10-24T09:11:30-04:00").out
    assert "a text that is not held" in words


def test_show_in_words_says_since_when_how_sure_and_what_came_next(demo_archive: str) -> None:
    words = ask("--archive", demo_archive, "show", STORY, "--at", "2024-10-24 12:00 ET").out
    assert "in force    from 2024-10-24 09:11 EDT (by its own notice)" in words
    assert "last sighted 2024-10-24 12:05 EDT" in words
    assert "next        r3, 2024-10-24 15:30 EDT" in words
    assert "Update 10/24/24, 9:11 a.m. ET" in words
    assert "credit:" in words


def test_show_prints_everything_that_the_story_prints(harbour: str) -> None:
    words = " ".join(ask("--archive", harbour, "show", "harbour").out.split())
    kept = [text for text in HARBOUR.read_text().splitlines() if not text.endswith("…")]
    for text in kept:
        if text not in ("", "More", "Comments are closed.", "Dock Workers March on Port Wren"):
            assert " ".join(text.split()) in words
    assert "Comments: closed" in words


# Known by then.


def test_a_late_find_changes_what_is_known_now_and_not_what_was_known_then(
    demo_archive: str,
) -> None:
    evening = ("--at", "2024-10-23 20:00 ET")
    found = show(demo_archive, STORY, *evening)
    assert (found["revision"], found["published"]["at"]) == ("r6", "2024-10-23T22:45:00Z")
    before = f"#{found['position'] - 1}"
    assert show(demo_archive, STORY, *evening, "--known-at", before)["error"]["reason"] == "gap"
    known = show(demo_archive, STORY, *evening, "--known-at", found["recorded_at"])["known"]
    assert known["position"] >= found["position"]


def test_an_answer_known_by_a_time_says_by_which_position_and_whether_that_is_final(
    demo_archive: str,
) -> None:
    latest = show(demo_archive, STORY)
    past = show(demo_archive, STORY, "--known-at", latest["recorded_at"])["known"]
    assert past["final"] is True
    assert show(demo_archive, STORY, "--known-at", "2999-01-01T00:00Z")["known"]["final"] is False
    assert show(demo_archive, STORY, "--known-at", f"#{past['position']}")["known"]["final"] is True
    too_far = ask("--archive", demo_archive, "show", STORY, "--known-at", "#999")
    assert too_far.code == 2
    assert "the log ends at #" in too_far.err


@pytest.mark.parametrize("command", ["show", "history", "diff", "replay", "export"])
def test_what_was_not_recorded_yet_was_not_known(demo_archive: str, command: str) -> None:
    ran = ask("--archive", demo_archive, command, STORY, "--known-at", "#1")
    assert ran.code == 3
    assert (
        ask("--archive", demo_archive, "stories", "--known-at", "#1").out
        == "no story was known at #1\n"
    )


def test_a_text_that_is_back_differs_from_what_stood_before_it_came_back(tmp_path: Path) -> None:
    archive = ("--archive", tmp_path / "a.db")
    for text, published in (
        ("Shut.", "08:00"),
        ("Shut.", "10:00"),
        ("Shut.", "11:00"),
        ("Open.", "09:00"),
    ):
        file = tmp_path / "quay.txt"
        file.write_text(text)
        stated = ("--story", "quay", "--zone", "UTC", "--published", f"2024-10-24 {published}")
        assert ask(*archive, "record", file, *stated).code == 0
    assert "back        from 2024-10-24 10:00 UTC" in ask(*archive, "show", "quay").out
    assert ask(*archive, "diff", "quay").out.startswith("quay: r2 → r1\n")
    first = ask(*archive, "diff", "quay", "--to", "2024-10-24 08:30")
    assert "r1 is the first revision held" in first.err
    gone = ("--outcome", "gone", "--at", "2024-10-24T10:30Z")
    assert ask(*archive, "sight", "quay", *gone).code == 0
    assert "back        from 2024-10-24 11:00 UTC" in ask(*archive, "show", "quay").out
    assert ask(*archive, "diff", "quay").out.startswith("quay: r2 → r1\n")


def test_an_earlier_k_reads_a_replays_times_in_the_zone_of_then(tmp_path: Path) -> None:
    """As `show` does: noon in Oslo, though the story was described anew since."""
    archive = ("--archive", tmp_path / "a.db")
    text = tmp_path / "ferry.txt"
    text.write_text("The ferry stopped.")
    stated = ("--story", "ferry", "--zone", "Europe/Oslo", "--published", "2024-10-24 12:00")
    assert ask(*archive, "record", text, *stated).code == 0
    described = ("describe", "ferry", "--zone", "Asia/Tokyo", "--why", "its imprint")
    assert ask(*archive, "stories", *described).code == 0
    asked = ("replay", "ferry", "--to", "2024-10-24 12:00", "--known-at", "#3")
    assert "2024-10-24 12:00 CEST  r1" in ask(*archive, *asked).out


# Times.


def test_a_day_or_month_is_told_as_that_of_the_zone_in_which_it_was_stated(tmp_path: Path) -> None:
    archive = ("--archive", tmp_path / "a.db")
    text = tmp_path / "berlin.txt"
    text.write_text("The wall is open.")
    stated = ("--zone", "America/New_York", "--published", "2024-10-24 Europe/Berlin")
    day = "2024-10-24 Europe/Berlin"
    assert f"published {day} (" in ask(*archive, "record", text, "--story", "berlin", *stated).out
    assert f"in force    from {day} (" in ask(*archive, "show", "berlin").out
    assert f"\n{day}  r1 " in ask(*archive, "history", "berlin").out
    assert f" {day}\n" in ask(*archive, "stories").out
    assert f"Published {day}, known" in ask(*archive, "show", "berlin", "--format", "ninjs").out
    assert f">{day}</time>" in ask(*archive, "show", "berlin", "--format", "html").out
    month = "2024-10 Asia/Tokyo"
    redated = ask(*archive, "redate", "berlin@r1", "--published", month)
    assert f"berlin r1 redated, published {month} (" in redated.out
    assert f"formerly {day} " in ask(*archive, "history", "berlin").out
    assert f"redated: from {day} to {month}\n" in ask(*archive, "replay", "berlin").out


def test_a_capture_before_the_publication_is_recorded_with_a_note(tmp_path: Path) -> None:
    text = tmp_path / "quay.txt"
    text.write_text("The quay is open.")
    record = ("--archive", tmp_path / "a.db", "record", text, "--published", "2024-05-01 UTC")
    early = ask(*record, "--story", "early", "--captured", "2024-04-01T00:00Z")
    assert early.code == 0
    assert "  note: it came out 2024-05-01T00:00:00Z, later than the capture\n" in early.err
    same_day = ask(*record, "--story", "quay", "--captured", "2024-05-01T09:00Z")
    assert same_day.code == 0
    assert "note:" not in same_day.err


def test_a_replay_says_why_a_note_was_made_as_history_does(tmp_path: Path) -> None:
    archive = ("--archive", tmp_path / "a.db")
    text = tmp_path / "quay.txt"
    text.write_text("The quay is open.")
    stated = ("--story", "quay", "--published", "2024-10-24T08:00Z")
    assert ask(*archive, "record", text, *stated).code == 0
    why = ("--why", "its imprint", "--authority", "the editor")
    assert ask(*archive, "redate", "quay@r1", "--published", "2024-10-24T07:00Z", *why).code == 0
    assert "redated; its imprint; the editor " in ask(*archive, "history", "quay").out
    assert "note: redated; its imprint; the editor\n" in ask(*archive, "replay", "quay").out


def test_a_day_stays_that_of_the_zone_that_its_story_had(tmp_path: Path) -> None:
    archive = ("--archive", tmp_path / "a.db")
    text = tmp_path / "ferry.txt"
    text.write_text("The ferry stopped.")
    stated = ("--story", "ferry", "--zone", "Europe/Oslo", "--published", "2024-10-24")
    assert "published 2024-10-24 (" in ask(*archive, "record", text, *stated).out
    described = ("describe", "ferry", "--zone", "America/New_York", "--why", "its imprint")
    assert ask(*archive, "stories", *described).code == 0
    assert "from 2024-10-24 Europe/Oslo (" in ask(*archive, "show", "ferry").out
    earlier = ask(*archive, "show", "ferry", "--known-at", "#3").out
    assert "from 2024-10-24 (" in earlier


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ("2024-10-24 09:12 Mars/Phobos", "Mars/Phobos"),
        ("2024-10-24 09:12 XYZT", "XYZT"),
        ("2024-10-24 09:12 IST", "several meanings"),
        ("2024-11-03 01:30", "occurs twice"),
        ("2024-03-10 02:30", "does not exist"),
        ("10/11/24 9 a.m.", "either order"),
        ("9 a.m.", "not a time"),
        ("yesterday", "not a time"),
        ("2024-02-30 09:00", "no such date"),
        ("9999-12-31", "after 9999-12-30"),
        ("9999-12-31T23:59-12:00", "after 9999-12-30"),
        ("0001-01-01T00:00+14:00", "before 0001-01-01"),
        ("", "not a time"),
    ],
)
def test_a_time_that_cannot_be_told_is_refused_with_how_to_give_one(
    harbour: str, stated: str, message: str
) -> None:
    ran = ask("--archive", harbour, "show", "harbour", "--at", stated)
    assert ran.code == 2
    assert message in ran.err
    assert len(ran.err.splitlines()) == 1
    assert show(harbour, "harbour", "--at", stated)["error"]["code"] == "usage"


def test_a_naive_time_is_read_in_the_zone_of_the_story_or_refused(
    harbour: str, tmp_path: Path
) -> None:
    assert show(harbour, "harbour", "--at", "2024-10-24 09:12")["at"] == "2024-10-24T13:12:00Z"
    listed = ask("--archive", harbour, "stories", "--at", "2024-10-24 09:12")
    assert listed.code == 2
    assert "--zone" in listed.err or "09:12 ET" in listed.err
    archive, text = tmp_path / "archive.db", tmp_path / "text.txt"
    text.write_text("The ferry sails.\n")
    known = ("record", text, "--story", "ferry", "--published", "2024-10-24 09:12")
    refused = ask("--archive", archive, *known)
    assert refused.code == 2
    assert "without a zone" in refused.err
    assert ask("--archive", archive, *known, "--zone", "Europe/Berlin").code == 0
    assert ask("--archive", archive, *known, "--zone", "Europe/Nowhere").code == 2


def test_an_hour_that_occurred_twice_is_an_interval_over_both(tmp_path: Path) -> None:
    archive, text = str(tmp_path / "archive.db"), tmp_path / "text.txt"
    text.write_text("The ferry sails.\n")
    zone = ("--zone", "America/New_York")
    known = ("record", text, "--story", "ferry", "--published", "2024-11-03 01:30", *zone)
    published = ask("--archive", archive, *known, "--format", "json").json["published"]
    assert (published["at"], published["latest"]) == (
        "2024-11-03T05:30:00Z",
        "2024-11-03T06:31:00Z",
    )
    assert show(archive, "ferry", "--at", "2024-11-03T06:00Z")["certainty"] == "possible"
    assert show(archive, "ferry", "--at", "2024-11-03T06:31Z")["certainty"] == "certain"


# Nothing in force, nothing found, nothing to do.


def test_the_reasons_why_nothing_was_in_force(tmp_path: Path) -> None:
    archive, lines = str(tmp_path / "archive.db"), tmp_path / "lines.jsonl"
    copies = (
        {"published": "2024-03-01T08:00Z", "body": "One."},
        {"captured": "2024-03-02T08:00Z", "status": "gone"},
        {"published": "2024-03-03T08:00Z", "body": "Two.", "implied": [implied(4, 5)]},
        {"published": "2024-03-09T08:00Z", "body": "Three.", "implied": [implied(4, 5)]},
    )
    lines.write_text("".join(json.dumps({"story": "ferry", **each}) + "\n" for each in copies))
    assert ask("--archive", archive, "import", lines).code == 0
    for day, reason in ((0, "before"), (2, "gone"), (6, "gap")):
        at = f"2024-03-{day or 1:02d}T0{9 if day else 0}:00Z"
        ran = ask("--archive", archive, "show", "ferry", "--at", at)
        assert (ran.code, ran.out) == (3, "")
        assert len(ran.err.splitlines()) == 1
        error = show(archive, "ferry", "--at", at)["error"]
        assert set(error) >= {"code", "reason", "message"}
        assert error["reason"] == reason
    for unknown in (("ferri",), ("ferry@r9",)):
        assert ask("--archive", archive, "show", *unknown).code == 3
        assert show(archive, *unknown)["error"]["reason"] == "unknown"


def implied(first: int, last: int) -> dict[str, str]:
    return {"earliest": f"2024-03-{first:02d}T08:00Z", "latest": f"2024-03-{last:02d}T08:00Z"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("show",),
        ("show", "a", "--nonsense"),
        ("show", "a@x"),
        ("show", "a@r0"),
        ("show", "a@r²"),
        ("show", f"a@r{'9' * 5000}"),
        ("show", "a", "--known-at", f"#{'9' * 5000}"),
        ("diff", "a", "--from", f"r{'9' * 30}"),
        ("redate", f"a@r{'9' * 30}", "--published", "2024-01-01T00:00Z"),
        ("show", "a@r1", "--at", "2024-01-01T00:00Z"),
        ("show", "a", "--format", "xml"),
        ("show", "a", "--known-at", "#x"),
        ("record", str(HARBOUR), "--story", "a", "--published", ""),
        ("record", str(HARBOUR), "--story", "a", "--captured", ""),
        ("replay", "a", "--from", ""),
        ("replay", "a", "--to", ""),
        ("record", "file.txt"),
        ("record", "file.txt", "--story", "two words"),
        ("record", "file.txt", "--url", "ftp://news.example"),
        ("sight", "a", "--at", "2024-01-01T00:00Z", "--outcome", "lost"),
        ("redate", "a", "--published", "2024-01-01T00:00Z"),
        ("note", "a", "  "),
        ("import",),
        ("import", "jsonl"),
        ("replay", "--speed", "0"),
        ("replay", "--speed", "nan"),
        ("replay", "--speed", "2", "--step"),
        ("export",),
        ("export", "a", "--all"),
        ("export", "--all", "--format", "xml"),
        ("diff", "a", "--from", "yesterday"),
        ("projections", "rebuild", "everything"),
        ("stories", "--limit", "0"),
        ("stories", "--limit", "9" * 30),
    ],
)
def test_a_request_that_is_wrong_in_itself_is_refused_in_one_line(
    demo_archive: str, arguments: tuple[str, ...]
) -> None:
    found = tuple(STORY if part == "a" else part for part in arguments)
    ran = ask("--archive", demo_archive, *found)
    assert (ran.code, ran.out) == (2, ""), ran
    (line,) = ran.err.splitlines()
    assert line.startswith("variorum: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "nowhere"),
        ("history", "nowhere"),
        ("diff", "nowhere"),
        ("replay", "nowhere"),
        ("export", "nowhere"),
        ("sight", "nowhere", "--at", "2024-01-01T00:00Z", "--outcome", "gone"),
        ("redate", "nowhere@r1", "--published", "2024-01-01T00:00Z"),
        ("redate", f"{STORY}@r99", "--published", "2024-01-01T00:00Z"),
        ("note", "nowhere", "A note."),
        ("note", f"{STORY}@r99", "A note."),
        ("diff", STORY, "--from", "r99"),
        ("diff", STORY, "--to", "r1"),
    ],
)
def test_what_is_not_there_is_not_found_and_nothing_is_recorded(
    sample: str, arguments: tuple[str, ...]
) -> None:
    before = head(sample)
    ran = ask("--archive", sample, *arguments)
    assert (ran.code, ran.out) == (3, ""), ran
    assert len(ran.err.splitlines()) == 1
    assert head(sample) == before


def test_a_catalogue_is_rebuilt_by_one_at_a_time(address: str, tmp_path: Path) -> None:
    """Whoever comes second is told so, and reading goes on meanwhile."""
    lines = tmp_path / "lines.jsonl"
    lines.write_text("".join(copy(number) for number in range(50)))
    assert ask("--archive", address, "import", lines).code == 0
    meanwhile: list[Ran] = []

    def look(_done: int, _total: int) -> None:
        if not meanwhile:
            rebuild_command = ("projections", "rebuild", "catalogue", "--format", "json")
            meanwhile.append(ask("--archive", address, *rebuild_command))
            meanwhile.append(ask("--archive", address, "show", "s1"))

    with connect(address) as connection:
        rebuild(connection.database, connection.collection, "catalogue", progress=look)
    refused, shown = meanwhile
    assert (refused.code, refused.error["code"]) == (4, "conflict")
    assert shown.code == 0


def head(archive: str) -> int:
    with connect(archive) as connection:
        return connection.log.head().position


# Every command.

ANSWERS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("stories",), f"{STORY}  r5        2024-10-28 16:40 EDT"),
    (("stories", "--at", "2024-10-24T14:00Z"), f"{STORY}  r2"),
    (("stories", "--at", "2020-01-01T00:00Z"), f"{STORY}  before"),
    (("history", STORY), "r6 note"),
    (("history", STORY, "--known-at", "#4"), "as known at #4"),
    (("show", STORY), "in force    from 2024-10-28 16:40 EDT"),
    (("show", f"{STORY}@r1"), f"{STORY} r1"),
    (("diff", STORY), f"{STORY}: r4 → r5"),
    (("diff", STORY, "--from", "r3", "--to", "r4"), "[-"),
    (("diff", STORY, "--from", "2024-10-24 10:00", "--to", "2024-10-25 12:00"), "r2 → r4"),
    (("diff", STORY, "--from", "r3", "--to", "r4", "--side-by-side"), " │ "),
    (("diff", STORY, "--from", "r3", "--to", "r3"), "no change in the text"),
    (("replay", STORY), "━━ 2024-10-23 14:20 EDT  r1"),
    (("replay", STORY, "--by", "recorded"), "r6"),
    (("replay", STORY, "--from", "2030-01-01 00:00"), "nothing happened in that time"),
    (("stats",), "1 story, 6 revisions, 1 sighting"),
    (("seal",), "0 texts sealed"),
    (("projections",), "catalogue"),
    (("projections", "rebuild", "catalogue"), "catalogue rebuilt from"),
    (("projections", "rebuild", "tally"), "tally rebuilt from"),
    (("init",), "as it was"),
    (("checkpoint",), "variorum/main\n"),
    (("prove", f"{STORY}@r1"), "c2sp.org/tlog-proof@v1\n"),
    (("verify",), "tampered 0"),
    (("verify", "--deep", "--jobs", "2"), "tampered 0"),
    (("outlet",), "nothing is known of any outlet"),
    (("rotate-key",), "both have signed the checkpoint of #"),
    (("note", STORY, "Seen in print."), f"{STORY} noted"),
    (
        ("sight", STORY, "--at", "2024-11-01 09:00", "--outcome", "unchanged"),
        f"{STORY} r5 sighted: it stood unchanged",
    ),
    (("sight", STORY, "--at", "2024-11-01 09:00", "--outcome", "gone"), f"{STORY} sighted"),
    (
        ("redate", f"{STORY}@r5", "--published", "2024-10-28 5 p.m. ET", "--why", "the feed"),
        f"{STORY} r5 redated, published 2024-10-28 17:00 EDT",
    ),
    (("restrict", f"{STORY}@r1", "--why", "A claim."), f"{STORY} r1 is restricted until"),
    (("restore", f"{STORY}@r1", "--why", "Settled."), f"{STORY} r1 may be read"),
    (
        ("erase", f"{STORY}@r1", "--source", "--why", "A name.", "--authority", "desk", "--yes"),
        f"{STORY}: erased source of r1",
    ),
    (("exports",), ""),
    (("outlet", "gazette", "--zone", "America/New_York"), "zone        America/New_York"),
    (("outlet", "other", "--language", "nl"), "language    nl"),
)


@pytest.mark.parametrize(("arguments", "words"), ANSWERS, ids=lambda part: " ".join(part)[:40])
def test_every_command_answers_in_words_and_in_json(
    sample: str, arguments: tuple[str, ...], words: str
) -> None:
    ran = ask("--archive", sample, *arguments)
    assert (ran.code, ran.err) == (0, ""), ran
    assert words in ran.out
    assert ESCAPE not in ran.out
    as_json = ask("--archive", sample, *arguments, "--format", "json")
    assert (as_json.code, as_json.err) == (0, "")
    schema = "rebuild" if "rebuild" in arguments else SHARED.get(arguments[0], arguments[0])
    for each in as_json.objects:
        check(each, schema)


def test_every_command_is_tried_here() -> None:
    elsewhere = {"demo", "record", "import", "export", "grant", "watch", "spark"}
    assert {arguments[0] for arguments, _ in ANSWERS} | elsewhere == set(COMMANDS)


def test_the_demo_walks_through_the_product_and_says_what_to_type_next(demo: Ran) -> None:
    assert (demo.code, demo.err) == (0, "")
    for command in ("init", "record", "show", "history", "diff", "replay"):
        assert f"$ variorum {command}" in demo.out
    assert "a gap" in demo.out
    assert "exit code 3" in demo.out
    assert "export VARIORUM_ARCHIVE=" in demo.out
    assert ESCAPE not in demo.out


def test_the_demo_is_not_built_over_other_files(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    assert ask("demo", tmp_path).code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_recording_says_what_a_copy_turned_out_to_be(tmp_path: Path) -> None:
    archive, text = tmp_path / "archive.db", tmp_path / "text.txt"
    text.write_text("The ferry sails.\n")

    def record(day: int) -> Ran:
        captured = ("--captured", f"2024-10-{day}T08:00Z")
        return ask("--archive", archive, "record", text, "--story", "ferry", *captured)

    assert record(24).out.startswith("ferry r1 recorded")
    assert record(24).out.startswith("ferry r1 is held already")
    assert record(25).out.startswith("ferry r1 sighted: it stood unchanged")
    text.write_text("No ferry sails.\n")
    assert record(26).out.startswith("ferry r2 recorded")
    text.write_text("The ferry sails.\n")
    assert record(27).out.startswith("ferry r3 recorded")


def test_recording_from_standard_input(tmp_path: Path) -> None:
    archive = str(tmp_path / "archive.db")
    captured = ("--captured", "2024-10-24T08:00Z")
    told = run(
        *("--archive", archive, "record", "-", "--story", "ferry", *captured),
        given="The ferry sails – at noon.\n".encode(),
    )
    assert told.code == 0, told.err
    assert show(archive, "ferry")["paragraphs"] == ["The ferry sails – at noon."]
    line = b'{"story": "ferry", "captured": "2024-10-25T08:00Z", "body": "No."}\n'
    assert run("--archive", archive, "import", "-", given=line).code == 0
    assert show(archive, "ferry")["revision"] == "r2"


def test_a_web_address_gives_a_story_its_id_once(tmp_path: Path) -> None:
    """However it is written; and the path, which may name somebody, is not in the id."""
    archive, text = str(tmp_path / "archive.db"), tmp_path / "text.txt"
    ids: set[str] = set()
    for number, url in enumerate(
        (
            "https://www.news.example/2024/ada-quill?utm_source=x",
            "http://news.example/2024/ada-quill/#top",
        )
    ):
        text.write_text(f"Text {number}.\n")
        captured = ("--captured", f"2024-10-2{number}T08:00Z", "--format", "json")
        ran = ask("--archive", archive, "record", text, "--url", url, *captured)
        ids.add(ran.json["story"])
    (story,) = ids
    assert re.fullmatch(r"news-example-[0-9a-f]{12}", story)
    assert show(archive, story)["url"].startswith("https://www.news.example/2024/ada-quill")


def test_an_export_can_be_imported_and_a_table_opens_in_a_spreadsheet(
    demo_archive: str, tmp_path: Path
) -> None:
    out, copy = tmp_path / "out.jsonl", str(tmp_path / "copy.db")
    ran = ask("--archive", demo_archive, "export", "--all", "-o", out)
    assert (ran.code, ran.out) == (0, "")
    assert str(out) in ran.err
    assert ask("--archive", copy, "import", "jsonl", out).out.startswith("6 revisions")
    assert show(copy, STORY)["paragraphs"] == show(demo_archive, STORY)["paragraphs"]
    then = ("--at", "2024-10-24 12:00", "--format", "jsonl")
    (line,) = ask("--archive", demo_archive, "export", STORY, *then).objects
    assert line["headline"] == "North Korean soldiers are on their way to the front, Kyodo reports"
    table = ask("--archive", demo_archive, "export", "--all", "--format", "csv").out
    assert table.startswith("story,revision,published_at,")


def test_a_cell_is_never_a_formula(tmp_path: Path) -> None:
    archive, lines = tmp_path / "archive.db", tmp_path / "lines.jsonl"
    line = {"story": "ferry", "published": "2024-03-01T08:00Z", "body": '=HYPERLINK("x")'}
    lines.write_text(json.dumps({**line, "headline": "@SUM(1)"}))
    ask("--archive", archive, "import", lines)
    table = ask("--archive", archive, "export", "--all", "--format", "csv").out
    assert "'=HYPERLINK" in table
    assert "'@SUM" in table


def test_a_file_is_written_whole_or_not_at_all(demo_archive: str, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    out.write_text("precious")
    ran = ask("--archive", demo_archive, "export", "nowhere", "-o", out)
    assert ran.code == 3
    assert out.read_text() == "precious"
    for place in (tmp_path / "no" / "x", tmp_path, ""):
        assert ask("--archive", demo_archive, "export", "--all", "-o", place).code == 6
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_the_key_is_its_owners_alone_and_apart_from_the_database(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    ran = ask("--archive", archive, "init", "--origin", "news.example/archive", "--format", "json")
    made = ran.json
    key = Path(made["key_file"])
    assert key.stat().st_mode & 0o777 == 0o600
    assert made["verifier_key"].startswith("news.example/archive+")
    secret = key.read_text().split("+", 4)[4].strip()
    assert all(
        secret.encode() not in path.read_bytes()
        for path in tmp_path.glob("archive.db*")
        if path != key
    )
    again = ask("--archive", archive, "init", "--format", "json").json
    assert (again["made"], again["verifier_key"]) == (False, made["verifier_key"])


# Help and completion.


def every_command() -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each command with the words that call it; the program itself first."""
    group: Any = get_command(app)
    yield (), group
    context = group.context_class(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (name,), command
        for inner, each in getattr(command, "commands", {}).items():
            yield (name, inner), each


@pytest.mark.parametrize("words", [words for words, _ in every_command()], ids=" ".join)
def test_every_command_and_option_has_help(words: tuple[str, ...]) -> None:
    command = dict(every_command())[words]
    assert command.help
    assert command.help.splitlines()[0].endswith(".")
    for parameter in command.params:
        assert parameter.help, f"{' '.join(words)}: {parameter.name} has no help"
    ran = ask(*words, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: {' '.join(('variorum', *words))} ")
    for parameter in command.params:
        for option in parameter.opts:
            if option.startswith("--"):
                assert option in ran.out


def test_the_guide_tells_of_every_command() -> None:
    """Each has a heading of its own."""
    guide = "\n".join(path.read_text() for path in (ROOT / "docs" / "guide").glob("*.md"))
    for words, _ in every_command():
        name = " ".join(words or ("variorum",))
        assert re.search(rf"^#+ `?{name}`?$", guide, re.MULTILINE), f"no heading {name}"


def test_without_a_command_the_help_is_shown() -> None:
    ran = run()
    assert ran.code == 2
    assert "Commands:" in ran.out + ran.err
    assert ask("--version").out.startswith("variorum ")


def completed(*words: str) -> list[str]:
    """What bash is offered for the last word."""
    ran = run(
        _VARIORUM_COMPLETE="complete_bash",
        COMP_WORDS=" ".join(("variorum", *words)),
        COMP_CWORD=str(len(words)),
    )
    assert (ran.code, ran.err) == (0, "")
    return ran.out.split()


def test_a_shell_completes_commands_options_and_values() -> None:
    assert set(completed("")) == set(COMMANDS)
    assert completed("re") == ["record", "redate", "restrict", "restore", "replay"]
    assert completed("show", "--kn") == ["--known-at"]
    assert completed("projections", "re") == ["rebuild"]
    assert completed("stories", "--format", "") == ["text", "json"]
    assert completed("--arch") == ["--archive"]
    for shell in ("bash", "zsh", "fish"):
        script = run(_VARIORUM_COMPLETE=f"source_{shell}")
        assert "_VARIORUM_COMPLETE" in script.out
    assert "--install-completion" in ask("--help").out


# Terminals.


class Terminal:
    """The program on a terminal of its own."""

    def __init__(self, *arguments: str, columns: int = 100, **env: str) -> None:
        self._main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self.process = subprocess.Popen(
            [PROGRAM, *arguments],
            stdin=side,
            stdout=side,
            stderr=side,
            env=environment(TERM="xterm-256color", **env),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(side)
        self.seen = ""

    def until(self, enough: Callable[[str], bool]) -> str:
        """What it has printed, once that is enough, or once it has ended."""
        give_up = time.monotonic() + PATIENCE
        while not enough(self.seen):
            assert time.monotonic() < give_up, self.seen
            if not select.select([self._main], [], [], 1)[0]:
                continue
            try:
                data = os.read(self._main, 1 << 16)
            except OSError:  # how Linux says that nobody holds the other side any more
                break
            if not data:
                break
            self.seen += data.decode()
        return self.seen

    def press(self, key: str) -> None:
        """Presses a key, once the program waits for one."""
        while termios.tcgetattr(self._main)[3] & termios.ICANON:
            assert self.process.poll() is None, self.seen
            time.sleep(0.005)
        os.write(self._main, key.encode())

    def interrupt(self) -> None:
        """Presses Ctrl-C, which every process on the terminal gets."""
        os.write(self._main, b"\x03")

    def end(self) -> int:
        """Its exit code, when all that it prints has been read."""
        self.until(lambda _: False)
        os.close(self._main)
        return self.process.wait(PATIENCE)


def steps_in(text: str) -> int:
    return text.count("━━")


def steps(number: int) -> Callable[[str], bool]:
    """Whether so many steps were printed."""
    return lambda text: steps_in(text) >= number


def test_replay_step_waits_for_a_key_and_ends_with_q(demo_archive: str) -> None:
    terminal = Terminal("--archive", demo_archive, "replay", STORY, "--step")
    for count, key in enumerate((" ", "\r", "x", "q"), start=1):
        terminal.until(steps(count))
        terminal.press(key)
    assert terminal.end() == 0
    assert steps_in(terminal.seen) == 4


def test_replay_step_ends_with_the_last_step(demo_archive: str) -> None:
    terminal = Terminal(
        "--archive", demo_archive, "replay", STORY, "--step", "--to", "2024-10-24 08:00"
    )
    for count in (1, 2):
        terminal.until(steps(count))
        terminal.press(" ")
    assert terminal.end() == 0
    assert steps_in(terminal.seen) == 3


def test_control_c_ends_replay_step(demo_archive: str) -> None:
    terminal = Terminal("--archive", demo_archive, "replay", STORY, "--step")
    terminal.until(steps(1))
    terminal.press("\x03")
    assert terminal.end() == 130
    assert terminal.seen.rstrip().endswith("interrupted")


def test_a_terminal_gets_colours_unless_it_declines_them(demo_archive: str) -> None:
    """Nothing is said by colour alone: the words are the same."""
    diff = ("--archive", demo_archive, "diff", STORY, "--from", "r3", "--to", "r4")
    coloured, plain = Terminal(*diff), Terminal(*diff, NO_COLOR="1")
    assert (coloured.end(), plain.end()) == (0, 0)
    assert ESCAPE in coloured.seen
    assert ESCAPE not in plain.seen
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured.seen) == plain.seen


def test_an_empty_no_color_declines_nothing(demo_archive: str) -> None:
    """The variable counts if it is not empty (https://no-color.org)."""
    terminal = Terminal("--archive", demo_archive, "show", STORY, NO_COLOR="")
    assert terminal.end() == 0
    assert ESCAPE in terminal.seen


def test_marks_in_a_text_colour_nothing_after_it(tmp_path: Path) -> None:
    archive, lines = str(tmp_path / "archive.db"), tmp_path / "lines.jsonl"
    body = " ".join(["It sails at {n} [- and {{+ then on."] * 20)
    copies = [
        {"story": "ferry", "published": f"2024-03-0{n}T08:00Z", "body": body.format(n=n)}
        for n in (1, 2)
    ]
    lines.write_text("".join(json.dumps(each) + "\n" for each in copies))
    assert ask("--archive", archive, "import", lines).code == 0
    terminal = Terminal("--archive", archive, "diff", "ferry")
    assert terminal.end() == 0
    for line in terminal.seen.splitlines():
        assert ESCAPE not in line or re.findall(r"\x1b\[[0-9;]*m", line)[-1] == "\x1b[0m"


@pytest.mark.parametrize("columns", [120, 100, 80, 60, 40])
def test_a_table_fits_the_columns_that_a_terminal_has_and_nothing_is_cut(
    tmp_path: Path, columns: int
) -> None:
    """Wide characters take two; what may have to be typed again stands in one piece."""
    archive, lines = str(tmp_path / "archive.db"), tmp_path / "lines.jsonl"
    said = {"ferry-strike": "渡船" * 40, "quay": "Ab " * 30, "port": "e\u0301x " * 30}
    lines.write_text(
        "".join(
            json.dumps({"story": story, "published": "2024-03-01T08:00Z", "headline": headline})
            + "\n"
            for story, headline in said.items()
        )
    )
    assert ask("--archive", archive, "import", lines).code == 0
    note = f"What {'渡船员工' * 9} told us, " + "and what they did not, " * 9
    assert ask("--archive", archive, "note", "ferry-strike", note).code == 0
    assert ask("--archive", archive, "outlet", "port-news", "--name", "News " * 20).code == 0
    position = ask("--archive", archive, "stats", "--format", "json").json["position"] - 1
    for command, whole, free in (
        (("history", "ferry-strike"), ["RECORDED", f"#{position} 20", "2024-03-01 08:00"], note),
        (("stories",), ["ferry-strike", "2024-03-01 08:00 UTC", "PUBLISHED"], said["ferry-strike"]),
        (("stories",), ["quay", "HEADLINE"], said["quay"]),
        (("outlet",), ["port-news", "DATE ORDER"], "News " * 20),
        (("projections",), ["catalogue", "POSITION"], "written with every append"),
    ):
        terminal = Terminal("--archive", archive, *command, columns=columns, NO_COLOR="1")
        assert terminal.end() == 0
        printed = terminal.seen.splitlines()
        for each in whole:
            assert any(each in line for line in printed), (each, terminal.seen)
        assert all(extent(line) <= columns for line in printed), terminal.seen
        left = iter("".join(terminal.seen.split()))
        assert all(letter in left for letter in "".join(free.split())), terminal.seen
        assert "…" not in terminal.seen
        assert max(map(extent, ask("--archive", archive, *command).out.splitlines())) > 40


@pytest.mark.parametrize(
    "command",
    [
        ("show", "ferry"),
        ("diff", "ferry"),
        ("replay", "--speed", "1000000000"),
        ("stats",),
        ("verify",),
    ],
)
def test_what_is_told_around_a_text_fits_a_narrow_terminal(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    """Words that are longer, as addresses and keys, stay in one piece; so do lines in a pipe."""
    archive, lines = str(tmp_path / "archive.db"), tmp_path / "lines.jsonl"
    url = "https://news.example/2024/ferry-strike-and-what-came-of-it"
    line = {"story": "ferry", "url": url, "outlet": "The Harbour News", "byline": "渡船 " * 30}
    copies = [
        {
            **line,
            "captured": f"2024-03-0{n}T08:00:01Z",
            "headline": "渡船员工罢工进入第三天" * n + " and all went home by bus",
            "body": f"사람들이 부두에서 배를 기다리고 있다 {n}. " * 5,
        }
        for n in (1, 2)
    ]
    lines.write_text("".join(json.dumps(each) + "\n" for each in copies))
    assert ask("--archive", archive, "import", lines).code == 0
    terminal = Terminal("--archive", archive, *command, columns=40, NO_COLOR="1")
    assert terminal.end() == 0
    printed = re.sub(r"\x1b\[[?0-9;]*\w", "", terminal.seen)
    printed = printed.replace("\r\n", "\n").rpartition("\r")[2]  # what is told of progress is gone
    for each in printed.splitlines():
        assert extent(each) <= 40 or len(each.split()) == 1, printed
    whole = ask("--archive", archive, *command).out
    assert max(map(extent, whole.splitlines())) > 60
    if command[0] == "show":
        assert url in printed
    if command[0] in ("show", "stats"):
        assert "".join(printed.split()) == "".join(whole.split())


def test_free_text_stands_below_where_there_is_no_room_beside_it(tmp_path: Path) -> None:
    archive, lines = str(tmp_path / "archive.db"), tmp_path / "lines.jsonl"
    headline = "The ferry sails again, as before the storm"
    line = {"story": "ferry", "published": "2024-03-01T08:00Z", "headline": headline}
    lines.write_text(json.dumps(line))
    assert ask("--archive", archive, "import", lines).code == 0
    seen: list[list[str]] = []
    for columns in (70, 60, 40):
        terminal = Terminal("--archive", archive, "stories", columns=columns, NO_COLOR="1")
        assert terminal.end() == 0
        seen.append(terminal.seen.splitlines())
    assert seen == [
        [
            "STORY  IN FORCE  PUBLISHED             HEADLINE",
            "ferry  r1        2024-03-01 08:00 UTC  The ferry sails again, as",
            "                                       before the storm",
        ],
        [
            "STORY  IN FORCE  PUBLISHED",
            "    HEADLINE",
            "ferry  r1        2024-03-01 08:00 UTC",
            "    The ferry sails again, as before the storm",
        ],
        [
            "STORY  IN FORCE  PUBLISHED",
            "    HEADLINE",
            "ferry  r1        2024-03-01 08:00 UTC",
            "    The ferry sails again, as before the",
            "    storm",
        ],
    ]


def test_long_work_shows_progress_on_a_terminal_and_leaves_the_answer_clean(
    tmp_path: Path,
) -> None:
    lines = tmp_path / "lines.jsonl"
    lines.write_text("".join(copy(number) for number in range(2000)))
    terminal = Terminal("--archive", str(tmp_path / "archive.db"), "import", str(lines))
    assert terminal.end() == 0
    assert "reading" in terminal.seen
    ran = run("--archive", tmp_path / "other.db", "import", lines)
    (line,) = ran.err.splitlines()
    assert line.startswith("made a new ")


def copy(number: int) -> str:
    line = {"story": f"s{number % 7}", "published": f"20{10 + number // 300}-03-01T08:00Z"}
    return json.dumps({**line, "captured": None, "body": f"Copy {number}."}) + "\n"


# Pipes.


def test_replay_in_a_pipe_is_plain_and_does_not_wait(demo_archive: str) -> None:
    """Weeks are played as quickly as they can be read; --step has nobody to wait for."""
    for more in ((), ("--step",), ("--speed", "1e12")):
        ran = run("--archive", demo_archive, "replay", STORY, *more, TERM="xterm-256color")
        assert (ran.code, ran.err) == (0, "")
        assert steps_in(ran.out) == 8
        assert ESCAPE not in ran.out
        assert all(len(line) <= 200 for line in ran.out.splitlines())


def test_no_answer_in_a_pipe_has_escape_codes(demo_archive: str) -> None:
    for arguments, _ in ANSWERS[:14]:
        ran = run("--archive", demo_archive, *arguments, TERM="xterm-256color")
        assert ran.code == 0
        assert ESCAPE not in ran.out + ran.err


@pytest.mark.parametrize("command", ["replay", "export --all", "show", "replay --format json"])
def test_a_pipe_that_is_closed_early_is_left_quietly(
    demo_archive: str, tmp_path: Path, command: str
) -> None:
    """As by `| head -1`, also where there is more to say than a pipe holds."""
    archive = str(tmp_path / "archive.db")
    lines = tmp_path / "lines.jsonl"
    body = "\n\n".join(f"Paragraph {number}." for number in range(20_000))
    lines.write_text(json.dumps({"story": STORY, "captured": "2024-10-24T08:00Z", "body": body}))
    assert ask("--archive", archive, "import", lines).code == 0
    words = command.split()
    if words[0] != "export":
        words.insert(1, STORY)
    process = start("--archive", archive, *words)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(PATIENCE) in (0, 128 + signal.SIGPIPE, -signal.SIGPIPE)


@pytest.mark.parametrize("command", ["show", "replay", "export", "show --format json"])
def test_an_output_that_is_full_is_reported(demo_archive: str, command: str) -> None:
    name, *more = command.split()
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [PROGRAM, "--archive", demo_archive, name, STORY, *more],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            text=True,
            check=False,
        )
    assert done.returncode == 6
    (line,) = done.stderr.splitlines()
    assert "No space left" in line


def test_an_output_that_is_closed_is_no_fault_of_the_program(demo_archive: str) -> None:
    shell = f'"{PROGRAM}" --archive "{demo_archive}" show {STORY} >&-'
    done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr
    assert len(done.stderr.splitlines()) <= 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_json_and_pages_are_utf_8_whatever_the_locale_says(tmp_path: Path, encoding: str) -> None:
    archive, lines = tmp_path / "archive.db", tmp_path / "lines.jsonl"
    said = "Café 渡船 \U0001f6a2"
    line = {"story": "ferry", "captured": "2024-03-01T08:00Z", "headline": said}
    lines.write_text(json.dumps(line))
    assert ask("--archive", archive, "import", lines).code == 0

    def asked(*command: str) -> Ran:
        return run("--archive", archive, *command, PYTHONIOENCODING=encoding)

    assert asked("show", "ferry", "--format", "json").json["headline"] == said
    assert asked("show", "ferry", "--format", "ninjs").json["headlines"][0]["value"] == said
    assert said in asked("show", "ferry", "--format", "html").out
    assert "café" in asked("show", "café", "--format", "json").error["message"]


def test_the_demo_says_where_nothing_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = ask("demo", tmp_path / "file" / "sample")
    assert (ran.code, ran.err) == (
        6,
        f"variorum: cannot write {tmp_path / 'file' / 'sample'}: Not a directory\n",
    )


# Interruptions.


def test_control_c_on_a_terminal_shows_the_cursor_again(tmp_path: Path) -> None:
    """Also where it comes as soon as the cursor is hidden."""
    archive, lines = str(tmp_path / "archive.db"), tmp_path / "lines.jsonl"
    lines.write_text("".join(copy(number) for number in range(20_000)))
    terminal = Terminal("--archive", archive, "import", str(lines))
    terminal.until(lambda text: "\x1b[?25l" in text)
    terminal.process.send_signal(signal.SIGINT)
    assert terminal.end() == 130
    assert terminal.seen.rindex("\x1b[?25h") > terminal.seen.rindex("\x1b[?25l")


def test_control_c_is_told_by_no_other_process_of_a_verification(tmp_path: Path) -> None:
    """On a terminal all of them get it, also those that have only begun."""
    archive, lines = str(tmp_path / "archive.db"), tmp_path / "lines.jsonl"
    lines.write_text(
        "".join(
            json.dumps({"story": f"s{number}", "captured": "2024-03-01T08:00Z", "body": "It is."})
            + "\n"
            for number in range(3_000)
        )
    )
    assert ask("--archive", archive, "import", lines).code == 0
    for wait in (0.0, 0.1):
        terminal = Terminal("--archive", archive, "verify", "--jobs", "2")
        pid = terminal.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        while len(children.read_text().split()) < 2 and terminal.process.poll() is None:
            time.sleep(0.001)
        time.sleep(wait)
        terminal.interrupt()
        assert terminal.end() in (0, 130)
        assert "Traceback" not in terminal.seen


def test_a_verify_by_several_processes_that_is_told_to_end_says_nothing(tmp_path: Path) -> None:
    """Neither do the processes, nor Python of what they had in common."""
    archive = str(tmp_path / "variorum.db")
    lines = tmp_path / "lines.jsonl"
    lines.write_text(
        "".join(
            json.dumps(
                {"story": f"s{number}", "captured": "2024-05-01T09:00:00Z", "body": "A text."}
            )
            + "\n"
            for number in range(6000)
        )
    )
    assert ask("--archive", archive, "init").code == 0
    assert ask("--archive", archive, "import", lines).code == 0
    process = start("--archive", archive, "verify", "--jobs", "2")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while len(children.read_text().split()) < 2:
        assert process.poll() is None
        time.sleep(0.001)
    process.send_signal(signal.SIGTERM)
    ran = ended(process)
    assert (ran.code, ran.out, ran.err) == (-signal.SIGTERM, "", "")


def test_control_c_in_the_demo_ends_it(tmp_path: Path) -> None:
    process = start("demo", tmp_path / "sample")
    while not (tmp_path / "sample" / "variorum.db.main.key").exists():
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    assert (ran.code, ran.err) == (130, "interrupted\n")


def test_control_c_in_a_paced_replay_ends_it_in_one_line(demo_archive: str) -> None:
    process = start("--archive", demo_archive, "replay", STORY, "--speed", "1")
    assert process.stdout is not None
    assert process.stdout.readline()
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    assert (ran.code, ran.err) == (130, "interrupted\n")


def test_control_c_in_an_import_keeps_what_was_read_whole(address: str, tmp_path: Path) -> None:
    """What was taken until then is recorded, and running it again records the rest."""
    lines = [copy(number).encode() for number in range(2000)]
    with connect(address, create=True):
        pass
    process = start("--archive", address, "import", "-", stdin=subprocess.PIPE)
    assert process.stdin is not None
    process.stdin.write(b"".join(lines[:1200]))
    process.stdin.flush()
    give_up = time.monotonic() + PATIENCE
    while head(address) < 600:
        assert time.monotonic() < give_up
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    ran = ended(process)
    assert (ran.code, ran.err) == (130, "interrupted\n")
    path = tmp_path / "lines.jsonl"
    path.write_bytes(b"".join(lines))
    again = ask("--archive", address, "import", path, "--format", "json").json
    assert (again["revisions"] + again["held"], again["held"] >= 500) == (2000, True)
    assert ask("--archive", address, "stats", "--format", "json").json["revisions"] == 2000


# What a story prints cannot take over a terminal.

HOSTILE = "\x1b]0;owned\x07\x1b[2J\x1b[31m\x9b31m\x08\r\u202e\u2066"


def test_text_of_a_story_cannot_write_escape_codes(tmp_path: Path) -> None:
    archive, lines = str(tmp_path / "archive.db"), tmp_path / "lines.jsonl"
    hostile = {
        "story": "ferry",
        "url": f"https://news.example/{HOSTILE}",
        "outlet": HOSTILE,
        "headline": f"The {HOSTILE}ferry",
        "byline": f"By {HOSTILE}",
        "dateline": HOSTILE,
        "media": [{"caption": HOSTILE, "credit": HOSTILE, "title": HOSTILE}],
        "notices": [{"printed": f"Update {HOSTILE}"}],
    }
    copies = [
        {**hostile, "published": f"2024-03-0{n}T08:00Z", "body": f"It {HOSTILE} sails {n}."}
        for n in (1, 2)
    ]
    lines.write_text("".join(json.dumps(each) + "\n" for each in copies))
    assert ask("--archive", archive, "import", lines).code == 0
    assert ask("--archive", archive, "note", "ferry", f"A {HOSTILE} note").code == 0
    for command in (
        ("show", "ferry"),
        ("stories",),
        ("history", "ferry"),
        ("diff", "ferry"),
        ("diff", "ferry", "--side-by-side"),
        ("replay",),
        ("replay", "--by", "recorded"),
        ("show", HOSTILE),
        ("show", "ferry", "--at", HOSTILE),
        ("stats",),
    ):
        ran = ask("--archive", archive, *command)
        printed = ran.out + ran.err
        assert printed
        assert not {c for c in printed if c != "\n" and not c.isprintable()}, (command, printed)
    for command in (("show", "ferry"), ("diff", "ferry"), ("replay",), ("stories",)):
        ran = ask("--archive", archive, *command, "--format", "json")
        assert not {c for c in ran.out if c != "\n" and not c.isprintable()}, (command, ran.out)
    assert (
        ask("--archive", archive, "show", "ferry", "--format", "json").json["headline"]
        == (hostile["headline"])
    )


def test_what_is_said_in_a_line_cannot_write_lines_of_its_own(tmp_path: Path) -> None:
    archive, lines = str(tmp_path / "archive.db"), tmp_path / "lines.jsonl"
    forged = "Ferry\nrecorded    in May\r\n━━ 2024-03-02 08:00 UTC  r2\u2028zone        UTC"
    line = {"story": "ferry", "captured": "2024-03-01T08:00Z", "body": "It sails."}
    named = {"headline": forged, "byline": forged, "outlet": forged}
    lines.write_text(json.dumps({**line, **named, "url": f"https://news.example/{forged}"}))
    assert ask("--archive", archive, "import", lines).code == 0
    for command in (
        ("show", "ferry"),
        ("replay", "ferry"),
        ("stories",),
        ("stories", "describe", "ferry", "--outlet", f"New {forged}", "--why", "It is."),
        ("outlet", "ferry-news", "--name", forged),
    ):
        ran = ask("--archive", archive, *command)
        assert ran.code == 0
        assert "Ferry" in ran.out
        begun = ("recorded    in", "━━ 2024-03-02", "zone        UTC")
        assert not [each for each in ran.out.splitlines() if each.startswith(begun)], ran.out


def test_the_name_of_a_file_controls_no_terminal(tmp_path: Path) -> None:
    archive = tmp_path / "\x1b]0;owned\x07\narchive.db"
    for command in (("record", HARBOUR, "--story", "harbour"), ("init",), ("init",), ("stats",)):
        ran = ask("--archive", archive, *command)
        assert ran.code == 0
        printed = ran.out + ran.err
        assert "archive.db" in printed or command[0] == "record"
        assert not {c for c in printed if c != "\n" and not c.isprintable()}, (command, printed)
        assert not re.search("^archive.db", printed, re.MULTILINE)


@given(st.text(st.characters(codec="utf-8")).map(safe), st.integers(10, 40))
def test_folded_text_fits_and_loses_nothing(text: str, columns: int) -> None:
    found = folded(text, columns)
    assert all(extent(line) <= columns for line in found)
    assert "".join("".join(found).split()) == "".join(text.split())


TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(st.text())
def test_safe_text_controls_nothing_and_is_otherwise_unchanged(text: str) -> None:
    kept = safe(text)
    assert len(kept) == len(text)
    for one, other in zip(kept, text, strict=True):
        unsafe = unicodedata.category(other) in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")
        assert (one != other) == ((unsafe or other in TURNING) and other not in "\n\t")
        assert one in (other, "\N{REPLACEMENT CHARACTER}")


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cرود",
        "क्\u200dष",
        "👩\u200d👩\u200d👧",
        "Donau\u00addampf",
        "20\u00a0000",
        "\u200f(א)\u200e",
    ],
)
def test_joiners_spaces_and_marks_of_direction_are_letters_like_others(text: str) -> None:
    assert safe(text) == text
