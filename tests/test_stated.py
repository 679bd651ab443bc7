"""Times as people state them: what is read, what is resolved, and what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import variorum
from variorum.adapters.library import OpenArchive
from variorum.domain.errors import NothingInForceError, UsageError
from variorum.domain.stated import (
    TIME,
    ZONE,
    Known,
    Statement,
    describe,
    instant_asked,
    parse,
    read,
    stated_time,
    statement_of,
)
from variorum.domain.times import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Basis,
    DateOrder,
    Precision,
    iso,
    to_datetime,
    to_instant,
    zone_named,
)

NOTHING = Known()
NEW_YORK = Known(zone="America/New_York")


def instant(text: str) -> int:
    return to_instant(datetime.fromisoformat(text))


def read_time_only(text: str) -> Statement:
    """The statement of a time of day: `parse` demands a date, notices need none."""
    match = re.compile(rf"{TIME}\s{ZONE}", re.IGNORECASE).fullmatch(text)
    assert match is not None
    return statement_of(match)


whole_seconds = st.integers(instant("1970-01-01T00:00Z"), instant("2099-12-31T00:00Z")).map(
    lambda at: at // SECOND * SECOND
)
offsets = st.integers(-14 * 4, 14 * 4).map(
    lambda q: f"{'-' if q < 0 else '+'}{abs(q) // 4:02d}:{abs(q) % 4 * 15:02d}"
)


@given(st.integers(instant("0002-01-01T00:00Z"), instant("9998-12-31T00:00Z")), offsets)
def test_what_iso_writes_is_read_back_as_the_same_instant(at: int, offset: str) -> None:
    assert instant_asked(iso(at), NOTHING) == at
    assert instant_asked(iso(at, zone_named(offset)), NOTHING) == at


@given(whole_seconds, st.sampled_from(["ET", "CT", "MT", "PT"]))
def test_the_forms_of_print_mean_what_iso_means(at: int, label: str) -> None:
    """American forms are read in the region's time, daylight saving as the date demands."""
    region = {"ET": "New_York", "CT": "Chicago", "MT": "Denver", "PT": "Los_Angeles"}[label]
    local = to_datetime(at // MINUTE * MINUTE, zone_named(f"America/{region}"))
    hour, half = (local.hour - 1) % 12 + 1, "a.m." if local.hour < 12 else "p.m."
    day, year, minute = local.day, local.year, local.minute
    expected = stated_time(f"{local:%Y-%m-%d %H:%M} America/{region}", NOTHING)
    for form in (
        f"{local:%B} {day}, {year}, {hour}:{minute:02d} {half} {label}",
        f"{local:%b}. {day}, {year} at {hour}:{minute:02d} {half.replace('.', '')} {label}",
        f"{local:%A}, {local:%b} {day}, {year} {hour}:{minute:02d}{half.upper()} {label}",
        f"{day} {local:%B} {year} {local:%H:%M} {label}",
        f"{local:%Y-%m-%d}T{local:%H:%M} {label}",
    ):
        assert stated_time(form, NOTHING) == expected, form
    if "hour:twice" not in expected.resolved:
        assert expected.at == at // MINUTE * MINUTE


@given(st.text(max_size=60), st.sampled_from([NOTHING, NEW_YORK, Known("UTC", None, 0)]))
def test_anything_else_is_refused_in_one_clear_line(text: str, known: Known) -> None:
    try:
        published = stated_time(text, known)
    except UsageError as refusal:
        message = refusal.message
    else:
        assert published.earliest is not None
        assert published.earliest <= published.at < published.latest
        return
    assert message.isprintable()
    assert len(message) < 300


@pytest.mark.parametrize(
    "junk",
    [
        "20241024",
        "20241024T0911Z",
        "2024-10-24T",
        "2024/10/24",
        "10/24",
        "24",
        "9:11",
        "yesterday",
        "2024-10-24 09:12 ET ET",
        "2024-10-24 09:12 soon",
        "10/24/20245",
        "auguſt 5, 2024 UTC",
        "Aprİl 5, 2024 UTC",
        "",
        "2024-10-24 " * 10_000,
    ],
    ids=lambda junk: junk[:20] or "nothing",
)
def test_junk_is_refused_with_a_line_that_shows_how_to_write_it(junk: str) -> None:
    with pytest.raises(UsageError, match=r"^(?:not a time: |no such month: )") as refusal:
        stated_time(junk, NEW_YORK)
    assert "\n" not in refusal.value.message
    assert len(refusal.value.message) < 200


@pytest.mark.parametrize(
    ("text", "at", "length"),
    [
        ("2024-10-24T09:12-04:00", "2024-10-24T13:12Z", MINUTE),
        ("2024-10-24T09:12:30-0400", "2024-10-24T13:12:30Z", SECOND),
        ("2024-10-24T13:12Z", "2024-10-24T13:12Z", MINUTE),
        ("2024-10-24 09:12 ET", "2024-10-24T13:12Z", MINUTE),
        ("2024-10-24 09:12 America/New_York", "2024-10-24T13:12Z", MINUTE),
        ("10/24/24, 9:11 a.m. ET", "2024-10-24T13:11Z", MINUTE),
        ("Oct. 24, 2024 at 9 p.m. PT", "2024-10-25T04:00Z", HOUR),
        ("24 October 2024 21:40 GMT", "2024-10-24T21:40Z", MINUTE),
        ("Thursday, Oct. 24, 2024, noon ET", "2024-10-24T16:00Z", MINUTE),
        ("24 Oct 2024 2140 GMT", "2024-10-24T21:40Z", MINUTE),
        ("24 Oct 2024 21:40 UTC+2", "2024-10-24T19:40Z", MINUTE),
        ("Jan. 5, 2024, 9 a.m. ET", "2024-01-05T14:00Z", HOUR),
        ("July 5, 2024, 9 a.m. ET", "2024-07-05T13:00Z", HOUR),
        ("July 5, 2024, 9 a.m. EST", "2024-07-05T14:00Z", HOUR),
        ("July 5, 2024, 9 a.m. Eastern time", "2024-07-05T13:00Z", HOUR),
        ("2024-10-24 UTC", "2024-10-24T00:00Z", DAY),
        ("February 2023 UTC", "2023-02-01T00:00Z", 28 * DAY),
        ("2023-02 UTC", "2023-02-01T00:00Z", 28 * DAY),
    ],
)
def test_a_stated_time_counts_from_its_beginning(text: str, at: str, length: int) -> None:
    published = stated_time(text, NOTHING)
    assert iso(published.at) == iso(instant(at))
    assert published.earliest == published.at
    assert published.latest == published.at + length
    assert published.basis is Basis.STATED


def test_a_fraction_is_read_to_the_microsecond() -> None:
    published = stated_time("2024-10-24T13:12:30.1234567Z", NOTHING)
    assert iso(published.at) == "2024-10-24T13:12:30.123456Z"
    assert published.latest - published.at == 1


def test_day_and_month_in_figures_are_told_apart_only_where_they_can_be() -> None:
    assert iso(stated_time("10/24/24 UTC", NOTHING).at) == "2024-10-24T00:00:00Z"
    assert iso(stated_time("24/10/2024 UTC", NOTHING).at) == "2024-10-24T00:00:00Z"
    assert iso(stated_time("4.4.2024 UTC", NOTHING).at) == "2024-04-04T00:00:00Z"
    with pytest.raises(UsageError, match="10/4 could be a day and a month in either"):
        stated_time("10/04/24 UTC", NOTHING)
    american = stated_time("10/04/24 UTC", Known(date_order=DateOrder.MONTH_FIRST))
    british = stated_time("10/04/24 UTC", Known(date_order=DateOrder.DAY_FIRST))
    assert iso(american.at) == "2024-10-04T00:00:00Z"
    assert iso(british.at) == "2024-04-10T00:00:00Z"
    assert "date-order:story" in american.resolved


def test_a_year_of_two_figures_is_a_recent_one_and_a_year_of_four_is_itself() -> None:
    assert iso(stated_time("10/24/69 UTC", NOTHING).at) == "1969-10-24T00:00:00Z"
    assert iso(stated_time("10/24/68 UTC", NOTHING).at) == "2068-10-24T00:00:00Z"
    assert iso(stated_time("10/24/0068 UTC", NOTHING).at) == "0068-10-24T00:00:00Z"


def test_a_time_without_a_zone_is_the_storys_or_is_refused() -> None:
    published = stated_time("2024-10-24 09:12", NEW_YORK)
    assert iso(published.at) == "2024-10-24T13:12:00Z"
    assert published.zone == "America/New_York"
    assert published.resolved == ("zone:story",)
    with pytest.raises(UsageError, match="--zone"):
        stated_time("2024-10-24 09:12", NOTHING)


@pytest.mark.parametrize(
    ("label", "zone", "at"),
    [
        ("BST", "Europe/London", "2024-07-05T08:00Z"),
        ("IST", "Asia/Kolkata", "2024-07-05T03:30Z"),
        ("IST", "Europe/Dublin", "2024-07-05T08:00Z"),
        ("IST", "Asia/Jerusalem", "2024-01-05T07:00Z"),
        ("CST", "America/Chicago", "2024-01-05T15:00Z"),
        ("CST", "Asia/Shanghai", "2024-01-05T01:00Z"),
    ],
)
def test_an_ambiguous_label_is_decided_by_a_zone_that_goes_by_it(
    label: str, zone: str, at: str
) -> None:
    published = stated_time(f"{at[:10]} 09:00 {label}", Known(zone=zone))
    assert iso(published.at) == iso(instant(at))
    assert (published.zone, published.resolved) == (zone, ("zone:story",))


@pytest.mark.parametrize(
    ("label", "zone"),
    [
        ("BST", None),
        ("IST", None),
        ("CST", None),
        ("CST", "Europe/London"),
        ("BST", "Asia/Kolkata"),
    ],
)
def test_an_ambiguous_label_is_otherwise_an_interval_and_no_answer_to_a_question(
    label: str, zone: str | None
) -> None:
    known = Known(zone=zone)
    published = stated_time(f"2024-07-05 09:00 {label}", known)
    assert published.resolved == ("zone:ambiguous",)
    assert published.latest - published.at > HOUR
    with pytest.raises(UsageError, match=f"{label} has several meanings"):
        instant_asked(f"2024-07-05 09:00 {label}", known)


def test_an_hour_that_occurs_twice_is_an_interval_and_no_answer_to_a_question() -> None:
    published = stated_time("2024-11-03 01:30", NEW_YORK)
    assert published.latest - published.at == HOUR + MINUTE
    assert "hour:twice" in published.resolved
    with pytest.raises(UsageError, match="occurs twice"):
        instant_asked("2024-11-03 01:30", NEW_YORK)
    assert iso(instant_asked("2024-11-03 01:30 EDT", NEW_YORK)) == "2024-11-03T05:30:00Z"


@pytest.mark.parametrize(
    ("text", "zone", "at"),
    [
        ("2024-11-03 01:30 CST", "America/Chicago", "2024-11-03T07:30:00Z"),
        ("2024-10-27 01:30 BST", "Europe/London", "2024-10-27T00:30:00Z"),
        ("2024-10-27 01:30 IST", "Asia/Jerusalem", "2024-10-26T23:30:00Z"),
    ],
)
def test_a_label_tells_which_of_the_two_hours_is_meant(text: str, zone: str, at: str) -> None:
    known = Known(zone=zone)
    published = stated_time(text, known)
    assert (iso(published.at), published.latest - published.at) == (at, MINUTE)
    assert iso(instant_asked(text, known)) == at


def test_a_time_of_day_needs_its_day() -> None:
    for text in ("2024-11 10:12 UTC", "November 2024, 10:12 UTC"):
        with pytest.raises(UsageError, match="not on which day"):
            stated_time(text, NOTHING)


def test_an_hour_that_does_not_exist_is_refused() -> None:
    for text, zone in (
        ("2024-03-10 02:30 CST", "America/Chicago"),
        ("2024-03-31 01:30 BST", "Europe/London"),
    ):
        with pytest.raises(UsageError, match="does not exist"):
            stated_time(text, Known(zone=zone))
    with pytest.raises(UsageError, match="does not exist in America/New_York"):
        stated_time("2024-03-10 02:30", NEW_YORK)


@given(whole_seconds, st.integers(0, 366 * DAY), st.sampled_from(["America/New_York", "UTC"]))
def test_a_missing_year_is_the_last_before_the_capture(at: int, later: int, zone: str) -> None:
    captured = at + later
    local = to_datetime(at, zone_named(zone))
    statement = parse(f"{local:%B} {local.day}, {local:%H:%M}")
    published = read(statement, Known(zone=zone, captured=captured), Basis.NOTICE)
    assert "year:capture" in published.resolved
    assert published.at <= captured
    shown = to_datetime(published.at, zone_named(zone))
    assert (shown.month, shown.day) == (local.month, local.day)


def test_a_missing_date_is_the_captures_or_the_day_before() -> None:
    statement = read_time_only("10:58 p.m. ET")
    morning = Known(captured=instant("2024-10-24T13:30Z"))
    night = Known(captured=instant("2024-10-25T02:59Z"))
    assert iso(read(statement, morning, Basis.NOTICE).at) == "2024-10-24T02:58:00Z"
    assert iso(read(statement, night, Basis.NOTICE).at) == "2024-10-25T02:58:00Z"
    with pytest.raises(UsageError, match="--captured"):
        read(statement, NEW_YORK, Basis.NOTICE)


def test_a_missing_date_is_found_in_the_zone_that_an_ambiguous_label_turns_out_to_mean() -> None:
    """At 23:00 UTC it is half past four in the next morning in Kolkata."""
    known = Known(zone="Asia/Kolkata", captured=instant("2024-07-05T23:00Z"))
    published = read(read_time_only("3 a.m. IST"), known, Basis.NOTICE)
    assert iso(published.at) == "2024-07-05T21:30:00Z"


def test_military_time_is_not_taken_for_a_year() -> None:
    known = Known(captured=instant("2024-10-24T00:00Z"))
    assert iso(stated_time("Oct. 10, 2330 GMT", known).at) == "2024-10-10T23:30:00Z"
    assert iso(stated_time("10 Oct 2330 GMT", known).at) == "2024-10-10T23:30:00Z"


@given(whole_seconds)
def test_what_is_described_to_people_can_be_asked_again(at: int) -> None:
    for precision, text in (("minute", "%Y-%m-%d %H:%M UTC"), ("second", "%Y-%m-%d %H:%M:%S UTC")):
        published = stated_time(to_datetime(at).strftime(text), NOTHING)
        assert published.precision == precision
        assert instant_asked(describe(published), NOTHING) == published.at


ZONES = (
    *("UTC", "+05:30", "-12:00", "America/New_York", "Asia/Tokyo", "Europe/Oslo"),
    *("Pacific/Auckland", "Pacific/Kiritimati", "ET", "IST", "BST", "CST", "AST"),
)


@given(
    st.dates(date(1950, 1, 1), date(2090, 1, 1)),
    st.sampled_from(ZONES),
    st.sampled_from((None, "UTC", "-04:00", "America/New_York", "Asia/Kolkata", "Asia/Tokyo")),
    st.sampled_from(("%Y-%m-%d", "%Y-%m")),
)
def test_a_day_or_month_is_described_as_it_was_stated_whatever_the_zone(
    day: date, zone: str, storys: str | None, form: str
) -> None:
    """With what is known of its zone, so that it can be asked again."""
    published = stated_time(f"{day.strftime(form)} {zone}", NOTHING)
    described = describe(published, storys)
    assert described.split()[0] == day.strftime(form)
    assert instant_asked(described, Known(zone=storys)) == published.at


def test_a_time_is_described_as_precisely_as_it_is_known() -> None:
    assert describe(stated_time("2024-10-24 09:12 ET", NOTHING)) == "2024-10-24 09:12 EDT"
    assert describe(stated_time("2024-10-24", NEW_YORK), NEW_YORK.zone) == "2024-10-24"
    assert describe(stated_time("October 2024", NEW_YORK), NEW_YORK.zone) == "2024-10"
    assert stated_time("2024-10", NEW_YORK).precision is Precision.MONTH
    assert to_datetime(stated_time("2024-10", Known(zone="UTC")).at, UTC).day == 1


@given(st.datetimes(), st.sampled_from("+-"), st.integers(0, 99), st.integers(0, 99))
def test_an_exact_time_is_read_as_any_other_is(
    local: datetime, sign: str, hours: int, minutes: int
) -> None:
    text = f"{local:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + f"{sign}{hours:02}:{minutes:02}"
    try:
        expected = read(parse(text), NEW_YORK, Basis.STATED)
    except UsageError:
        with pytest.raises(UsageError):
            stated_time(text, NEW_YORK)
    else:
        assert stated_time(text, NEW_YORK) == expected


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenArchive]:
    """Its story has not begun yet, so that each answer says about which instant it is."""
    path: Path = tmp_path_factory.mktemp("stated") / "archive.db"
    with variorum.open(path, create=True) as opened:
        opened.record("ferry", "It sails.", published="9999-12-30T00:00Z")
        yield opened


@given(at=st.integers(-62_000_000_000, 253_000_000_000), zone=st.timezones())
def test_an_aware_datetime_is_its_instant(archive: OpenArchive, at: int, zone: tzinfo) -> None:
    """Also of a zone's early years, whose clocks went by the sun, to the second."""
    with pytest.raises(NothingInForceError) as raised:
        archive.story("ferry").at(to_datetime(at * SECOND, zone))
    assert raised.value.detail["at"] == iso(at * SECOND)
