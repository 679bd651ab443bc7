"""Histories of wikis: every revision once, what is hidden as a gap, texts exactly."""

from __future__ import annotations

import bz2
import json
import random
import re
import resource
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importing import damages, history, imported, items
from program import ask
from variorum.adapters.imports.importer import Bad
from variorum.adapters.imports.wiki_history import page_at
from variorum.domain.commands import RecordCopy, Sight
from variorum.domain.content import Article

HEAD = (
    '<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en">'
    "<siteinfo><sitename>Harbour</sitename>"
    "<base>https://wiki.example/wiki/Main_Page</base></siteinfo>"
)


def stamp(number: int) -> str:
    moment = datetime(2024, 10, 1, tzinfo=UTC) + timedelta(seconds=number)
    return moment.isoformat().replace("+00:00", "Z")


def revision(number: int, text: str | None, *, time: str | None = None, by: str = "Ada") -> str:
    """A revision as an export has it; without a text where that was deleted."""
    body = (
        '<text deleted="deleted" />'
        if text is None
        else f'<text bytes="1" xml:space="preserve">{escape(text)}</text>'
    )
    return (
        f"<revision><id>{number}</id><parentid>{number - 1}</parentid>"
        f"<timestamp>{time or stamp(number)}</timestamp>"
        f"<contributor><username>{by}</username><id>7</id></contributor>"
        f"<comment>as said</comment><model>wikitext</model><format>text/x-wiki</format>"
        f"{body}<sha1>x</sha1></revision>"
    )


def export(*pages: tuple[str, Iterable[str]]) -> str:
    body = "".join(
        f"<page><title>{escape(title)}</title><ns>0</ns><id>1</id>{''.join(revisions)}</page>"
        for title, revisions in pages
    )
    return f"{HEAD}{body}</mediawiki>"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def saved(folder: Path, text: str, name: str = "wiki.xml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_every_revision_is_one_and_a_revert_too(tmp_path: Path, archive: Path) -> None:
    texts = ["The ferry sails.", "The ferry sinks!!", "The ferry sails.", ""]
    pages = [
        ("Ferry", [revision(n, text) for n, text in enumerate(texts, 1)]),
        ("Sjö & hav", [revision(9, "A sea.", by="Bo")]),
    ]
    path = saved(tmp_path, export(*pages))
    came = imported(archive, path)
    assert (came["code"], came["revisions"], came["sightings"], came["stories"]) == (0, 5, 0, 2)
    assert [text for _, _, text in history(archive)] == [
        *[f"Ferry\n\n{text}".strip() for text in texts],
        "Sjö & hav\n\nA sea.",
    ]
    again = imported(archive, path)
    assert (again["revisions"], again["held"]) == (0, 5)


def test_who_saved_it_is_content_and_no_id(tmp_path: Path, archive: Path) -> None:
    path = saved(tmp_path, export(("Ferry", [revision(1, "A.", by="Ada Quill")])))
    ((_, command),) = items("mediawiki", path)
    assert isinstance(command, RecordCopy)
    assert command.source is not None
    assert json.loads(command.source.data)["contributor"]["username"] == "Ada Quill"
    imported(archive, path)
    ran = ask("--archive", archive, "export", "--all")
    assert command.published is not None
    assert (command.published.basis, command.published.precision) == ("metadata", "second")
    assert '"actor"' not in ran.out


def test_deleted_texts_are_gaps_and_a_last_one_a_sighting(tmp_path: Path, archive: Path) -> None:
    texts = ["One.", None, "Two.", None, "Two.", None]
    path = saved(tmp_path, export(("Ferry", [revision(n * 60, t) for n, t in enumerate(texts, 1)])))
    came = imported(archive, path, "--story", "ferry")
    assert (came["code"], came["revisions"], came["sightings"]) == (0, 2, 3), came
    assert [what for _, what, _ in history(archive)] == [
        "r1", "r2", "unreachable", "unchanged", "unreachable"
    ]  # fmt: skip
    ran = ask("--archive", archive, "show", "ferry", "--at", "2024-10-01T00:02:30Z")
    assert ran.code == 3, "between One and Two there was another text"
    assert "gap" in ran.err
    again = imported(archive, path, "--story", "ferry")
    assert (again["revisions"], again["sightings"]) == (0, 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    text=st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufffe\uffff")
        | st.sampled_from("\n\n \t")
    )
)
def test_a_text_reads_back_exactly(tmp_path: Path, text: str) -> None:
    """Of what blank lines do not say, the source keeps it as it was."""
    path = saved(tmp_path, export(("Ferry", [revision(1, text)])))
    ((_, command),) = items("mediawiki", path)
    assert isinstance(command, RecordCopy), command
    assert command.source is not None
    assert isinstance(command.article, Article)
    kept = json.loads(command.source.data).get("text", "\n\n".join(command.article.paragraphs))
    assert kept == text


def test_answers_of_the_api_and_of_wikiwho_are_read(tmp_path: Path, archive: Path) -> None:
    texts: list[dict[str, object]] = [{"content": "The ferry sails."}, {"texthidden": True}]
    revisions: list[dict[str, Any]] = [
        {"revid": n, "timestamp": stamp(n), "user": "Ada", "slots": {"main": main}}
        for n, main in enumerate([*texts, {"content": "It sank."}], 1)
    ]
    revisions += [{"revid": 4, "timestamp": stamp(4)}, {"revid": 5, "timestamp": "no", "*": "No."}]
    api = {"query": {"pages": [{"pageid": 4, "title": "Ferry", "revisions": revisions}]}}
    wikiwho = {
        "article_title": "Quay",
        "page_id": 5,
        "revisions": [
            {str(n): {"time": stamp(n), "tokens": [{"str": word} for word in text.split()]}}
            for n, text in ((5, "a quay"), (6, "the quay"))
        ],
    }
    came = imported(archive, saved(tmp_path, json.dumps(api), "api.json"), "--story", "ferry")
    assert (came["revisions"], came["unreadable"], came["code"]) == (2, 2, 5), came
    came = imported(archive, saved(tmp_path, json.dumps(wikiwho), "quay.json"), "--story", "quay")
    assert (came["revisions"], came["code"]) == (2, 0), came
    assert history(archive)[-1][2] == "Quay\n\nthe quay"


def test_an_export_that_ends_early_is_named_and_what_came_before_is_recorded(
    tmp_path: Path, archive: Path
) -> None:
    whole = export(("Ferry", [revision(n, f"Text {n}.") for n in range(1, 4)]))
    path = saved(tmp_path, whole[: whole.index("Text 3")])
    ran = ask("--archive", archive, "import", path)
    assert ran.code == 5
    assert f"{path}: line 1: not XML" in ran.err
    assert "2 revisions" in ran.out
    (tmp_path / "whole.xml.bz2").write_bytes(bz2.compress(whole.encode()))
    came = imported(archive, tmp_path / "whole.xml.bz2")
    assert (came["code"], came["revisions"], came["held"]) == (0, 1, 2), came


BAD = {
    "no time": (revision(1, "A.", time="yesterday"), "time"),
    "a stub": (
        re.sub("<text .*</text>", '<text id="9" />', revision(1, "A.")),
        "not in this file",
    ),
    "a document type": ("<!DOCTYPE a>", "not XML"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_revision_is_named(name: str, tmp_path: Path, archive: Path) -> None:
    body, reason = BAD[name]
    path = saved(tmp_path, export(("Ferry", [revision(2, "B."), body])))
    ran = ask("--archive", archive, "import", path)
    assert ran.code == 5
    assert reason in ran.err
    assert "1 revision " in ran.out


def test_entities_do_not_multiply(tmp_path: Path, archive: Path) -> None:
    bomb = '<!DOCTYPE mediawiki [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    path = saved(tmp_path, bomb + export(("Ferry", [revision(1, "A.")])))
    ran = ask("--archive", archive, "import", "mediawiki", path)
    assert ran.code == 5
    assert "document type" in ran.err


def long_history(revisions: int, length: int) -> Iterator[str]:
    """A page that is edited a paragraph at a time, and reverted now and then."""
    chance = random.Random(4)
    paragraphs = [f"Paragraph {n} of the page, which tells of {n * 7} ferries. " * 8
                  for n in range(length)]  # fmt: skip
    before = list(paragraphs)
    for number in range(revisions):
        if chance.random() < 0.05:
            paragraphs, before = list(before), list(paragraphs)
        else:
            before = list(paragraphs)
            paragraphs[chance.randrange(length)] = f"Edit {number} says otherwise. " * 9
        yield revision(number + 1, "\n\n".join(paragraphs))


def test_a_long_history_is_imported_in_bounded_memory(tmp_path: Path, archive: Path) -> None:
    path = tmp_path / "long.xml"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD + "<page><title>Long</title>")
        file.writelines(long_history(1500, 30))
        file.write("</page></mediawiki>")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    came = imported(archive, path)
    assert (came["revisions"], came["sightings"], came["code"]) == (1500, 0, 0), came
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < (150 << 10), f"{grown} kB more"


SMALL = export(("Ferry", [revision(1, "One."), revision(2, None), revision(3, "Two.")])).encode()
JSON = json.dumps({"query": {"pages": {"4": {"title": "F", "fullurl": "https://a.example/F",
    "revisions": [{"revid": 1, "timestamp": stamp(1), "*": "A."}]}}}}).encode()  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=damages(SMALL, JSON, bz2.compress(SMALL)))
def test_no_bytes_make_the_reader_fail(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(data)
    for _, command in items("mediawiki", path):
        assert isinstance(command, Bad | RecordCopy | Sight)


@pytest.mark.parametrize("newest_first", [False, True])
def test_an_answer_of_the_api_is_read_in_either_order(
    tmp_path: Path, archive: Path, newest_first: bool
) -> None:
    """A hidden text is a gap in the story, also where the answer begins at its end."""
    revisions: list[dict[str, Any]] = [
        {"revid": 1, "timestamp": "2024-10-24T09:00:00Z", "slots": {"main": {"content": "One."}}},
        {"revid": 2, "timestamp": "2024-10-24T10:00:00Z", "texthidden": True},
        {"revid": 3, "timestamp": "2024-10-24T11:00:00Z", "slots": {"main": {"content": "Two."}}},
    ]
    if newest_first:
        revisions.reverse()
    page = {"pageid": 1, "title": "Ferry", "revisions": revisions}
    path = tmp_path / "answer.json"
    path.write_text(json.dumps({"batchcomplete": True, "query": {"pages": [page]}}))
    imported(archive, path, "--story", "ferry")
    at = "2024-10-24T10:30Z"
    assert ask("--archive", archive, "show", "ferry", "--at", at).code == 3
    assert "Two." in ask("--archive", archive, "show", "ferry", "--at", "2024-10-24T12:00Z").out


def test_pages_of_one_title_on_two_wikis_are_two_stories(tmp_path: Path, archive: Path) -> None:
    for wiki in ("en", "de"):
        url = f"https://{wiki}.wiki.example/Ferry"
        revisions = [{"revid": 1, "timestamp": "2024-10-24T09:00:00Z", "content": f"Of {wiki}."}]
        page = {"title": "Ferry", "canonicalurl": url, "revisions": revisions}
        path = tmp_path / f"{wiki}.json"
        path.write_text(json.dumps({"query": {"pages": [page]}}))
        assert imported(archive, path)["stories"] == 1
    assert len(ask("--archive", archive, "stories", "--format", "json").objects) == 2


def api_page(number: int, text: str, **more: str) -> dict[str, Any]:
    saved = {"revid": number, "timestamp": stamp(number), "content": text}
    return {"title": "Kursk", **more, "revisions": [saved]}


@pytest.mark.parametrize("of", ["api", "wikiwho"])
def test_what_may_be_of_any_wiki_is_not_taken_for_one_story(
    tmp_path: Path, archive: Path, of: str
) -> None:
    """Two wikis have pages of one title; an answer that does not say whose it is needs a story."""
    who = {"time": stamp(1), "tokens": [{"str": "kursk"}]}
    answer = {
        "api": {"query": {"pages": [api_page(1, "Kursk is a city.")]}},
        "wikiwho": {"article_title": "Kursk", "revisions": [{"100": who}]},
    }[of]
    path = saved(tmp_path, json.dumps(answer), "answer.json")
    ran = ask("--archive", archive, "import", "mediawiki", path)
    assert ran.code == 5
    (line,) = [line for line in ran.err.splitlines() if str(path) in line]
    assert "--story" in line
    assert ("inprop=url" in line) is (of == "api")
    assert imported(archive, "mediawiki", path, "--story", "kursk")["revisions"] == 1


def test_of_an_answer_in_parts_the_first_says_where_the_page_stands(
    tmp_path: Path, archive: Path
) -> None:
    parts = [api_page(2, "Two.", canonicalurl="https://a.example/Kursk"), api_page(1, "One.")]
    answer = json.dumps([{"query": {"pages": [part]}} for part in parts])
    came = imported(archive, "mediawiki", saved(tmp_path, answer, "answer.json"))
    assert (came["revisions"], came["stories"], came["code"]) == (2, 1, 0), came


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://a.example/wiki/Main_Page", "https://a.example/wiki/Sj%C3%B6_%26_hav"),
        ("https://a.example/w/index.php/Main", "https://a.example/w/index.php/Sj%C3%B6_%26_hav"),
        (
            "https://a.example/w/index.php?title=Main/Page",
            "https://a.example/w/index.php?title=Sj%C3%B6_%26_hav",
        ),
        ("", None),
    ],
)
def test_a_page_stands_where_its_wiki_s_main_page_does(base: str, url: str | None) -> None:
    assert page_at("Sjö & hav", base).url == url
