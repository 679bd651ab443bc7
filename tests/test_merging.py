"""Two stories that are one answer as one, from then on, until they are parted again."""

from __future__ import annotations

import json
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

import variorum
from program import ask
from strategies import MOMENTS, Command, commands, moments, plain_commands
from test_catalogue import boundaries, tell
from variorum.adapters.catalogue.compare import differences
from variorum.adapters.catalogue.rebuild import rebuild
from variorum.adapters.connect import Connection, connect
from variorum.adapters.exports import jsonl
from variorum.adapters.exports.selection import Selection, read_together, revisions
from variorum.adapters.exports.states import State, states
from variorum.adapters.verification.archive import verify
from variorum.domain.amending import DescribeStory, Merge
from variorum.domain.asof import LAST_POSITION, InForce, Outcome, current
from variorum.domain.bulk import Bulk
from variorum.domain.commands import AttachNote, Opening, RecordCopy, Redate, Sight
from variorum.domain.content import Article, ContentKind, ErasedPart, Note
from variorum.domain.decisions import Verdict
from variorum.domain.errors import NotFoundError, NothingInForceError, RestrictedError, UsageError
from variorum.domain.events import RevisionRecorded
from variorum.domain.history import items
from variorum.domain.identity import address_of
from variorum.domain.log import Recorded
from variorum.domain.merged import MergedStory
from variorum.domain.ports import StoryEntry
from variorum.domain.register import issued
from variorum.domain.replay import steps
from variorum.domain.story import StoryState, replayed
from variorum.domain.streams import story_stream
from variorum.domain.takedown import ERASED_TEXT, Erase, Restore, Restrict
from variorum.domain.times import HOUR, Basis, Precision, PublishedTime

START = 1_729_775_460_000_000
WHY = Note(text="said", why="it is one page")
NUMBERS = count()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Connection:
    return connect(str(tmp_path_factory.mktemp("merging") / "a.db"), create=True)


def at_minute(minute: int) -> PublishedTime:
    at = START + minute * 60_000_000
    return PublishedTime(at, at, at + 60_000_000, Precision.MINUTE, Basis.STATED)


def copy(story: str, text: str, minute: int, url: str | None = None) -> RecordCopy:
    opening = Opening(address=address_of(url) if url else None)
    return RecordCopy(story, "tester", Article(headline=text), at_minute(minute), opening=opening)


def told(connection: Connection) -> None:
    """Two stories that are one, with a revision of after that: r1, r2 (the other's), and r3."""
    archive = connection.archive
    archive.record(copy("one", "A crane fell", 0))
    archive.record(copy("two", "The name is John Doe", 1))
    archive.merge(Merge("one", "two", "tester", WHY))
    more = Article(headline="The name is John Doe", paragraphs=("He spoke.",))
    archive.record(replace(copy("one", "", 2), article=more))


def own_state(connection: Connection, story: str, known: int = LAST_POSITION) -> StoryState:
    return replayed(connection.log.stream(story_stream(story), known))


def homed(entry: StoryEntry, number: int) -> tuple[str, int]:
    """The story on whose stream a revision is, and its number there."""
    home, own = entry.home(number)
    return home.id, own


def two(connection: Connection, *histories: list[Command]) -> tuple[str, str] | None:
    """Two stories of their own histories; None where one of them has nothing."""
    number = next(NUMBERS)
    names = f"one-{number}", f"other-{number}"
    for name, history in zip(names, histories, strict=True):
        tell(connection, name, history)
        if connection.archive.catalogue.story(name) is None:
            return None
    return names


def held_salts(connection: Connection, state: StoryState) -> dict[int, bytes]:
    """The salts of the articles that are held of a story, by revision."""
    contents, found = connection.archive.contents, dict[int, bytes]()
    for revision in state.revisions:
        place = revision.event.originator_id, ContentKind.ARTICLE, revision.event.article.ordinal
        salt = contents.salt(*place)
        if salt is not None:
            found[revision.number] = salt
    return found


@settings(max_examples=60)
@given(st.lists(plain_commands("s"), min_size=2, max_size=2), st.lists(moments(), max_size=6))
def test_what_is_in_force_is_the_last_of_both_histories(
    archive: Connection, histories: list[list[Command]], asked: list[int]
) -> None:
    """Worked out from each story's own datings: the greatest `at`, on a tie the later arrival."""
    names = two(archive, *histories)
    if names is None:
        return
    one, other = names
    before = archive.log.head().position
    apart = {
        (name, at): archive.archive.as_of(archive.archive.story(name), at, before)
        for name in names
        for at in (*MOMENTS, *asked)
    }
    archive.archive.merge(Merge(one, other, "tester", WHY))
    entry = archive.archive.story(other)
    assert entry.id == one
    assert archive.archive.story(one) == entry
    datings = [
        (dating.published.at, dating.arrived)
        for name in names
        for dating in current(own_state(archive, name).datings, LAST_POSITION)
    ]
    for at in (*MOMENTS, *asked):
        expected = max((each for each in datings if each[0] <= at), default=None)
        answer = archive.archive.as_of(entry, at, LAST_POSITION)
        if isinstance(answer, InForce) and answer.returned is None:
            assert expected == (answer.dating.published.at, answer.dating.arrived)
        for name in names:
            then = archive.archive.story(name, before)
            assert archive.archive.as_of(then, at, before) == apart[name, at]


@settings(max_examples=40)
@given(st.lists(commands("s"), min_size=4, max_size=4), st.booleans())
def test_state_by_replay_is_state_by_projection_for_every_k(
    archive: Connection, histories: list[list[Command]], parted: bool
) -> None:
    """Also of what is recorded by either id while they are one, and after they are parted."""
    names = two(archive, *histories[:2])
    if names is None:
        return
    one, other = names
    positions = [archive.log.head().position]
    archive.archive.merge(Merge(one, other, "tester", WHY))
    positions.append(archive.log.head().position)
    for name, history in zip(names, histories[2:], strict=True):
        tell(archive, name, history)
        positions.append(archive.log.head().position)
    if parted:
        archive.archive.unmerge(Merge(one, other, "tester", WHY))
        tell(archive, one, histories[0])
        positions.append(archive.log.head().position)
    assert list(differences(archive.database)) == []
    called: dict[tuple[str, int], int] = {}
    for position in positions:
        for name in names:
            entry = archive.archive.story(name, position)
            state = archive.archive.state(name, position)
            assert sorted(
                (*homed(entry, revision.number), revision.position) for revision in state.revisions
            ) == sorted(
                (each.id, revision.number, revision.position)
                for each in archive.archive.apart(entry)
                for revision in own_state(archive, each.id, position).revisions
            )
            for revision in state.revisions:
                meant = called.setdefault((entry.id, revision.number), revision.position)
                assert meant == revision.position
            for at in boundaries(state)[::3]:
                assert archive.archive.as_of(entry, at, position) == state.as_of(at, position)
                assert archive.archive.catalogue.marks(entry, at, position) == state.marks(
                    at, position
                )

    def own_events(story: str) -> list[Recorded]:
        return archive.log.stream(story_stream(story), LAST_POSITION)

    for name in names:
        entry, state = archive.archive.story(name), archive.archive.state(name)
        salts = held_salts(archive, state)
        merged = MergedStory(entry.id, own_events, archive.archive.contents)
        for at in boundaries(state)[::3]:
            assert archive.archive.situation(entry, at) == state.situation(at, salts)
            if entry.members:
                assert merged.situation(at) == state.situation(at, salts)


@settings(max_examples=30)
@given(st.lists(plain_commands("s"), min_size=3, max_size=3))
def test_in_bulk_and_one_by_one_the_same_is_recorded(
    archive: Connection, histories: list[list[Command]]
) -> None:
    found: list[list[tuple[object, ...]]] = []
    for bulk in (False, True):
        names = two(archive, *histories[:2])
        if names is None:
            return
        archive.archive.merge(Merge(*names, "tester", WHY))
        more = [each for each in histories[2] if isinstance(each, RecordCopy)]
        if bulk:
            inner = archive.archive
            with Bulk(inner.log, inner.contents, inner.salts) as work:
                for command in more:
                    work.take(replace_story(command, names[1]))
        else:
            with Bulk(archive.archive.log, archive.archive.contents, archive.archive.salts) as work:
                for command in more:
                    work.take(replace_story(command, names[1]))
                    work.flush()
        state = archive.archive.state(names[0])
        told: list[tuple[object, ...]] = [
            (r.number, r.event.published, r.event.captured, r.event.article.length)
            for r in state.revisions
        ]
        told += [(s.at, s.outcome, s.revision, s.captured) for s in state.sightings]
        found.append(told)
    assert found[0] == found[1]


def replace_story(command: RecordCopy, story: str) -> RecordCopy:
    return replace(command, story=story)


def test_both_ids_answer_and_a_text_of_either_is_seen_again(connection: Connection) -> None:
    archive = connection.archive
    archive.record(copy("one", "Ferry stops", 0))
    archive.record(copy("two", "Ferry stops at noon", 10))
    known = connection.log.head().position
    outcome = archive.merge(Merge("one", "two", "tester", WHY))
    assert outcome.verdict is Verdict.MERGER
    assert archive.merge(Merge("one", "two", "tester", WHY)).verdict is Verdict.HELD
    for story in ("one", "two"):
        shown = archive.show(story, START + 600_000_000)
        assert (shown.story.id, shown.revision) == ("one", 2)
        assert shown.article == Article(headline="Ferry stops at noon")
        assert archive.show_revision("two", 1).article == shown.article
    assert archive.show("two", START + 600_000_000, f"#{known}").story.id == "two"
    seen = archive.record(copy("two", "Ferry stops at noon", 20))
    assert (seen.verdict, seen.story, seen.revision) == (Verdict.SIGHTING, "one", 2)
    new = archive.record(copy("two", "Ferry sails", 30))
    assert (new.verdict, new.story, new.revision) == (Verdict.REVISION, "one", 3)
    archive.unmerge(Merge("one", "two", "tester", WHY))
    assert archive.show("two").revision == 1
    assert archive.show("two").last_sighted == at_minute(20).at
    assert archive.show("one").article == Article(headline="Ferry sails")
    again = archive.record(copy("one", "Ferry sails at one", 40))
    assert again.revision == 4, "r2 was another's, and is not given again"
    with pytest.raises(NotFoundError):
        archive.show_revision("one", 2)
    assert [entry.id for entry in archive.listed(archive.known(None))] == ["one", "two"]


def test_what_is_not_one_is_refused(connection: Connection) -> None:
    archive = connection.archive
    for name in ("a", "b", "c"):
        archive.record(copy(name, f"Story {name}", 0))
    archive.merge(Merge("a", "b", "tester", WHY))
    for story, other in (("a", "a"), ("b", "c"), ("c", "b"), ("c", "a")):
        with pytest.raises(UsageError):
            archive.merge(Merge(story, other, "tester", WHY))
    with pytest.raises(NotFoundError):
        archive.merge(Merge("a", "nowhere", "tester", WHY))
    archive.merge(Merge("a", "c", "tester", WHY))
    assert [r.name for r in archive.state("b").revisions] == ["r1", "r2", "r3"]
    assert archive.unmerge(Merge("b", "c", "tester", WHY)).verdict is Verdict.HELD
    with pytest.raises(UsageError):
        archive.unmerge(Merge("b", "a", "tester", WHY))


def test_a_number_of_before_the_parting_is_no_revision(connection: Connection) -> None:
    """It is refused, not only where it is redated, and nothing is recorded."""
    archive = connection.archive
    for name in ("one", "other"):
        archive.record(copy(name, f"Cranes of {name} fall", 1))
    archive.merge(Merge("one", "other", "tester", WHY))
    assert archive.note(AttachNote("one", "tester", Note(text="n"), 2)).position
    archive.unmerge(Merge("one", "other", "tester", WHY))
    head = connection.log.head()
    with pytest.raises(NotFoundError):
        archive.note(AttachNote("one", "tester", Note(text="n"), 2))
    with pytest.raises(NotFoundError):
        archive.sight(Sight("one", "tester", START + HOUR, Outcome.UNCHANGED, 2))
    with pytest.raises(NotFoundError):
        archive.redate(Redate("one", "tester", 2, at_minute(5)))
    assert connection.log.head() == head


def test_a_revision_is_redated_noted_and_taken_down_where_it_is_at_home(
    connection: Connection,
) -> None:
    archive = connection.archive
    archive.record(copy("one", "Ferry stops", 0))
    archive.record(copy("two", "Mr Smith sails", 10))
    archive.merge(Merge("one", "two", "tester", WHY))
    dated = archive.redate(Redate("one", "tester", 2, at_minute(12)))
    assert (dated.story, dated.revision) == ("one", 2)
    archive.note(AttachNote("two", "tester", Note(text="checked"), 1))
    assert archive.show_revision("one", 2).published == at_minute(12)
    archive.restrict(Restrict("two", "tester", WHY))
    for story in ("one", "two"):
        with pytest.raises(RestrictedError):
            archive.show(story)
    archive.unmerge(Merge("one", "two", "tester", WHY))
    for story in ("one", "two"):
        with pytest.raises(RestrictedError):
            archive.show(story)
        archive.restore(Restore(story, "tester", WHY))
    archive.merge(Merge("one", "two", "tester", WHY))
    number = archive.show("one").revision
    erased = archive.erase(Erase("one", "tester", WHY, ErasedPart.REVISION, number))
    assert erased.revisions == (number,)
    assert archive.show("two").article is None
    archive.unmerge(Merge("one", "two", "tester", WHY))
    assert archive.show("two").article is None
    assert archive.show("one").article is not None
    assert not verify(connection, deep=True).checked.findings


@pytest.mark.parametrize("apart", [False, True])
def test_at_every_k_each_revision_is_handed_out_once(connection: Connection, apart: bool) -> None:
    """A merger is two events, and so is a parting: neither is ever known by half."""
    archive = connection.archive
    told(connection)
    archive.unmerge(Merge("one", "two", "tester", WHY))
    events = archive.log.after(0, 100, LAST_POSITION)
    recorded = [e.position for e in events if isinstance(e.event, RevisionRecorded)]
    for known in range(1, archive.log.head().position + 1):
        selection = Selection((), None, archive.known(f"#{known}"), apart=apart)
        found = [
            revision.revision.position
            for ready, entry in read_together(archive, selection)
            for revision in revisions(ready, entry, selection)
        ]
        assert sorted(found) == [position for position in recorded if position <= known]


@pytest.mark.parametrize("parted", [False, True])
def test_what_was_recorded_after_a_merger_is_taken_down_by_its_number(
    connection: Connection, parted: bool
) -> None:
    archive = connection.archive
    told(connection)
    if parted:
        archive.unmerge(Merge("one", "two", "tester", WHY))
    assert archive.restrict(Restrict("one", "tester", WHY, 3)).verdict is Verdict.RESTRICTION
    assert archive.restore(Restore("one", "tester", WHY, 3)).verdict is Verdict.RESTORATION
    for part in (ErasedPart.HEADLINE, ErasedPart.REVISION):
        assert archive.erase(Erase("one", "tester", WHY, part, 3)).revisions == (3,)
    assert archive.show_revision("one", 3).article is None
    assert not verify(connection, deep=True).checked.findings


def test_a_number_that_a_story_has_not_any_more_is_not_taken_down(connection: Connection) -> None:
    archive = connection.archive
    told(connection)
    archive.unmerge(Merge("one", "two", "tester", WHY))
    head = archive.log.head()
    with pytest.raises(NotFoundError):
        archive.restrict(Restrict("one", "tester", WHY, 2))
    with pytest.raises(NotFoundError):
        archive.restore(Restore("one", "tester", WHY, 2))
    for part in (ErasedPart.REVISION, ErasedPart.HEADLINE, ErasedPart.SOURCE):
        with pytest.raises(NotFoundError):
            archive.erase(Erase("one", "tester", WHY, part, 2))
    assert archive.log.head() == head


@pytest.mark.parametrize("number", [2, 3])
def test_a_passage_is_erased_wherever_it_stands_in_stories_that_are_one(
    connection: Connection, number: int
) -> None:
    archive = connection.archive
    told(connection)
    erased = archive.erase(
        Erase("one", "tester", WHY, ErasedPart.HEADLINE, number, everywhere=True)
    )
    assert erased.revisions == (2, 3)
    assert erased.left == ()
    headlines = [archive.show_revision("one", each).article for each in (1, 2, 3)]
    assert [each and each.headline for each in headlines] == ["A crane fell", *[ERASED_TEXT] * 2]


@pytest.mark.parametrize("then", ["merged", "parted", "merged again", "the other way round"])
def test_the_register_knows_what_was_handed_out_by_whichever_name(
    connection: Connection, tmp_path: Path, then: str
) -> None:
    archive = connection.archive
    told(connection)
    exports = [
        ask("--archive", connection.database.address, "export", "one", "--at", at, "-o", path).code
        for at, path in (
            ("2024-10-24T13:11:30Z", tmp_path / "a"),
            ("2024-10-24T13:12:30Z", tmp_path / "b"),
        )
    ]
    assert exports == [0, 0]
    merge = Merge("one", "two", "tester", WHY)
    if then != "merged":
        archive.unmerge(merge)
    if then == "merged again":
        archive.merge(merge)
    if then == "the other way round":
        archive.merge(Merge("two", "one", "tester", WHY))
    _, second = [each.position for each in issued(archive)]
    ran = ask("--archive", connection.database.address, "exports", "two@r1", "--format", "json")
    assert [each["position"] for each in ran.objects] == [second]
    ran = ask("--archive", connection.database.address, "exports", "two", "--format", "json")
    assert [each["position"] for each in ran.objects if each["revisions"]][-1:] == [second]
    erase = ("erase", "two@r1", "--why", "x", "--authority", "y", "--yes", "--format", "json")
    ran = ask("--archive", connection.database.address, *erase)
    assert ran.code == 0, ran
    assert [each["position"] for each in ran.json["exports"]] == [second]


def test_where_words_are_left_is_told_of_stories_that_are_one(connection: Connection) -> None:
    told(connection)
    erased = connection.archive.erase(Erase("one", "tester", WHY, ErasedPart.HEADLINE, 3))
    assert erased.revisions == (3,)
    assert erased.left == ("headline of r1 (two)",)


def test_the_archive_is_whole_and_exports_are_of_one_story(
    connection: Connection, tmp_path: Path
) -> None:
    archive = connection.archive
    archive.record(copy("one", "Ferry stops", 0))
    archive.record(copy("two", "Ferry stops at noon", 10))
    before = archive.known(f"#{connection.log.head().position}")
    archive.merge(Merge("one", "two", "tester", WHY))
    lines = [
        json.loads(line)
        for line in jsonl.lines(archive, Selection(("two",), None, archive.known(None)))
    ]
    assert [(line["story"], line["headline"]) for line in lines] == [
        ("one", "Ferry stops"),
        ("one", "Ferry stops at noon"),
    ]
    then = [json.loads(line) for line in jsonl.lines(archive, Selection((), None, before))]
    assert [line["story"] for line in then] == ["one", "two"]
    rebuild(connection.database)
    assert list(differences(connection.database)) == []
    assert not verify(connection, deep=True).checked.findings


def test_a_story_is_described_anew_and_the_old_knowledge_stays(connection: Connection) -> None:
    archive = connection.archive
    archive.record(copy("one", "Ferry stops", 0, "https://example.org/a"))
    known = connection.log.head().position
    said = DescribeStory("one", "tester", WHY, zone="Europe/Oslo", url="https://example.org/b")
    assert archive.describe(said).verdict is Verdict.DESCRIPTION
    assert archive.describe(said).verdict is Verdict.HELD
    entry = archive.story("one")
    assert (entry.zone, archive.description(entry).url) == ("Europe/Oslo", "https://example.org/b")
    assert archive.story("one", known).zone is None
    assert archive.found_at(address_of("https://example.org/a")) is None
    assert archive.found_at(address_of("https://www.example.org/b/")) == entry
    assert archive.show("one", "2024-10-24 15:12").revision == 1
    archive.erase(Erase("one", "tester", WHY, ErasedPart.DESCRIPTION))
    assert archive.description(archive.story("one")).url is None
    assert list(differences(connection.database)) == []
    with pytest.raises(UsageError):
        archive.describe(DescribeStory("one", "tester", WHY))


def test_of_two_texts_of_one_instant_the_later_arrival_is_the_last_in_every_list(
    connection: Connection,
) -> None:
    """Whatever numbers they have: what is compared with what follows the order that is told."""
    archive = connection.archive
    archive.record(copy("two", "Ferry stops at noon", 10))
    archive.record(copy("one", "Ferry stops", 10))
    archive.merge(Merge("one", "two", "tester", WHY))
    assert archive.show("one").revision == 1
    told = [item.revision for item in items(archive.state("one"), LAST_POSITION)]
    assert told[:2] == [2, 1]
    played = [step for step in steps(archive, "one", known=LAST_POSITION) if step.article]
    assert [(step.item.revision, step.before) for step in played] == [(2, None), (1, "r2")]
    whole = Selection(("one",), None, archive.known(None))
    shown = [state.shown.revision for state in states(archive, whole) if isinstance(state, State)]
    assert shown == [2, 1]


def test_a_text_is_back_since_it_was_seen_after_the_text_of_the_other_story(
    connection: Connection,
) -> None:
    """Each is the first of its own story: what is another text is told by where it was recorded."""
    archive = connection.archive
    told(connection)
    for minute, number in ((3, 1), (4, 2), (5, 1), (6, 1)):
        archive.sight(
            Sight("one", "tester", at_minute(minute).at, Outcome.UNCHANGED, revision=number)
        )
    stood = archive.stood("one", at_minute(7).at).answer
    assert (stood.dating.revision, stood.returned) == (1, at_minute(5).at)
    stood = archive.stood("one", at_minute(4).at).answer
    assert (stood.dating.revision, stood.returned) == (2, at_minute(4).at)


def test_a_difference_names_the_story_whose_numbers_it_tells(tmp_path: Path) -> None:
    with connect(str(tmp_path / "archive.db"), create=True) as opened:
        told(opened)
    asked = ("--archive", tmp_path / "archive.db", "diff", "two", "--from", "r1")
    assert ask(*asked).out.startswith("one: r2 → r3\n")
    assert ask(*asked, "--format", "json").json["story"] == "one"


def test_python_asks_by_the_id_that_was_given_as_the_commands_do(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with variorum.open(path, create=True) as archive:
        archive.record("quay", "The quay is open.", published="2024-10-24T08:00Z")
        archive.record("pier", "The pier is shut.", published="2024-10-24T09:00Z")
    merged = ("stories", "merge", "quay", "pier", "--why", "one page")
    assert ask("--archive", path, *merged).code == 0
    with variorum.open(path) as archive:
        pier = archive.story("pier")
        assert pier.at("2024-10-24T08:30Z").text == "The quay is open."
        with pytest.raises(NothingInForceError, match="pier: nothing in force"):
            pier.at("2024-10-24T08:30Z", known_at="#5")
        assert pier.at("2024-10-24T09:30Z", known_at="#5").text == "The pier is shut."
        assert pier.revision(1).text == "The pier is shut."
        assert "+ The pier is shut." in str(pier.diff("2024-10-24T08:30Z", "r1"))
    shown = ask("--archive", path, "show", "pier@r1")
    assert "The pier is shut." in shown.out


def test_the_commands_say_what_was_recorded(tmp_path: Path) -> None:
    archive = tmp_path / "archive.db"
    for name, day in (("one", 24), ("two", 25)):
        text = tmp_path / f"{name}.txt"
        text.write_text(f"The {name} sails.\n")
        ask("--archive", archive, "record", text, "--story", name, "--captured", f"2024-10-{day}Z")
    arguments = ("--archive", archive, "stories")
    merged = ask(*arguments, "merge", "one", "two", "--why", "one page")
    assert merged.out.startswith("two is one with one; its revisions are r2 of one")
    assert (
        "with two, whose r1 is r2 here; one page" in ask("--archive", archive, "history", "two").out
    )
    assert [each["story"] for each in ask(*arguments, "--format", "json").objects] == ["one"]
    parted = ask(*arguments, "unmerge", "one", "two", "--why", "two pages")
    assert parted.out.startswith("one and two are two stories again")
    assert ask(*arguments, "merge", "one", "two").code == 2
    described = ask(*arguments, "describe", "one", "--zone", "Europe/Oslo", "--why", "its byline")
    assert "zone        Europe/Oslo" in described.out
