"""The command `import`."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from variorum.adapters.imports.importer import GitTime
from variorum.cli.options import DateOrderOption, Format, FormatOption, ZoneOption
from variorum.cli.output import counted, emit, say
from variorum.cli.problems import Problems
from variorum.cli.session import Session
from variorum.domain.errors import NotFoundError, UnreadableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from variorum.adapters.database.port import Database
    from variorum.adapters.imports.importer import Defaults
    from variorum.adapters.imports.known import Said
    from variorum.adapters.imports.taking import Taking
    from variorum.domain.addresses import Addresses
    from variorum.domain.archive import Archive
    from variorum.domain.bulk import Bulk, Totals
    from variorum.domain.times import DateOrder

app = typer.Typer()


@app.command("import")
def import_(
    ctx: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="[FORMAT] PATH…",
            help="Files or folders; their format, where it is not to be recognised; - for stdin.",
        ),
    ],
    story: Annotated[
        str | None,
        typer.Option("--story", metavar="ID", help="The story of a file that is of one story."),
    ] = None,
    git_time: Annotated[
        GitTime,
        typer.Option("--git-time", help="Which of a commit's times is that of publication."),
    ] = GitTime.COMMITTER,
    zone: ZoneOption = None,
    date_order: DateOrderOption = None,
    outlet: Annotated[
        str | None, typer.Option("--outlet", metavar="NAME", help="Who published them.")
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Records many copies from files; interrupted, it goes on where it stopped when run again."""
    from variorum.adapters.imports.formats import files_of
    from variorum.adapters.imports.piped import piped
    from variorum.adapters.imports.taking import Taking
    from variorum.cli.backup import is_backup, restore
    from variorum.cli.progress import progress_over
    from variorum.domain.addresses import Addresses
    from variorum.domain.bulk import Bulk

    session: Session = ctx.obj
    named, paths = _format_named(paths)
    if zone is not None:
        from variorum.domain.times import zone_named

        zone_named(zone)
    problems = Problems()
    with ExitStack() as pipes:
        sources = _at_rest(paths, named, pipes, problems)
        files = [file for _, file in sources]
        if files and named in (None, "backup") and is_backup(files, named):
            restore(session, *sources[0], format)
            return
        connection = pipes.enter_context(session.open(create=True))
        pipes.enter_context(problems)
        archive = connection.archive
        addresses = Addresses(archive.found_at, archive.found)
        bulk = Bulk(archive.log, archive.contents, archive.salts)
        taking = Taking(bulk, addresses)
        defaults = _defaults(archive, zone, date_order, outlet, story, git_time, addresses, bulk)
        with (
            progress_over([path for path, _ in sources]) as advance,
            bulk,
            _in_a_hurry(connection.database),
        ):
            for path, source in sources:
                try:
                    if path == "-":
                        with piped(named) as (name, file):
                            _take(name, file, defaults, advance, taking, problems, path)
                        continue
                    shown = path if source != path else None
                    for name, file in files_of(source, named, connection.database.is_own_file):
                        _take(name, file, defaults, advance, taking, problems, shown)
                except UnreadableError as error:
                    problems.add(error.message.replace(source, path))
            taking.end()
    _tell(bulk.done, problems, format)
    problems.conclude()


def _at_rest(
    paths: list[str], named: str | None, pipes: ExitStack, problems: Problems
) -> list[tuple[str, str]]:
    """What was named, each with the file that can be read again and again in its place."""
    from variorum.adapters.imports.piped import at_rest

    sources: list[tuple[str, str]] = []
    for path in paths:
        try:
            sources.append((path, pipes.enter_context(at_rest(path, named))))
        except UnreadableError as error:
            problems.add(error.message)
    return sources


def _tell(done: Totals, problems: Problems, format: Format) -> None:
    if format is Format.JSON:
        emit(
            {
                "revisions": done.revisions,
                "sightings": done.sightings,
                "held": done.held,
                "stories": len(done.stories),
                "unreadable": problems.count,
            }
        )
    else:
        say(
            f"{counted(done.revisions, 'revision')} and {counted(done.sightings, 'sighting')} "
            f"recorded of {counted(len(done.stories), 'story', 'stories')}; "
            f"{counted(done.held, 'copy was', 'copies were')} held already"
        )


@contextmanager
def _in_a_hurry(database: Database) -> Generator[None]:
    """Where it is interrupted, what was read is still recorded, if that can be done at once."""
    try:
        yield
    except KeyboardInterrupt:
        database.hurry()
        raise


def _format_named(paths: list[str]) -> tuple[str | None, list[str]]:
    """The format, where the first of the arguments is one and not a file, and the files."""
    from variorum.adapters.imports.formats import FORMATS

    first = paths[0]
    if first not in (*FORMATS, "backup") or Path(first).exists():
        return None, paths
    if len(paths) == 1:
        raise UsageError(f"say which files: import {first} PATH…")
    return first, paths[1:]


def _defaults(
    archive: Archive,
    zone: str | None,
    date_order: DateOrder | None,
    outlet: str | None,
    story: str | None,
    git_time: GitTime,
    addresses: Addresses,
    bulk: Bulk,
) -> Defaults:
    from variorum.adapters.imports.importer import Defaults
    from variorum.domain.story import story_id

    settings_of = lru_cache(maxsize=1_000)(archive.settings)

    found = lru_cache(maxsize=10_000)(archive.story)

    def said_of(story: str) -> Said | None:
        said = bulk.opening(story)
        if said is not None:
            return said
        try:
            return found(story)
        except NotFoundError:
            return bulk.foreseen(story)

    return Defaults(
        archive.actor,
        zone,
        date_order,
        outlet,
        said_of,
        addresses.story,
        story_id(story) if story is not None else None,
        git_time,
        settings_of,
        lambda: bulk.is_long,
    )


def _take(
    name: str,
    path: str,
    defaults: Defaults,
    advance: Callable[[int], None],
    taking: Taking,
    problems: Problems,
    shown: str | None = None,
) -> None:
    """Records what is in one file, and names what cannot be; by another name, if one is shown."""
    from variorum.adapters.imports.formats import importer, may_be_given_a_story

    if defaults.story is not None and not may_be_given_a_story(name, path):
        raise UsageError(
            f"--story is for a file of one story that does not say which: {shown or path} "
            f"({name}) names its own"
        )

    def problem(place: int | str, reason: str) -> None:
        problems.add(f"{shown or path}:{place}: {reason}")

    try:
        taking.take_all(importer(name)(path, defaults, advance), problem)
    except UnreadableError as error:
        problems.add(error.message.replace(path, shown or path))
