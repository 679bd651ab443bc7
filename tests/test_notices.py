"""Notices: which texts are one, of what kind, and which time they state."""

from __future__ import annotations

import time
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.domain.closing_notices import closing_notice
from variorum.domain.notice_finding import WINDOW, FoundNotice, notice_in
from variorum.domain.notice_forms import Label, Verb
from variorum.domain.notice_grammar import ALL_LABELS, ALL_VERBS
from variorum.domain.notices import NoticeKind
from variorum.domain.outlet import Language, NoticePlace
from variorum.domain.reading import read_text
from variorum.domain.stated import Known
from variorum.domain.times import (
    DAY,
    HOUR,
    Basis,
    DateOrder,
    Precision,
    PublishedTime,
    iso,
    to_instant,
)

NOTHING = Known()
CAPTURED = to_instant(datetime.fromisoformat("2026-11-20T12:00Z"))
NOON = to_instant(datetime.fromisoformat("2024-11-05T12:00Z"))
NEW_YORK = Known(zone="America/New_York", captured=CAPTURED)


def found(text: str, known: Known = NEW_YORK) -> FoundNotice:
    notice = notice_in(text, known)
    assert notice is not None, text
    return notice


def times_of(notice: FoundNotice) -> list[PublishedTime]:
    stated = (notice.time, notice.first_published, *notice.earlier)
    return [moment for moment in stated if moment is not None]


#: Kind, instant, text.
FORMS = """
update        2024-10-24T13:11:00Z Update 10/24/24, 9:11 a.m. ET: The ferry sails again.
update        2026-11-20T03:58:00Z Update, 10:58 p.m. ET: Two crews were found.
update        2016-12-22T19:16:00Z UPDATE: Dec. 22, 2016, 2:16 p.m. EST
update        -                    **Update:** The quay is open.
update        -                    Update — the quay is open.
update        2026-08-31T22:07:00Z Updated Aug. 31, 2026, 6:07 p.m. ET
update        2026-08-31T16:07:00Z Last updated: 31 August 2026 at 18:07 CEST
update        2026-11-19T16:54:00Z (Updated 11:54 am)
update        2019-11-19T03:39:00Z Updated 0339 GMT (1139 HKT) November 19, 2019
update        2016-12-20T23:29:00Z Updated Tue, Dec 20 20166:29 PM EST
update        2026-10-11T02:00:00Z Updated on October 10 at 10 p.m. This story has been updated.
update        2019-11-19T13:21:00Z Updated Nov. 19, 2019 8:21 am ET / Original Nov. 18, 2019 5 pm ET
update        2024-10-24T13:11:00Z Posted Oct. 24, 2024 8 AM ET | Updated Oct. 24, 2024 9:11 am ET
editors-note  2026-11-12T17:30:00Z [Ed. note, Nov. 12 at 12:30 p.m. ET: A map was added.]
editors-note  -                    Editor's note: A reader lent us the map.
editors-note  -                    Editor’s Note: A reader lent us the map.
editors-note  -                    EDITORS’ NOTE – A reader lent us the map.
update        -                    This story has been updated.
update        -                    This breaking news story was updated with a word from the pilot.
correction    -                    This article has been corrected to spell the pilot's name.
clarification -                    The headline of this story has been clarified.
amendment     -                    Note: This post has since been edited.
retraction    -                    This report has been withdrawn.
refile        -                    This item was refiled to fix a typing error.
correction    2015-10-10T04:00:00Z Correction: Oct. 10, 2015
correction    2026-10-05T04:00:00Z Correction, 5 October 2026: The ferry has two masts.
correction    2014-11-11T05:00:00Z Correction, Nov. 11, 2014: We misnamed the ferry.
correction    2024-10-24T04:00:00Z CORRECTION (24/10/2024): The ferry has two masts.
correction    -                    Correction: The ferry has two masts.
correction    -                    Corrections: The ferry has two masts; it is blue.
clarification -                    Clarification: The ferry sails on weekdays.
clarification 2020-05-05T04:00:00Z Clarification, May 5, 2020: It sails on weekdays.
correction    -                    An earlier version of this article misstated the fare.
amendment     -                    A previous version of this story did not name the pilot.
correction    -                    Due to an error, an earlier version of this story was cut.
amendment     2016-12-29T05:00:00Z This article was amended on 29 December 2016 to add a map.
update        2026-11-19T19:58:00Z 2:58 p.m.: This article was updated to include a map.
update        -                    First published on May 26 and updated with a map.
republication 2024-03-01T05:00:00Z First published in February 2024. It was republished March 2024.
retraction    -                    Retraction: The ferry was never sold.
"""


@pytest.mark.parametrize("form", FORMS.strip().splitlines())
def test_the_forms_that_newsrooms_print(form: str) -> None:
    kind, at, text = form.split(maxsplit=2)
    notice = found(text)
    assert notice.kind == kind
    assert (iso(notice.time.at) if notice.time else "-") == at
    assert notice.problems == ()
    assert notice.stated.rule == notice.rule


@pytest.mark.parametrize(
    "text",
    [
        "Corrections Policy",
        "Corrections policy: We mend what we get wrong.",
        "Corrections: please write to the desk.",
        "Correction: If you see an error, tell us.",
        "Correction",
        "Correction officers went on strike in Alder.",
        "Update 5.3",
        "Update 5.3: more fonts, fewer faults",
        "Update 23.11.08: mends the clock",
        "Update 2024-10: what is in it",
        "Update your software today, the council's engineers said.",
        "Update-driven growth lifted the maker's shares.",
        "Updates to the harbour plan are due in May.",
        "Updated guidance was issued on Monday.",
        "Updated 5 May guidance says that boats must carry lamps.",
        "Amended complaint filed in the ferry case",
        "Clarification of the rules came on Monday.",
        "The mayor said that an update was due, and that the plan was amended on 5 May 2024.",
        "This story originally appeared on The Tern.",
        "This story was originally published by The Tern.",
        "This story was originally published on May 5, 2020, by The Tern.",
        "First published on May 26, 1897, the novel has never been out of print.",
        "Published May 5, 2020",
        "This story is part of a series on harbours.",
        "This story is based on a press release.",
        "This story will be updated.",
        "This article was amended by parliament in 1995.",
        "This page is updated daily.",
        "An earlier version of the treaty was rejected.",
        "6:09 p.m. ET Thursday: The crowd left the quay.",
        "The ferry sailed at 9:11 a.m. ET on 10/24/24.",
        "",
        " \n ",
    ],
    ids=lambda text: text[:50].strip() or f"blank {len(text)}",
)
def test_what_only_looks_like_a_notice_is_none(text: str) -> None:
    assert notice_in(text, NEW_YORK) is None


@given(st.text())
def test_any_text_is_looked_at_without_failing(text: str) -> None:
    for known in (NOTHING, NEW_YORK):
        notice_in(text, known)


PIECES = "0 1 2 3 9 10 24 2024 / . : , - ( ) a.m. p.m. at on noon T Z ET BST GMT +01:00 Oct. March"
stamps = st.lists(st.sampled_from([" ", *PIECES.split()]), max_size=12).map("".join)
heads = st.sampled_from(
    [
        "Update ",
        "Updated ",
        "Correction: ",
        "Editor’s note, ",
        "This story was amended on ",
        "First published on ",
        "Published ",
        "[Ed. note ",
        "",
    ]
)


@given(heads, stamps, stamps, st.sampled_from(["", ": The quay is open.", " This story", "]"]))
def test_a_time_is_an_interval_that_holds_its_beginning_or_a_problem(
    head: str, one: str, other: str, tail: str
) -> None:
    for known in (NOTHING, NEW_YORK):
        notice = notice_in(f"{head}{one} {other}{tail}", known)
        if notice is None:
            continue
        for moment in times_of(notice):
            assert moment.basis is Basis.NOTICE
            assert moment.earliest == moment.at < moment.latest
        for earlier in notice.earlier:
            assert notice.time is not None
            assert earlier.at <= notice.time.at
        for problem in notice.problems:
            assert problem.isprintable()


def test_a_label_counts_with_the_zone_and_to_the_precision_in_which_it_is_printed() -> None:
    minute = found("Update 10/24/24, 9:11 a.m. ET: The ferry sails again.", NOTHING).time
    assert minute is not None
    assert (minute.precision, minute.zone) == (Precision.MINUTE, "America/New_York")
    assert iso(minute.latest) == "2024-10-24T13:12:00Z"
    day = found("Correction: Oct. 10, 2015").time
    assert day is not None
    assert (day.precision, day.resolved) == (Precision.DAY, ("zone:story",))


@pytest.mark.parametrize(
    ("text", "known", "why"),
    [
        ("Update, 10:58 p.m. ET: Two crews were found.", NOTHING, "without a date"),
        ("[Ed. note, Nov. 12 at 12:30 p.m. ET: A map.]", NOTHING, "without a date or year"),
        ("CORRECTION (04/10/2024): A map.", NEW_YORK, "either order"),
        ("Update 13:00 p.m. ET: A map.", NEW_YORK, "no such time of day"),
        ("Updated Feb. 30, 2024, 9 a.m. ET", NEW_YORK, "no such date"),
        ("Updated March 10, 2024, 2:30 a.m. ET", NEW_YORK, "does not exist"),
        ("Updated 5 p.m. ET Thursday", NOTHING, "without a date"),
        ("Updated Oct. 24, 2024, 9 a.m. XYZT", NEW_YORK, "unknown zone"),
        ("Updated Oct. 24, 2024, 9 a.m. Lilliput time", NEW_YORK, "unknown zone"),
        ("Updated October 2024, 9 a.m. ET", NEW_YORK, "not on which day"),
    ],
)
def test_a_time_that_cannot_be_told_is_a_problem_and_never_a_guess(
    text: str, known: Known, why: str
) -> None:
    notice = found(text, known)
    assert notice.time is None
    assert len(notice.problems) == 1
    assert why in notice.problems[0]


def test_a_zone_is_never_invented() -> None:
    """Without one, a time lies between the first and the last place on earth that shows it."""
    notice = found("Correction: Oct. 10, 2015", NOTHING)
    assert notice.time is not None
    assert (iso(notice.time.at), iso(notice.time.latest)) == (
        "2015-10-09T10:00:00Z",
        "2015-10-11T12:00:00Z",
    )
    assert (notice.time.zone, notice.time.resolved) == (None, ("zone:unknown",))
    assert len(notice.problems) == 1
    assert "without a zone" in notice.problems[0]


@pytest.mark.parametrize(
    ("printed", "offset"),
    [
        ("GMT", 0),
        ("GMT+8", 8),
        ("(GMT+8)", 8),
        ("GMT+08:00", 8),
        ("UTC+0300", 3),
        ("UTC +3", 3),
        ("UTC−3", -3),
        ("UTC-03:30", -3.5),
        ("UTC+5:30", 5.5),
        ("Moscow time", 3),
        ("(Berlin time)", 1),
        ("Beijing time", 8),
        ("New York Time", -5),
        ("Central European Time", 1),
        ("Central time", -6),
        ("Eastern Standard Time", -5),
        ("Eastern Daylight Savings Time", -4),
        ("India Standard Time", 5.5),
        ("(GMT+8, Beijing)", 8),
    ],
)
def test_a_printed_zone_counts_whatever_the_story_s_own(printed: str, offset: float) -> None:
    notice = found(f"Updated 5 November 2024 09:30 {printed}: It sails.", NEW_YORK)
    assert notice.time is not None
    assert notice.time.at == NOON + int((9.5 - 12 - offset) * HOUR)


@pytest.mark.parametrize(
    "text",
    [
        "Published Nov. 5, 2024 9:12 a.m. GMT, updated 12:00 p.m.",
        "Publié le 5 novembre 2024 à 9h12 GMT - Mis à jour à 12h00",
        "Veröffentlicht am 5.11.2024 um 9.12 Uhr GMT, aktualisiert um 12.00 Uhr",
        "First published: 5 November 2024 09:12 GMT. Updated at 12:00 GMT",
        "Erstveröffentlicht am 4. November 2024, aktualisiert am 5. November 2024, 12:00 GMT",
        "Updated Nov. 5, 2024 7 a.m. EST (1200 GMT)",
        "Mise à jour : 5 novembre 2024, 12 h 00 min GMT",
        "Editor's note: This story was first published on Nov. 1, 2024, and was updated on"
        " Nov. 5, 2024, at 12:00 p.m. GMT.",
    ],
)
def test_an_update_is_of_the_day_that_the_notice_gives(text: str) -> None:
    notice = found(text, Known(zone="America/New_York", captured=NOON + 4 * DAY))
    assert notice.time is not None
    assert (notice.kind, iso(notice.time.at)) == (NoticeKind.UPDATE, iso(NOON))


@pytest.mark.parametrize(
    "printed", ["10:12 p.m. ET, updated 1:30 a.m. ET", "11:12 p.m. EST, updated 1:30 a.m. ET",
                "10:12 p.m., updated 1:30 a.m. ET", "11:12 p.m. ET, updated 03:30 GMT"],
)  # fmt: skip
def test_an_update_by_an_earlier_clock_is_of_another_day(printed: str) -> None:
    notice = found(f"Published Nov. 4, 2024 {printed}")
    assert notice.time is not None
    assert notice.first_published is not None
    assert notice.time.at > notice.first_published.at
    assert notice.time.resolved == ("date:capture",)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Update 10/24/24, 9:11 a.m. ET\nThis time the ferry sails.", "2024-10-24T13:11:00Z"),
        ("Update 10/24/24, 9:11 a.m. ET\n\nReal Time analysis", "2024-10-24T13:11:00Z"),
        ("Update 10/24/24, 9:11 a.m. ET: Half Time: It sails.", "2024-10-24T13:11:00Z"),
        ("Updated 13:11 GMT-24 October 2024", "2024-10-24T13:11:00Z"),
        ("Updated 13:11 GMT - 24 October 2024", "2024-10-24T13:11:00Z"),
        ("This article was amended on 5 May 2017 to say that the ferry began on 3 May and on 7 May"
         " to add cargo.", "2017-05-05T04:00:00Z"),
        ("This article was amended on 5 May 2017 to name the U.S. He left on 6 and on 7 May 2017"
         " to add to it.", "2017-05-05T04:00:00Z"),
    ],
)  # fmt: skip
def test_what_follows_a_time_is_no_part_of_it(text: str, at: str) -> None:
    notice = found(text)
    assert notice.time is not None
    assert iso(notice.time.at) == at


@pytest.mark.parametrize(
    "then",
    ["Corrections officers have since been freed.", "Withdrawn troops have since returned.",
     "Updates on the ferry are here.", "Edited by Jane Doe."],
)  # fmt: skip
def test_prose_after_a_date_in_an_editors_note_is_no_change(then: str) -> None:
    notice = found(f"Editor's note: This story was first published on Nov. 1, 2019. {then}")
    assert notice.kind is NoticeKind.EDITORS_NOTE
    again = found(
        "Editor's note: This story was first published on Nov. 1, 2019."
        " It has been updated and republished."
    )
    assert again.kind is NoticeKind.REPUBLICATION


def test_an_ordinal_s_full_stop_ends_no_sentence() -> None:
    for paragraph in (
        "Das Schiff sank am 3. Oktober 2024 (aktualisiert am 5. November 2024).",
        "Zuletzt fuhr die Fähre am 4. November 2024, aktualisiert um 16:05 Uhr.",
    ):
        assert closing_notice(paragraph, NEW_YORK) is None
    told = closing_notice("Er kam um drei. Aktualisiert am 4. November 2024", NEW_YORK)
    assert told is not None
    assert told[0] == 16
    english = closing_notice("It cost 12. May 5, 2024 | Updated May 6, 2024", NEW_YORK)
    assert english is not None
    assert english[0] == 12


def test_the_outlets_order_of_day_and_month_decides() -> None:
    known = Known(zone="Europe/London", date_order=DateOrder.DAY_FIRST)
    time = found("CORRECTION (04/10/2024): The ferry has two masts.", known).time
    assert time is not None
    assert iso(time.at) == "2024-10-03T23:00:00Z"


def test_a_notice_may_state_several_times_and_the_last_is_its_own() -> None:
    notice = found(
        "This article was amended on 29 December 2016 and 3 January 2017 to add a map. "
        "It was further amended on 5 March 2017 to turn it round."
    )
    assert notice.time is not None
    assert iso(notice.time.at) == "2017-03-05T05:00:00Z"
    assert [iso(t.at) for t in notice.earlier] == ["2016-12-29T05:00:00Z", "2017-01-03T05:00:00Z"]
    twice = found(
        "This article was amended on 5 May 2017 to correct the fare, and on 7 May 2017 to add it."
    )
    assert twice.time is not None
    assert (iso(twice.time.at)[:10], len(twice.earlier)) == ("2017-05-07", 1)
    told = found("This article was amended on 5 May 2017 to say that he sailed on 1 and on 2 May.")
    assert told.time is not None
    assert (iso(told.time.at)[:10], told.earlier) == ("2017-05-05", ())


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (
            "Updated Nov. 19, 2019 8:21 am ET / Original Nov. 18, 2019 5 pm ET",
            "2019-11-18T22:00:00Z",
        ),
        ("Published Oct. 24, 2024 8 AM ET | Updated Oct. 24, 2024 9 AM ET", "2024-10-24T12:00:00Z"),
        ("First published on May 26 and updated with a map.", "2026-05-26T04:00:00Z"),
        ("First published: 26 May 2024 10:00 GMT", "2024-05-26T10:00:00Z"),
        ("This story was originally published in February 2024.", "2024-02-01T05:00:00Z"),
    ],
)
def test_the_first_publication_is_told_apart_from_the_update(text: str, first: str) -> None:
    notice = found(text)
    assert notice.first_published is not None
    assert iso(notice.first_published.at) == first
    assert notice.time is None or notice.time.at > notice.first_published.at


def test_a_first_day_is_in_the_zone_that_is_printed_after_it() -> None:
    said = "Published Oct. 24, 2024 Updated Oct. 24, 2024, 11:42 a.m. ET"
    notice = notice_in(said, Known())
    assert notice is not None
    assert notice.first_published is not None
    assert iso(notice.first_published.at) == "2024-10-24T04:00:00Z"
    assert notice.problems == ()


def test_which_notices_say_that_another_text_stood_before() -> None:
    assert found("Update: The quay is open.").implies_earlier_text
    assert found("First published on May 26 and updated with a map.").implies_earlier_text
    assert not found("First published on May 26, 2024.").implies_earlier_text
    assert not found("Editor’s note: A reader lent us the map.").implies_earlier_text


def test_an_editors_note_that_says_what_was_done_is_of_that_kind() -> None:
    corrected = found("Editor’s note: This story has been corrected to spell the pilot's name.")
    assert corrected.kind is NoticeKind.CORRECTION
    assert corrected.rule == "en.editors-note+en.was-corrected"
    dated = found("Editor's note, 5 May 2024: This story was updated with a map.")
    assert dated.kind is NoticeKind.UPDATE
    assert dated.time is not None


def test_a_time_that_a_sentence_merely_begins_with_is_not_the_notices() -> None:
    for text in (
        "Update: On Oct. 10, the mayor opened the quay.",
        "Update: At 5 p.m., the mayor opened the quay.",
        "Update: Oct. 10 races are off.",
        "Correction: On Oct. 10, 2024, we misnamed the ferry.",
        "Correction: The law was amended on May 5, 2020, not on May 6.",
    ):
        assert found(text).time is None, text


def test_a_time_alone_ends_its_line_and_a_label_alone_awaits_its_text() -> None:
    assert found("Updated Aug. 31, 2026, 6:07 p.m. ET\nThe quay is open.").whole_line
    assert found("Correction: Oct. 10, 2015").unfinished
    assert not found("Update 10/24/24, 9:11 a.m. ET: The quay is open.").whole_line


def test_rules_have_ids_of_their_own() -> None:
    meant: dict[str, object] = {}
    forms: tuple[Label | Verb, ...] = (*ALL_LABELS, *ALL_VERBS)
    for form in forms:
        assert meant.setdefault(form.id, form.kind) == form.kind


@pytest.mark.parametrize(
    "bait",
    [
        "Update ",
        "Update 10/24/24, ",
        "Updated Oct. 10 ",
        "This story ",
        "This story was also further later ",
        "This article was amended on 29 December 2016 and ",
        "1 ",
        "1:1",
        "10/24/24 ",
        "[(*_>",
        "May ",
        "an earlier version of ",
        "first published on ",
        "Editor's note",
        " ",
        "\n",
        "É",
    ],
    ids=lambda bait: bait.strip()[:20] or repr(bait),
)
def test_a_megabyte_of_bait_takes_no_longer_than_a_line(bait: str) -> None:
    text = bait * (1_000_000 // len(bait))
    began = time.process_time()
    for head in ("", "Update 10/24/24", "This story was updated", "First published on "):
        notice_in(head + text, NEW_YORK)
    assert time.process_time() - began < 1


@given(st.text(max_size=50))
def test_what_lies_beyond_the_window_changes_nothing(tail: str) -> None:
    text = "Correction: The ferry has two masts. ".ljust(WINDOW, "x")
    assert notice_in(text + tail, NEW_YORK) == notice_in(text, NEW_YORK)


def test_the_dated_items_of_a_live_story_are_told_by_paragraph() -> None:
    text = (
        "Storm nears the coast\n\nBy Lee Amos\n\n"
        "6:42 a.m. ET Oct. 24: Ferries to both islands are cancelled.\n\n"
        "A picture of the quay, seen on Thursday.\nPhoto: Kit Lane\n\n"
        "6:02 a.m. ET Oct. 24: Two roads are under water."
    )
    reading = read_text(text, Known("America/New_York", captured=CAPTURED))
    told = [
        (reading.article.paragraphs[item.paragraph][:9], item.time and iso(item.time.at)[11:16])
        for item in reading.items
    ]
    assert told == [("6:42 a.m.", "10:42"), ("6:02 a.m.", "10:02")]


@pytest.mark.parametrize(
    ("places", "found"),
    [
        (None, ["Update", "Correction"]),
        (NoticePlace.FOOT, ["Correction"]),
        (NoticePlace.BOTH, ["Correction"]),
        (NoticePlace.TOP, []),
        (NoticePlace.METADATA, []),
    ],
)
def test_where_an_outlet_has_its_notices_settles_what_is_doubtful(
    places: NoticePlace | None, found: list[str]
) -> None:
    """What only its label makes a notice is text elsewhere; nothing of it is lost."""
    text = (
        "Bridge shut\n\nThe bridge is shut until noon on Friday, the city said on Thursday.\n\n"
        "Update: the ferry sails at noon instead, from the north quay.\n\n"
        "It will be opened again on Monday.\n\nCorrection: The bridge is 40 meters long."
    )
    article = read_text(text, Known("UTC", notices=places)).article
    assert [notice.printed.split(":")[0] for notice in article.notices] == found
    assert len(article.notices) + len(article.paragraphs) == 4


def test_what_says_so_of_the_story_is_a_notice_wherever_it_stands() -> None:
    text = "Bridge shut\n\nThis article was amended on 3 May 2024 to add a map.\n\nIt is shut."
    (notice,) = read_text(text, Known("UTC", notices=NoticePlace.FOOT)).article.notices
    assert notice.printed.startswith("This article was amended")


def test_an_outlet_s_language_tells_day_from_month() -> None:
    text = "Brug dicht\n\nDe brug is dicht.\n\nUpdate 3/4/2024, 12:45: de brug is open."
    (notice,) = read_text(text, Known("Europe/Amsterdam", language=Language.DUTCH)).notices
    assert notice.time is not None
    assert iso(notice.time.at) == "2024-04-03T10:45:00Z"
    assert "date-order:outlet-language" in notice.time.resolved
    (notice,) = read_text(text, Known("Europe/Amsterdam", language=Language.ENGLISH)).notices
    assert notice.time is None
