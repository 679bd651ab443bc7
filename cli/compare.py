"""The command that compares: diff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from variorum.adapters.exports.state_json import dating_json
from variorum.cli.changes import change_json, print_changes, print_side_by_side, summary_text
from variorum.cli.options import Format, FormatOption, KnownAtOption, StoryArgument
from variorum.cli.output import dim, emit, fitted, heading, say, when
from variorum.cli.session import Session
from variorum.domain.content import Article
from variorum.domain.differences import difference
from variorum.domain.errors import NotFoundError

if TYPE_CHECKING:
    from variorum.domain.archive import Archive
    from variorum.domain.shown import Shown

app = typer.Typer()


@app.command("diff")
def diff(
    ctx: typer.Context,
    story: StoryArgument,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="T|rN", help="The earlier text; the one before --to, if not given."
        ),
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="T|rN", help="The later text; now, if not given.")
    ] = None,
    known_at: KnownAtOption = None,
    side_by_side: Annotated[
        bool, typer.Option("--side-by-side", help="The two texts beside one another.")
    ] = False,
    format: FormatOption = Format.TEXT,
) -> None:
    """What changed between two moments or revisions: sentences, and the words in them."""
    session: Session = ctx.obj
    with session.open() as connection:
        archive = connection.archive
        later = archive.chosen(story, to, known_at)
        earlier = archive.chosen(story, from_, known_at) if from_ else _one_before(archive, later)
    change = difference(_text(earlier), _text(later))
    if format is Format.JSON:
        emit(
            {
                "story": later.story.id,
                "from": dating_json(earlier.dating),
                "to": dating_json(later.dating),
                **change_json(change),
            }
        )
        return
    zone = later.story.zone
    say(heading(f"{later.story.id}: r{earlier.revision} → r{later.revision}"))
    say(dim(fitted(when(earlier.published, zone), f"- r{earlier.revision}  ")))
    say(dim(fitted(when(later.published, zone), f"+ r{later.revision}  ")))
    say(fitted(summary_text(change)))
    say()
    if side_by_side:
        print_side_by_side(change)
    else:
        print_changes(change)


def _one_before(archive: Archive, shown: Shown) -> Shown:
    before = archive.before(shown)
    if before is None:
        raise NotFoundError(
            f"{shown.story.id} r{shown.revision} is the first revision held: nothing to compare "
            "with (--from)",
            reason="unknown",
        )
    return archive.show_number(shown.story, before.revision, shown.known)


def _text(shown: Shown) -> Article:
    if shown.article is None:
        raise NotFoundError(
            f"the text of {shown.story.id}@r{shown.revision} was erased",
            reason="unknown",
        )
    return shown.article
