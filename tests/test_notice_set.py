"""Notices on the labelled set, and what holds of every text: spans, doubt, determinism."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notice_set import (
    LANGUAGES,
    expected_in,
    found_in,
    is_unseen,
    known_of,
    lines,
    scores,
    section,
    total,
)
from program import ask
from variorum.adapters.imports.page import read_page
from variorum.domain.blocks import blocks_of
from variorum.domain.errors import UnreadableError
from variorum.domain.live_entries import entries_in
from variorum.domain.notices import NoticeKind, Severity
from variorum.domain.reading import Reading, read_text
from variorum.domain.stated import Known
from variorum.domain.times import Basis, Precision, PublishedTime, iso, to_instant

EVERYTHING = list(lines())
UNSEEN = [line for line in EVERYTHING if is_unseen(line)]
SEEN = [line for line in EVERYTHING if not is_unseen(line)]
CAPTURED = 1_795_176_000_000_000  # 2026-11-20T12:00Z
NEW_YORK = Known(zone="America/New_York", captured=CAPTURED)


# The labelled set


def test_the_set_is_large_and_a_third_of_it_are_traps() -> None:
    assert len(EVERYTHING) >= 450
    assert len({line["id"] for line in EVERYTHING}) == len(EVERYTHING)
    assert sum(not line["expected"] for line in EVERYTHING) * 3 >= len(EVERYTHING)
    for line in EVERYTHING:
        for want in line["expected"]:
            text = line["paragraphs"][want["paragraph"]][want["start"] : want["end"]]
            assert text.strip() == text != ""


@pytest.mark.parametrize("part", [SEEN, UNSEEN], ids=["seen", "unseen"])
def test_notices_are_found_and_nothing_else_is(part: list[dict[str, object]]) -> None:
    score = total(scores(part).values())
    assert score.precision >= 0.95, score.misses
    assert score.recall >= 0.90, score.misses
    assert score.times >= 0.95, score.misses


@pytest.mark.parametrize("part", [SEEN, UNSEEN], ids=["seen", "unseen"])
def test_what_is_found_says_how_it_was_printed_and_resolved(part: list[dict[str, object]]) -> None:
    """Labels, severities, zones, first publications and resolutions, of the notices found."""
    compared = agreeing = 0
    for line in part:
        left = found_in(line)
        for want in expected_in(line):
            if not want.printed and want.kind != "entry":
                continue  # of the fifth file, which says no more than kind, place and time
            match = next((each for each in left if each.is_of(want)), None)
            if match is None or match.time != want.time:
                continue
            assert match.severity == want.severity, line
            assert match.zone == want.zone or want.kind == "entry", line
            compared += 1
            agreeing += want.kind == "entry" or match.resolved == want.resolved
    assert agreeing / compared >= 0.95


def test_the_page_with_the_figures_names_every_language() -> None:
    assert all(f"| {name} |" in section() for name in LANGUAGES.values())


# Every text

stamped = st.sampled_from(
    [
        *("Update 10/24/24, 9:11 a.m. ET: It is open.", "Stand: 05.11.2024, 14:30 Uhr"),
        *("CORRECTED-Ferry owner sells boats", "(Corrects the year)", "6:09 p.m. ET: He left."),
        *("He waits. [Update, 5 p.m.: He has gone.]", "Cet article a été mis à jour.", "9:11 p.m."),
        *("___", "Updated 5 p.m. Thursday", "Correction: Oct. 10, 2015", "By Ada Quill", "(", "]"),
        *(
            "Published May 5, 2020\nUpdated May 6, 2020",
            "  Update: It is open.",
            "Uppdaterad i dag",
        ),
        "UPDATE 10.15: Feb. 30, 2024, 31/2/2024, 29.2.2023, 2024-02-30, 25:61 p.m. 0000 GMT",
    ]
)
texts = st.lists(st.one_of(stamped, st.text(max_size=60)), max_size=8).flatmap(
    lambda parts: st.sampled_from(["\n\n", "\n", " "]).map(lambda gap: gap.join(parts))
)
knowns = st.sampled_from(
    [Known(), NEW_YORK, Known(captured=0), Known("Europe/Berlin", captured=CAPTURED)]
)


def reading_of(text: str, known: Known) -> Reading | None:
    try:
        return read_text(text, known)
    except UnreadableError:
        return None


@given(texts, knowns)
def test_spans_are_where_the_notices_stand(text: str, known: Known) -> None:
    reading = reading_of(text, known)
    if reading is None:
        return
    blocks = ["\n".join(b) for b in blocks_of(text.replace("\r\n", "\n").replace("\r", "\n"))]
    for place, notice, stated in zip(
        reading.places, reading.article.notices, reading.notices, strict=True
    ):
        assert blocks[place.block][place.start : place.end] == notice.printed
        assert stated.label is not None
        start, end = stated.label
        assert 0 <= start < end <= len(notice.printed)
        assert stated.rule.split(".")[0] in {"en", "de", "fr", "es", "nl", "sv", "wire"}
    for entry in reading.entries:
        assert blocks[entry.block][entry.start : entry.end].strip()


@given(texts, knowns)
def test_reading_twice_gives_the_same(text: str, known: Known) -> None:
    assert reading_of(text, known) == reading_of(text, known)


@given(texts)
def test_what_is_known_changes_times_and_never_the_text(text: str) -> None:
    one, other = reading_of(text, Known()), reading_of(text, NEW_YORK)
    assert (one and one.article) == (other and other.article)


# How missing parts are found


def metadata(at: str, zone: str) -> PublishedTime:
    moment = to_instant(datetime.fromisoformat(at))
    return PublishedTime(moment, moment, moment + 1_000_000, Precision.SECOND, Basis.METADATA, zone)


def time_of(text: str, known: Known) -> PublishedTime:
    (notice,) = read_text(text, known).notices
    assert notice.time is not None
    return notice.time


def test_a_year_or_a_date_is_that_of_the_metadata_before_that_of_the_capture() -> None:
    known = Known(
        "America/New_York",
        captured=CAPTURED,
        modified=metadata("2019-11-13T14:00:00Z", "UTC"),
    )
    note = time_of("[Ed. note, Nov. 12 at 12:30 p.m. ET: A map was added.]", known)
    assert (iso(note.at), note.resolved) == ("2019-11-12T17:30:00Z", ("year:metadata",))
    update = time_of("Update, 10:58 p.m. ET: Two crews were found.", known)
    assert (iso(update.at), update.resolved) == ("2019-11-13T03:58:00Z", ("date:metadata",))


def test_a_zone_is_taken_from_metadata_only_where_its_clock_shows_the_printed_time() -> None:
    known = Known(modified=metadata("2024-10-24T13:11:40Z", "-04:00"))
    assert time_of("Updated Oct. 24, 2024, 9:11 a.m.", known).resolved == ("zone:metadata",)
    assert time_of("Updated Oct. 24, 2024, 9:30 a.m.", known).resolved == ("zone:unknown",)


def test_a_time_without_a_zone_dates_no_revision() -> None:
    reading = read_text("The quay is open.\n\nUpdated Oct. 24, 2024, 9:11 a.m.", Known())
    assert reading.published is None
    assert reading.notices[0].time is not None
    assert "without a zone" in reading.problems[0]


# Wires and live stories


def test_a_slug_before_a_headline_is_a_notice_and_stays_in_the_headline() -> None:
    reading = read_text("CORRECTED-Ferry sold\n\nThe ferry has been sold, he said.", NEW_YORK)
    assert reading.article.headline == "CORRECTED-Ferry sold"
    (stated,) = reading.notices
    assert (stated.kind, stated.severity) == (NoticeKind.CORRECTION, Severity.SUBSTANTIVE)
    assert reading.article.notices[0].printed == "CORRECTED"


def test_entries_of_a_live_story_stay_in_its_text_and_date_no_revision() -> None:
    story = "6:09 p.m. ET: The crowd left the quay.\n\n5:40 p.m. ET: The mayor spoke."
    reading = read_text(story, NEW_YORK)
    assert reading.article.paragraphs == tuple(story.split("\n\n"))
    assert [iso(e.time.at) for e in reading.entries if e.time] == [
        "2026-11-19T23:09:00Z",
        "2026-11-19T22:40:00Z",
    ]
    assert (reading.published, reading.notices) == (None, ())


def test_a_timetable_is_no_live_story() -> None:
    assert entries_in([["10 a.m.: Doors open"], ["11 a.m.: The keeper speaks"]], NEW_YORK) == ()


def test_the_set_is_read_with_what_it_says_is_known() -> None:
    assert any(known_of(line).modified for line in EVERYTHING)


# Times that disagree

PAGE = """<html><head><script type="application/ld+json">{"@type": "NewsArticle",
"headline": "Ferry sold", "datePublished": "2024-10-24T08:00:00-04:00",
"dateModified": "2024-10-24T11:45:20-04:00"}</script></head><body><article><h1>Ferry sold</h1>
<p>The ferry Auk has been sold to a man from Alder, her owner said on Thursday morning.</p>
<p>He did not name the price, and the buyer could not be reached for comment on Thursday.</p>
<p>Update 10/24/24, 9:11 a.m. ET: The buyer is Moss Fenn.</p></article></body></html>"""


def test_history_shows_what_the_metadata_say_where_the_notice_says_otherwise(
    tmp_path: Path,
) -> None:
    page, archive = tmp_path / "ferry.html", str(tmp_path / "a.db")
    page.write_text(PAGE)
    zone = ("--zone", "America/New_York")
    assert ask("--archive", archive, "record", str(page), "--story", "ferry", *zone).code == 0
    told = ask("--archive", archive, "history", "ferry").out
    assert "by notice" in told
    assert "metadata says 2024-10-24 11:45:20 EDT" in " ".join(told.split())
    answer = json.loads(ask("--archive", archive, "history", "ferry", "--format", "json").out)
    (item,) = (each for each in answer["items"] if each["kind"] == "revision")
    assert item["published"]["at"] == "2024-10-24T13:11:00Z"
    assert [other["at"] for other in item["others"]] == ["2024-10-24T15:45:20Z"]


def test_metadata_that_fit_the_notice_are_no_disagreement() -> None:
    page = PAGE.replace("T11:45:20", "T09:11:40").encode()
    reading = read_page(page, Known(zone="America/New_York"))
    assert reading.others == ()
    assert reading.published is not None
    assert iso(reading.published.at) == "2024-10-24T13:11:00Z"


@given(texts, knowns)
def test_an_item_stands_in_its_paragraph(text: str, known: Known) -> None:
    reading = reading_of(text, known)
    if reading is None:
        return
    places = [item.paragraph for item in reading.items]
    assert places == sorted(places)
    assert all(place < len(reading.article.paragraphs) for place in places)
