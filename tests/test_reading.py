"""Reading a printed text: what becomes of each block, and which time it was published."""

from __future__ import annotations

import os
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from variorum.domain.asof import Implied
from variorum.domain.content import Comments, Media
from variorum.domain.errors import UnreadableError, VariorumError
from variorum.domain.notice_finding import notice_in
from variorum.domain.reading import Reading, read_paragraphs, read_text
from variorum.domain.stated import Known
from variorum.domain.times import Basis, Precision, iso, to_instant

NOTHING = Known()
NEW_YORK = Known(zone="America/New_York")
WALL = "The council of Port Wren approved a harbour wall, the clerk said."
COST = "It will cost “41 million crowns” – a third of it from the ferry company."


def instant(text: str) -> int:
    return to_instant(datetime.fromisoformat(text))


def story(*blocks: str) -> str:
    return "\n\n".join(blocks)


def everything_in(reading: Reading) -> str:
    """All that a reading holds, as one text."""
    article = reading.article
    media = (text for m in article.media for text in (m.title, m.caption, m.credit))
    notices = (notice.printed for notice in article.notices)
    texts = (article.headline, article.byline, *article.paragraphs, *media, *notices)
    return "\n".join(text for text in texts if text)


lines = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=80
).filter(str.strip)
sentences = lines.map(lambda line: line.strip() + ".").filter(
    lambda line: notice_in(line, NOTHING) is None and not line.lower().startswith("comments are")
)

SHORT = "The old pier of Port Wren at low tide, with the ferry Auk beside it. The pier…"
LONG = "The old pier of Port Wren at low tide, with the ferry Auk beside it. The pier was sold."
GALLERY = f"{SHORT}\n{LONG}\nMore\nMoss Fenn/Sipa via AP"
special_lines = st.sampled_from(
    [
        *("More", "Comments are closed.", "By Ada Quill", "Harbour wall approved", SHORT, LONG),
        *("Moss Fenn via AP", "Getty Images", "Photo: Moss Fenn", "(AP Photo/Moss Fenn)", "___"),
        *("Correction: Oct. 10, 2015", "Updated 5 p.m.", "[Ed. note: A map", "was added.]"),
        *("Update 10/24/24, 9:11 a.m. ET: It is open.", "This story has been updated.", WALL),
        *("The pier. (Photo: Moss Fenn)", "UPDATE: Ferries sail", "KYIV (AP) — Rain fell.", " "),
    ]
)
printed = st.lists(
    st.tuples(st.one_of(special_lines, lines), st.sampled_from(["\n", "\n\n", "\r\n", "\r"])),
    min_size=1,
    max_size=14,
).map(lambda pairs: "".join(line + end for line, end in pairs))


@given(st.lists(sentences, min_size=1, max_size=8))
def test_paragraphs_read_back_exactly(paragraphs: list[str]) -> None:
    reading = read_text("\n\n".join(paragraphs), NOTHING)
    assert reading.article.paragraphs == tuple(paragraphs)
    assert reading.article.text == "\n\n".join(paragraphs)
    assert reading.article.media == ()
    assert reading == read_text("\n\n".join(paragraphs), NEW_YORK)


@given(printed)
def test_nothing_of_a_text_is_lost(text: str) -> None:
    """But what says no more than the rest: `More`, a caption cut short, the comments state."""
    assume(text.strip())
    reading = read_text(text, NEW_YORK)
    left_out = Counter("".join(text.split())) - Counter("".join(everything_in(reading).split()))
    spare = [line * text.count(line) for line in ("More", "Comments are closed.", SHORT)]
    assert not left_out - Counter("".join("".join(spare).split()))


@given(printed)
def test_notices_run_parallel_and_their_times_make_the_reading_s(text: str) -> None:
    assume(text.strip())
    reading = read_text(text, NEW_YORK)
    article = reading.article
    assert len(reading.notices) == len(article.notices)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    as_read = "\n".join(line.rstrip() for line in lines)  # blanks at the ends of lines are not text
    for stated, notice in zip(reading.notices, article.notices, strict=True):
        assert notice.printed in as_read
        assert notice.after is not None
        assert 0 <= notice.after <= len(article.paragraphs)
        assert stated.time is None or stated.time.basis is Basis.NOTICE
    if reading.published:
        assert reading.published in [stated.time for stated in reading.notices]
        assert all(i.latest <= reading.published.at for i in reading.implied)
    else:
        assert reading.implied == ()


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        reading = read_text(text, NOTHING)
    except UnreadableError:
        return
    assert reading.article.canonical()


@given(st.lists(lines, max_size=5), st.sampled_from(["\n\n", "\r\n\r\n", "\r\r", "\n \t\n\n"]))
def test_line_ends_and_a_byte_order_mark_make_no_difference(blocks: list[str], gap: str) -> None:
    assume(blocks)
    plain = read_text("\n\n".join(blocks), NEW_YORK)
    assert read_text("\ufeff" + gap + gap.join(blocks) + gap, NEW_YORK) == plain


@pytest.mark.parametrize("text", ["", "  \n\t\r\n ", "\ufeff"], ids=["empty", "blank", "mark"])
def test_a_text_without_text_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="holds no text"):
        read_text(text, NOTHING)


@pytest.mark.parametrize("stray", ["\0", "\x1b", "\x80", "\ud800"])
def test_binary_data_is_refused(stray: str) -> None:
    with pytest.raises(UnreadableError, match=r"U\+[0-9A-F]{4}, at place 4"):
        read_text(f"Port{stray} Wren", NOTHING)


def test_lines_of_a_block_stay_together() -> None:
    verse = "Grey was the quay,\n  grey was the ferry,\nand late."
    assert read_text(story(WALL, verse), NOTHING).article.paragraphs == (WALL, verse)


# Headline, byline, dateline


@pytest.mark.parametrize("headline", ["Harbour wall approved", "A wall? ", "“A fair share”"])
def test_a_first_short_line_is_the_headline(headline: str) -> None:
    article = read_text(story(headline, WALL, COST), NOTHING).article
    assert article.headline == headline.strip()
    assert article.paragraphs == (WALL, COST)


@pytest.mark.parametrize(
    "first",
    [
        WALL,
        "Wait…",
        "Work begins in June;",
        "A wall\nand a pier",
        "x" * 200,
        "***",
        "工事は六月に始まる。",
    ],
    ids=["sentence", "ellipsis", "clause", "two lines", "long", "signs", "another script"],
)
def test_what_is_no_headline_is_a_paragraph(first: str) -> None:
    article = read_text(story(first, COST), NOTHING).article
    assert (article.headline, article.paragraphs) == (None, (first, COST))


def test_a_line_alone_is_a_paragraph() -> None:
    article = read_text("Harbour wall approved", NOTHING).article
    assert (article.headline, article.paragraphs) == (None, ("Harbour wall approved",))


def test_a_headline_may_follow_a_notice_or_begin_as_one() -> None:
    below = read_text(story("Updated Aug. 31, 2026, 6:07 p.m. ET", "A wall", WALL), NOTHING)
    assert below.article.headline == "A wall"
    assert below.article.notices[0].after == 0
    label = read_text(story("UPDATE: Harbour wall approved", WALL), NOTHING).article
    assert (label.headline, label.notices) == ("UPDATE: Harbour wall approved", ())


@pytest.mark.parametrize(
    "byline",
    [
        "By Ada Quill",
        "BY ADA QUILL",
        "By Ada Quill and Moss van der Fenn, The Tern",
        "By Jo Wick Jr.",
    ],
)
def test_an_early_line_of_names_is_the_byline(byline: str) -> None:
    article = read_text(story("Harbour wall approved", byline, WALL), NOTHING).article
    assert (article.byline, article.paragraphs) == (byline, (WALL,))


@pytest.mark.parametrize(
    "line", ["By October the wall stood.", "By the quay, boats wait", "by Ada"]
)
def test_a_sentence_that_begins_with_by_is_no_byline(line: str) -> None:
    article = read_text(story(WALL, line, COST), NOTHING).article
    assert (article.byline, article.paragraphs) == (None, (WALL, line, COST))


@pytest.mark.parametrize(
    ("dateline", "dash"),
    [("PORT WREN", " — "), ("PORT WREN, Ostmark (TNA)", " — "), ("ALDER, Oct 24 (TNA)", " - ")],
)
def test_a_dateline_is_told_and_stays_in_its_paragraph(dateline: str, dash: str) -> None:
    first = f"{dateline}{dash}{WALL}"
    article = read_text(story(first, COST), NOTHING).article
    assert (article.dateline, article.paragraphs) == (dateline, (first, COST))


@pytest.mark.parametrize(
    "start", ["Port Wren — ", "BREAKING — ", "EU–UK ", "PORT WREN said ", "24 — "]
)
def test_other_beginnings_are_no_datelines(start: str) -> None:
    assert read_text(story(start + WALL, COST), NOTHING).article.dateline is None


# Pictures


def test_a_gallery_gives_its_pictures_once_and_whole() -> None:
    second = GALLERY.replace("old pier", "new pier")
    text = story(WALL, "Port Wren’s Piers", GALLERY, COST, "Port Wren’s Piers", second)
    article = read_text(text, NOTHING).article
    assert article.paragraphs == (WALL, COST)
    credit = "Moss Fenn/Sipa via AP"
    assert article.media == (
        Media(title="Port Wren’s Piers", caption=LONG, credit=credit, after=1),
        Media(
            title="Port Wren’s Piers",
            caption=LONG.replace("old pier", "new pier"),
            credit=credit,
            after=2,
        ),
    )


@pytest.mark.parametrize(
    "credit",
    [
        "AP Photo/Moss Fenn",
        "(AP Photo/Moss Fenn)",
        "(Photo: Moss Fenn)",
        "Photo by Moss Fenn",
        "Credit: Moss Fenn",
        "Image credit: Moss Fenn",
        "Moss Fenn via AP",
        "Moss Fenn y Reed/Getty Images",
        "Moss Fenn/Getty Images",
        "Getty Images",
        "© Moss Fenn",
    ],
)
def test_a_caption_with_a_credit_below_it_is_a_picture(credit: str) -> None:
    article = read_text(story(WALL, f"{LONG}\n{credit}", COST), NOTHING).article
    assert article.paragraphs == (WALL, COST)
    assert article.media == (Media(caption=LONG, credit=credit, after=1),)


def test_a_caption_may_end_with_its_credit_in_brackets() -> None:
    article = read_text(story(WALL, f"{LONG} (Photo: Moss Fenn)", COST), NOTHING).article
    assert article.media == (Media(caption=LONG, credit="(Photo: Moss Fenn)", after=1),)
    assert article.paragraphs == (WALL, COST)


@pytest.mark.parametrize(
    "block",
    [
        f"{LONG}\nMore",
        f"{LONG}\nThe ferry Auk sails on weekdays.",
        f"{SHORT}\nAnother line.\nMore\nGetty Images",
        f"{SHORT}\n{LONG}\nMore\nMoss Fenn via AP\nThe ferry Auk sails on weekdays.",
        "She had sold the picture to\nGetty Images",
        f"{WALL} (AP)",
        "Boats wait…\nBoats wait for the tide.",
    ],
)
def test_what_may_be_text_stays_text(block: str) -> None:
    article = read_text(story(WALL, block, COST), NOTHING).article
    assert (article.paragraphs, article.media) == ((WALL, block, COST), ())


def test_a_headline_above_a_picture_stays_the_headline() -> None:
    for block in (GALLERY, f"{LONG}\nGetty Images"):
        article = read_text(story("Harbour wall approved", block, WALL), NOTHING).article
        assert article.headline == "Harbour wall approved"
        assert [m.title for m in article.media] == [None]


# Comments and notices


@pytest.mark.parametrize(
    ("line", "state"),
    [
        ("Comments are closed.", Comments.CLOSED),
        ("Comments are off", Comments.CLOSED),
        ("Comments are open.", Comments.OPEN),
    ],
)
def test_whether_comments_are_open_is_no_paragraph(line: str, state: Comments) -> None:
    article = read_text(story(WALL, COST, line), NOTHING).article
    assert (article.comments, article.paragraphs) == (state, (WALL, COST))
    within = read_text(story(WALL, f"He said: “{line}”", COST), NOTHING).article
    assert (within.comments, len(within.paragraphs)) == (None, 3)


def test_stacked_notices_are_several_each_in_its_place() -> None:
    stack = ["Update 10/24/24, 9:11 a.m. ET: It is open.", "Correction: It is blue."]
    article = read_text(story(WALL, "\n".join([*stack, "Comments are off."])), NOTHING).article
    assert [n.printed for n in article.notices] == stack
    assert [n.after for n in article.notices] == [1, 1]
    assert (article.comments, article.paragraphs) == (Comments.CLOSED, (WALL,))


def test_a_notice_goes_on_where_its_line_breaks_off_and_not_beyond() -> None:
    wrapped = "Correction: The wall was said\nto be red. It is blue."
    article = read_text(story(WALL, f"{wrapped}\n{COST}"), NOTHING).article
    assert [n.printed for n in article.notices] == [wrapped]
    assert article.paragraphs == (WALL, COST)
    bracket = "[Ed. note: A map was added.\nIt shows the wall.]"
    article = read_text(story(WALL, f"{bracket}\n{COST}"), NOTHING).article
    assert [n.printed for n in article.notices] == [bracket]
    label = "Correction: Oct. 10, 2015\nThe wall is blue."
    article = read_text(story(WALL, f"{label}\n{COST}"), NEW_YORK).article
    assert [n.printed for n in article.notices] == [label]


def test_a_notice_may_begin_below_a_paragraph_without_a_blank_line() -> None:
    article = read_text(f"{WALL}\nThis story has been updated.\n___\n{COST}", NOTHING).article
    assert article.paragraphs == (WALL, f"___\n{COST}")
    assert [n.printed for n in article.notices] == ["This story has been updated."]
    top = read_text(f"A wall\nUpdated Aug. 31, 2026, 6:07 p.m. ET\n{WALL}", NOTHING).article
    assert (top.headline, top.paragraphs, len(top.notices)) == ("A wall", (WALL,), 1)
    broken = "They said that\nUpdate: was the name of the boat."
    assert read_text(story(WALL, broken), NOTHING).article.paragraphs == (WALL, broken)


# Times


def test_the_last_time_that_a_notice_states_is_when_the_text_was_published() -> None:
    text = story(
        WALL,
        "Update 10/24/24, 9:11 a.m. ET: It is open.",
        "Update 10/24/24, 7:30 a.m. ET: It is shut.",
        "Editor’s note, 10/24/24, 9:40 a.m. ET: A reader lent us the map.",
    )
    reading = read_text(text, NOTHING)
    assert reading.published is not None
    assert iso(reading.published.at) == "2024-10-24T13:11:00Z"
    assert (reading.published.precision, reading.published.basis) == (
        Precision.MINUTE,
        Basis.NOTICE,
    )
    morning = instant("2024-10-24T11:30Z")
    assert reading.implied == (Implied(earliest=morning, latest=morning + 60_000_000),)
    assert reading.earlier_text


def test_only_times_that_were_over_before_are_implied() -> None:
    """A correction dated to the same day may be the very text that the update is in."""
    text = story(WALL, "Update 10/24/24, 9:11 a.m. ET: It is open.", "Correction: Oct. 24, 2024")
    assert read_text(text, NEW_YORK).implied == ()
    text = story(WALL, "Update 10/24/24, 9:11 a.m. ET: It is open.", "Correction: Oct. 23, 2024")
    assert [iso(i.latest) for i in read_text(text, NEW_YORK).implied] == ["2024-10-24T04:00:00Z"]


def test_a_time_later_than_the_capture_is_kept_and_not_believed() -> None:
    text = story(
        WALL,
        "Update 10/24/24, 7:30 a.m. ET: It is shut.",
        "Update 10/24/24, 9:11 a.m. ET: It is open.",
    )
    reading = read_text(text, Known(captured=instant("2024-10-24T13:00Z")))
    assert reading.published is not None
    assert iso(reading.published.at) == "2024-10-24T11:30:00Z"
    assert reading.notices[1].time is not None
    assert len(reading.problems) == 1
    assert "2024-10-24T13:11:00Z, which is later than the capture" in reading.problems[0]


def test_a_time_that_cannot_be_told_is_a_problem_that_names_the_notice() -> None:
    reading = read_text(story(WALL, "Update, 10:58 p.m. ET: It is open."), NOTHING)
    assert (reading.published, reading.implied, reading.earlier_text) == (None, (), True)
    assert len(reading.problems) == 1
    assert "“Update, 10:58 p.m. ET: It is open.”" in reading.problems[0]


def test_the_first_publication_is_told_apart() -> None:
    line = "Updated Nov. 19, 2019 8:21 am ET / Original Nov. 18, 2019 5 pm ET"
    reading = read_text(story("A wall", line, WALL), NOTHING)
    assert reading.published is not None
    assert reading.first_published is not None
    assert iso(reading.published.at) == "2019-11-19T13:21:00Z"
    assert iso(reading.first_published.at) == "2019-11-18T22:00:00Z"
    assert reading.implied == ()


def test_a_text_without_notices_says_nothing_of_its_times() -> None:
    reading = read_text(story(WALL, COST), NEW_YORK)
    assert (reading.published, reading.first_published, reading.notices) == (None, None, ())
    assert not reading.earlier_text
    assert reading.problems == ()


# Paragraphs from elsewhere


def test_blocks_known_apart_are_read_as_a_text_is() -> None:
    picture = Media(caption=LONG, credit="Moss Fenn")
    reading = read_paragraphs(
        [picture, WALL, picture, COST, "Correction: Oct. 10, 2015", "Comments are closed."],
        NEW_YORK,
        headline="Harbour wall approved",
        byline="Ada Quill",
    )
    article = reading.article
    assert (article.headline, article.byline) == ("Harbour wall approved", "Ada Quill")
    assert article.paragraphs == (WALL, COST)
    assert [m.after for m in article.media] == [0, 1]
    assert article.comments is Comments.CLOSED
    assert reading.published is not None


def test_a_printed_byline_counts_before_one_that_is_only_said() -> None:
    reading = read_paragraphs(["By Ada Quill", WALL], NOTHING, headline="A wall", byline="A. Q.")
    assert (reading.article.byline, reading.article.paragraphs) == ("By Ada Quill", (WALL,))


@pytest.mark.parametrize(
    "bait",
    [
        "Update \n",
        "More\n",
        "x…\n",
        "A wall\n\n",
        "By A ",
        "A/",
        "(",
        "KYIV, ",
        "Getty Images\n",
        "é",
    ],
    ids=repr,
)
def test_a_megabyte_of_bait_is_read_in_seconds(bait: str) -> None:
    began = time.process_time()
    read_text(bait * (1_000_000 // len(bait)), NEW_YORK)
    assert time.process_time() - began < 20


@pytest.mark.skipif("VARIORUM_SEED" not in os.environ, reason="VARIORUM_SEED names no file")
def test_the_founding_case() -> None:
    text = Path(os.environ["VARIORUM_SEED"]).read_text(encoding="utf-8")
    reading = read_text(text, NEW_YORK)
    article, published = reading.article, reading.published
    assert published is not None
    assert (iso(published.at), published.earliest) == ("2024-10-24T13:11:00Z", published.at)
    assert iso(published.latest) == "2024-10-24T13:12:00Z"
    assert (published.precision, published.basis) == (Precision.MINUTE, Basis.NOTICE)
    assert article.comments is Comments.CLOSED
    assert reading.earlier_text
    assert (len(article.paragraphs), len(article.media), len(article.notices)) == (13, 2, 1)
    assert len({media.title for media in article.media}) == 1
    for media in article.media:
        assert media.title is not None
        assert media.caption is not None
        assert media.credit is not None
        assert not media.caption.endswith("…")
        assert f"{media.caption}\nMore\n{media.credit}\n" in text
        assert all(part not in article.text for part in (media.title, media.caption, media.credit))
    assert "\n\n".join(article.paragraphs[:4]) in text


def test_every_error_of_reading_is_one_of_ours() -> None:
    assert issubclass(UnreadableError, VariorumError)
