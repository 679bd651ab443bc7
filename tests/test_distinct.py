"""Different names are counted, however often and in whatever order they come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.domain import distinct
from variorum.domain.distinct import Distinct


@pytest.mark.parametrize("most", [1, 3, 1 << 16])
@given(told=st.lists(st.lists(st.text(max_size=2))))
def test_each_name_counts_once(most: int, told: list[list[str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distinct, "_MOST_NEW", most)
        whole = Distinct()
        for names in told:
            part = Distinct()
            for name in names:
                part.add(name)
            assert len(part) == len(set(names))
            whole.add_all(part)
    assert len(whole) == len({name for names in told for name in names})
