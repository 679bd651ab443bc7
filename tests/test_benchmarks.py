"""The benchmarks run, at a size that says nothing of speed; and what they are made of holds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import job
import ours
import pytest
import stock
from asof import fill
from bench import chosen, has
from figures import FIGURES, SCRIPTS
from generated import LATE_BY, LONGEST, REVISIONS, STORIES, TAIL, copies, lines, plan, revisions
from git import Git
from hypothesis import example, given, settings
from hypothesis import strategies as st
from multiplied import multiply, named

from variorum.adapters.connect import connect

HERE = Path(__file__).resolve().parent / "benchmarks"
Runs = Callable[..., str]


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    """Runs a script, which writes its page into a folder of the test's."""

    def run(script: str, *arguments: str) -> str:
        ran = subprocess.run(
            [sys.executable, HERE / script, *arguments],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "VARIORUM_BENCHMARKS": str(tmp_path / "docs")},
        )
        assert ran.returncode == 0, ran.stderr
        return (tmp_path / "docs" / "benchmarks.md").read_text(encoding="utf-8")

    return run


@given(st.integers(0, STORIES), st.integers(0, 2**32))
def test_a_story_is_made_without_those_before_it_and_always_the_same(
    number: int, seed: int
) -> None:
    first, again = plan(number, seed), plan(number, seed)
    assert first.times == sorted(set(first.times))
    short = min(20, len(first.times))
    for one, other, _ in zip(revisions(first), revisions(again), range(short), strict=False):
        assert one == other


@settings(max_examples=10)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=3).map(sorted))
def test_pieces_are_the_whole(cuts: list[int]) -> None:
    """Wherever it is cut, also where the late ones of earlier stories arrive."""
    first = LATE_BY - 20
    whole = list(lines(first, first + 60, first + 61))
    edges = [first, *(first + cut for cut in cuts), first + 60]
    pieces = [line for begin, end in pairwise(edges) for line in lines(begin, end, first + 61)]
    assert pieces == whole


def test_lengths_are_as_published() -> None:
    mean = sum(each**-TAIL for each in range(1, LONGEST + 1))
    assert mean == pytest.approx(REVISIONS / STORIES, rel=0.001)
    drawn = [len(plan(number).times) for number in range(20_000)]
    assert sum(drawn) / len(drawn) == pytest.approx(mean, rel=0.05)
    assert max(drawn) > 100 > 2 > sorted(drawn)[len(drawn) // 2]


@given(st.integers(0, STORIES))
@example(1357)
def test_every_revision_differs_from_the_one_before(number: int) -> None:
    texts = [(each.headline, each.paragraphs) for each in revisions(plan(number))]
    assert all(one != other for one, other in pairwise(texts))


def test_copies_are_as_many_as_asked_for() -> None:
    assert sum(1 for _ in copies(500)) == 500


def test_each_figure_is_measured_by_one_script() -> None:
    for figure in FIGURES:
        assert [each.name for each in SCRIPTS if has(each, figure.name)] != []
        assert len(chosen([figure.name])) == 1
    assert chosen([]) == list(SCRIPTS)
    with pytest.raises(SystemExit):
        chosen(["verified"])


@pytest.mark.slow
def test_every_figure_is_in_the_summary_and_some_are_measured(runs: Runs, tmp_path: Path) -> None:
    page = runs("bench.py", "--quick", "verify")
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    for figure in FIGURES:
        assert any(figure.what in row and figure.to_reach in row for row in rows)
    assert "fsync on" in page
    assert "synchronous 2" in page
    kept = json.loads((tmp_path / "docs" / "benchmarks" / "verify-one.json").read_bytes())
    assert len(kept["values"]) >= 5
    picture = ElementTree.parse(tmp_path / "docs" / "benchmarks" / "summary.svg").getroot()
    assert picture.get("role") == "img"
    assert [child.tag.rpartition("}")[2] for child in picture][:2] == ["title", "desc"]


def test_a_multiplied_archive_answers_of_each_copy_as_of_its_story(address: str) -> None:
    fill(address, copies(40))
    multiply(address, 3, contents=True)
    with connect(address) as connection:
        archive = connection.archive
        first = archive.show("story-3")
        for number in (1, 2):
            copied = archive.show(named("story-3", number))
            assert copied.article == first.article
            assert copied.dating.published == first.dating.published
        assert connection.log.head().position % 3 == 0


@pytest.mark.slow
@pytest.mark.parametrize(("script", "size"), [("rebuild", "200"), ("show", "2")])
def test_figures_are_measured(runs: Runs, tmp_path: Path, script: str, size: str) -> None:
    runs(f"{script}.py", size)
    for figure in FIGURES:
        if any(has(each, figure.name) for each in SCRIPTS if each.name == script):
            kept = json.loads((tmp_path / f"docs/benchmarks/{figure.name}.json").read_bytes())
            assert all(value > 0 for value in kept["values"])


@pytest.mark.slow
def test_a_big_run_goes_on_where_it_was_killed(runs: Runs, tmp_path: Path) -> None:
    """Killed when the import was done and its state was not kept: nothing is there twice."""
    folder = tmp_path / "big"
    page = runs("big.py", "30", str(folder))
    assert "| verify --deep |" in page
    state = json.loads((folder / "state.json").read_bytes())
    recorded = state["steps"]["import"]["more"]["taken"][0][1]
    assert recorded > 30
    del state["steps"]["generate"], state["steps"]["import"]
    (folder / "state.json").write_text(json.dumps(state))
    runs("big.py", "30", str(folder))
    again = json.loads((folder / "state.json").read_bytes())
    assert again["steps"]["import"]["more"]["taken"][0][1] == 0


@pytest.mark.parametrize("name", ["ours", "stock", "git"])
def test_stores_do_the_job(name: str, tmp_path: Path) -> None:
    openers: dict[str, job.Opener] = {
        "ours": ours.Ours,
        "stock": lambda folder: stock.Stock(folder, stock.sqlite(folder)),
        "git": Git,
    }
    appended = job.made(40)
    asked = job.questions(appended, 20)
    result = job.done_by(openers[name], tmp_path, 5, appended, asked)
    assert (len(result.append), len(result.as_of)) == (5, 20)
    assert result.bulk
    assert result.rebuild
    assert result.size > 0
