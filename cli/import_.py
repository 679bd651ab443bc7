"""The command `import`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Annotated

import typer

from variorum.cli.options import DateOrderOption, Format, FormatOption, ZoneOption
from variorum.cli.output import emit, say
from variorum.cli.problems import Problems
from variorum.cli.session import Session
from variorum.domain.errors import NotFoundError, UnreadableError, UsageError

app = typer.Typer()


@app.command("import")
def import_(
    ctx: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="[FORMAT] PATH…", help="jsonl or backup, and files in it; - for stdin."
        ),
    ],
    zone: ZoneOption = None,
    date_order: DateOrderOption = None,
    outlet: Annotated[
        str | None, typer.Option("--outlet", metavar="NAME", help="Who published them.")
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Records many copies from files; interrupted, it goes on where it stopped when run again."""
    from variorum.adapters.imports.jsonl import Bad, Defaults, commands
    from variorum.cli.backup import is_backup, restore
    from variorum.cli.progress import progress_over
    from variorum.domain.bulk import Bulk

    session: Session = ctx.obj
    named = paths[0] if paths[0] in ("jsonl", "backup") and not Path(paths[0]).exists() else None
    if named is not None:
        paths = paths[1:]
    if not paths:
        raise UsageError(f"say which files: import {named} PATH…")
    if named != "jsonl" and is_backup(paths, named):
        restore(session, paths[0], format)
        return
    if zone is not None:
        from variorum.domain.times import zone_named

        zone_named(zone)
    problems = Problems()
    with session.open(create=True) as connection, problems:
        archive = connection.archive

        @lru_cache(maxsize=10_000)
        def zone_of(story: str) -> str | None:
            entry = archive.catalogue.story(story)
            return entry.zone if entry else None

        defaults = Defaults(session.actor, zone, date_order, outlet, zone_of)
        bulk = Bulk(archive.log, archive.contents, archive.salts)
        with progress_over(paths) as advance, bulk:
            for path in paths:
                try:
                    for line, command in commands(path, defaults, advance):
                        try:
                            if isinstance(command, Bad):
                                raise UnreadableError(command.reason)
                            bulk.take(command)
                        except (NotFoundError, UnreadableError, UsageError) as error:
                            problems.add(f"{path}:{line}: {error.message}")
                except UnreadableError as error:
                    problems.add(error.message)
    done = bulk.done
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
            f"{done.revisions} revisions and {done.sightings} sightings recorded of "
            f"{len(done.stories)} stories; {done.held} copies were held already"
        )
    problems.conclude()
