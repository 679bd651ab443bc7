"""Instants, zones and civil times: what a wall-clock time means where clocks are changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import available_timezones

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from variorum.domain.errors import UsageError
from variorum.domain.times import (
    DAY,
    FIRST_INSTANT,
    HOUR,
    LAST_INSTANT,
    MINUTE,
    SECOND,
    Basis,
    CivilTime,
    Precision,
    PublishedTime,
    captured_time,
    instants_of,
    iso,
    place,
    to_datetime,
    to_instant,
    zone_named,
)

NEW_YORK = zone_named("America/New_York")


def instant(text: str) -> int:
    return to_instant(datetime.fromisoformat(text))


instants = st.integers(instant("1900-01-01T00:00Z"), instant("2037-01-01T00:00Z"))
recent = st.integers(instant("1975-01-01T00:00Z"), instant("2036-01-01T00:00Z"))
changing_zones = st.sampled_from(
    [
        "Africa/Casablanca",
        "America/Havana",
        "America/New_York",
        "America/Santiago",
        "Asia/Jerusalem",
        "Australia/Lord_Howe",
        "Europe/Berlin",
        "Europe/London",
        "Pacific/Auckland",
    ]
)
zone_names = st.sampled_from(sorted(available_timezones()))
offsets = st.integers(-23 * 60, 23 * 60).map(
    lambda m: f"{'-' if m < 0 else '+'}{abs(m) // 60:02d}:{abs(m) % 60:02d}"
)


def civil_at(moment: datetime, precision: Precision) -> CivilTime:
    """The civil time that `moment` shows, to a precision."""
    finest = ["month", "day", "hour", "minute", "second"].index(precision)
    civil = CivilTime(moment.year, moment.month)
    for unit in ("day", "hour", "minute", "second")[:finest]:
        civil = replace(civil, **{unit: getattr(moment, unit)})
    return civil


def shows(at: int, zone: tzinfo, civil: CivilTime) -> bool:
    """Whether clocks in `zone` show `civil` at an instant."""
    return civil_at(to_datetime(at, zone), civil.precision) == civil


def next_change(start: int, zone: tzinfo) -> int | None:
    """The first instant within a year after `start` at which clocks in `zone` are changed."""

    def offset(at: int) -> timedelta | None:
        return to_datetime(at, zone).utcoffset()

    before = start
    for step in range(1, 54):
        after = start + step * 7 * DAY
        if offset(after) != offset(before):
            while after - before > 1:
                middle = (before + after) // 2
                before, after = (
                    (middle, after) if offset(middle) == offset(before) else (before, middle)
                )
            return after
        before = after
    return None


@given(st.integers(FIRST_INSTANT, LAST_INSTANT), offsets)
def test_iso_says_exactly_the_instant_in_any_offset(at: int, offset: str) -> None:
    day_inside = min(max(at, FIRST_INSTANT + DAY), LAST_INSTANT - DAY)
    for zone in (UTC, zone_named(offset)):
        assert to_instant(datetime.fromisoformat(iso(day_inside, zone))) == day_inside
    assert to_instant(datetime.fromisoformat(iso(at))) == at


def test_iso_has_a_fraction_only_where_there_is_one() -> None:
    assert iso(instant("2024-10-24T13:11Z")) == "2024-10-24T13:11:00Z"
    assert iso(instant("2024-10-24T13:11:00.5Z")) == "2024-10-24T13:11:00.500000Z"
    assert iso(instant("2024-10-24T13:11Z"), NEW_YORK) == "2024-10-24T09:11:00-04:00"


@given(instants, zone_names)
def test_what_a_clock_shows_leads_back_to_the_instant(at: int, name: str) -> None:
    zone = zone_named(name)
    local = to_datetime(at, zone).replace(tzinfo=None)
    found = instants_of(local, zone)
    assert at in found
    assert len(found) <= 2
    assert all(to_datetime(one, zone).replace(tzinfo=None) == local for one in found)


@given(instants, zone_names, st.sampled_from(list(Precision)))
def test_a_civil_time_lasts_from_its_beginning_to_that_of_the_next(
    at: int, name: str, precision: Precision
) -> None:
    zone = zone_named(name)
    civil = civil_at(to_datetime(at, zone), precision)
    try:
        published = place(civil, zone, basis=Basis.STATED, zone_name=name)
    except UsageError:
        # Its beginning is in a gap: half an hour of the hour was skipped, as on Lord Howe Island.
        assert not instants_of(civil.begins(), zone)
        return
    assert published.precision == precision
    assert published.earliest == published.at <= at < published.latest
    assert shows(published.at, zone, civil)
    assert shows(published.latest - 1, zone, civil)
    assert not shows(published.at - 1, zone, civil)
    assert not shows(published.latest, zone, civil)


@given(recent, changing_zones, st.data())
def test_times_that_clocks_skip_are_refused_and_those_they_repeat_are_intervals(
    start: int, name: str, data: st.DataObject
) -> None:
    zone = zone_named(name)
    change = next_change(start, zone)
    assume(change is not None)
    assert change is not None
    before = to_datetime(change - 1, zone).utcoffset()
    after = to_datetime(change, zone).utcoffset()
    assert before is not None
    assert after is not None
    shift = (after - before) // timedelta(microseconds=1)
    edge = to_datetime(change, zone).replace(tzinfo=None) - max(after - before, timedelta())
    within = data.draw(st.integers(0, abs(shift) - 1))
    local = edge + timedelta(microseconds=within // SECOND * SECOND)
    civil = civil_at(local, Precision.SECOND)
    found = instants_of(local, zone)
    if shift > 0:
        assert not found
        with pytest.raises(UsageError, match="does not exist"):
            place(civil, zone, basis=Basis.STATED, zone_name=name)
    else:
        assert len(found) == 2
        published = place(civil, zone, basis=Basis.STATED, zone_name=name)
        assert "hour:twice" in published.resolved
        assert (published.at, published.latest) == (found[0], found[1] + SECOND)


@pytest.mark.parametrize(
    ("civil", "length"),
    [
        pytest.param(CivilTime(2024, 2), 29 * DAY, id="month"),
        pytest.param(CivilTime(2024, 2, 29), DAY, id="day"),
        pytest.param(CivilTime(2024, 2, 29, 21), HOUR, id="hour"),
        pytest.param(CivilTime(2024, 2, 29, 21, 40), MINUTE, id="minute"),
        pytest.param(CivilTime(2024, 2, 29, 21, 40, 7), SECOND, id="second"),
        pytest.param(CivilTime(2024, 2, 29, 21, 40, 7, 500_000, 1), SECOND // 10, id="tenth"),
    ],
)
def test_a_time_counts_from_its_beginning(civil: CivilTime, length: int) -> None:
    published = place(civil, UTC, basis=Basis.NOTICE, zone_name="UTC")
    assert published.at == published.earliest == to_instant(civil.begins().replace(tzinfo=UTC))
    assert published.latest - published.at == length


def test_a_day_on_which_clocks_change_is_as_long_as_it_was() -> None:
    spring = place(CivilTime(2024, 3, 10), NEW_YORK, basis=Basis.STATED, zone_name=None)
    autumn = place(CivilTime(2024, 11, 3), NEW_YORK, basis=Basis.STATED, zone_name=None)
    assert spring.latest - spring.at == 23 * HOUR
    assert autumn.latest - autumn.at == 25 * HOUR
    assert "hour:twice" not in autumn.resolved


def test_a_day_may_begin_after_midnight_or_have_midnight_twice() -> None:
    asuncion, havana = zone_named("America/Asuncion"), zone_named("America/Havana")
    late = place(CivilTime(2017, 10, 1), asuncion, basis=Basis.STATED, zone_name=None)
    assert iso(late.at, asuncion) == "2017-10-01T01:00:00-03:00"
    eve = place(CivilTime(2023, 11, 4), havana, basis=Basis.STATED, zone_name=None)
    assert eve.latest - eve.at == DAY
    month = place(CivilTime(2017, 9), asuncion, basis=Basis.STATED, zone_name=None)
    assert month.latest == late.at


def test_a_day_that_a_country_skipped_is_refused() -> None:
    with pytest.raises(UsageError, match="2011-12-30 does not exist in Pacific/Apia"):
        place(
            CivilTime(2011, 12, 30),
            zone_named("Pacific/Apia"),
            basis=Basis.STATED,
            zone_name="Pacific/Apia",
        )


@pytest.mark.parametrize(
    "civil",
    [
        pytest.param(CivilTime(2023, 2, 29), id="no leap year"),
        pytest.param(CivilTime(2024, 13), id="month 13"),
        pytest.param(CivilTime(0, 1), id="year 0"),
        pytest.param(CivilTime(2024, 1, 1, 24), id="hour 24"),
        pytest.param(CivilTime(9999, 12, 31), id="no day after"),
    ],
)
def test_what_no_calendar_has_is_refused(civil: CivilTime) -> None:
    with pytest.raises(UsageError):
        place(civil, UTC, basis=Basis.STATED, zone_name="UTC")


@given(st.integers(1, 2), st.integers(1, 28), zone_names)
def test_the_edges_of_the_calendar_are_refused_or_inside_it(
    month: int, day: int, name: str
) -> None:
    for year in (1, 9999):
        civil = CivilTime(year, month if year == 1 else 13 - month, day)
        try:
            published = place(civil, zone_named(name), basis=Basis.STATED, zone_name=name)
        except UsageError:
            continue
        assert FIRST_INSTANT <= published.at < published.latest <= LAST_INSTANT


@given(st.text(max_size=40))
def test_only_zones_that_exist_have_a_name(name: str) -> None:
    try:
        zone = zone_named(name)
    except UsageError:
        return
    assert to_datetime(0, zone).utcoffset() is not None


def test_a_naive_datetime_is_no_instant() -> None:
    with pytest.raises(UsageError, match="has no zone"):
        to_instant(datetime(2024, 10, 24, 9, 12))  # noqa: DTZ001 - that it has none is the point


def test_a_captured_time_counts_from_the_capture() -> None:
    published = captured_time(5 * DAY, earliest=4 * DAY)
    assert (published.at, published.earliest, published.latest) == (5 * DAY, 4 * DAY, 5 * DAY)


@pytest.mark.parametrize(
    ("earliest", "at", "latest"),
    [(1, 0, 2), (0, 2, 1), (None, LAST_INSTANT + 1, LAST_INSTANT + 2)],
    ids=["earliest after at", "latest before at", "after the year 9999"],
)
def test_a_published_time_is_ordered(earliest: int | None, at: int, latest: int) -> None:
    with pytest.raises(ValueError, match=r"^(?:a published time|earliest|latest) "):
        PublishedTime(
            at=at,
            earliest=earliest,
            latest=latest,
            precision=Precision.SECOND,
            basis=Basis.STATED,
        )
