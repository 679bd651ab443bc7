"""Projections that follow the log at a distance, and how any projection is made anew.

A *projection* is rows made from the events of a log, which can be thrown away and made again. The
catalogue is written in each append; those of FOLLOWING catch up afterwards, in chunks, each chunk
in one transaction with the row that tracks how far they are: every event counts exactly once.
"""

from __future__ import annotations

from variorum.adapters.projections.tally import TALLY

FOLLOWING = (TALLY,)
