"""What was used last is kept, up to a size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from variorum.domain.recent import Recent

LIMIT = 10


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 12))))
def test_the_youngest_are_kept_that_the_size_has_room_for(
    uses: list[tuple[bool, int, int]],
) -> None:
    """Whatever is put in and used: as many of the youngest as there is room for, and the last."""
    recent: Recent[int, int] = Recent(LIMIT)
    youngest: dict[int, int] = {}
    for is_new, key, size in uses:
        if is_new:
            recent.keep(key, size, size)
            youngest = {key: size, **{k: v for k, v in youngest.items() if k != key}}
        elif key in youngest:
            recent.used(key)
            youngest = {key: youngest[key], **youngest}
        while sum(youngest.values()) > LIMIT and len(youngest) > 1:
            youngest.popitem()
        assert {key: recent.get(key) for key in range(6) if recent.get(key) is not None} == youngest


def test_nothing_is_left_after_all_was_dropped() -> None:
    """Also not of the size: what comes then has the whole room."""
    recent: Recent[str, int] = Recent(LIMIT)
    recent.keep("a", 1, 9)
    recent.clear()
    recent.keep("b", 2, 6)
    recent.keep("c", 3, 4)
    assert [recent.get(key) for key in "abc"] == [None, 2, 3]
