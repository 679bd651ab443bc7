"""Feeds: an entry is a copy of its story; a folder of feeds is what became of them."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importing import damages, history, imported, items
from program import ask
from variorum.adapters.connect import connect
from variorum.adapters.imports.feed import feed_time
from variorum.adapters.imports.importer import Bad
from variorum.domain.asof import LAST_POSITION
from variorum.domain.commands import RecordCopy
from variorum.domain.content import Article
from variorum.domain.errors import UsageError
from variorum.domain.identity import id_from_url
from variorum.domain.stated import Known
from variorum.domain.times import iso

FERRY = "https://news.example/ferry"


def rss(text: str, *, date: str = "Thu, 24 Oct 2024 09:12:30 -0400", built: str = "") -> str:
    return (
        '<?xml version="1.0"?><rss version="2.0"><channel><title>The Gazette</title>'
        f"<link>https://news.example/</link>{built}"
        f"<item><title>Ferry &amp; quay</title><link>{FERRY}?utm_source=rss</link>"
        f"<guid isPermaLink='false'>7</guid><pubDate>{date}</pubDate>"
        f"<description><![CDATA[{text}]]></description></item></channel></rss>"
    )


def atom(text: str, updated: str = "2024-10-24T15:00:00Z") -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>The Gazette</title><id>x:1</id>'
        f"<updated>2024-10-25T00:00:00Z</updated><entry><title>Ferry &amp; quay</title>"
        f'<link href="{FERRY}"/><id>x:2</id><author><name>Ada Quill</name></author>'
        f"<published>2024-10-24T13:12:30Z</published><updated>{updated}</updated>"
        f'<content type="html">{text}</content></entry></feed>'
    )


def json_feed(text: str) -> str:
    item = {
        "id": FERRY,
        "url": FERRY,
        "title": "Ferry & quay",
        "content_html": text,
        "date_published": "2024-10-24T09:12:30-04:00",
        "authors": [{"name": "Ada Quill"}, {"name": "Bo Reed"}],
    }
    version = "https://jsonfeed.org/version/1.1"
    return json.dumps({"version": version, "title": "The Gazette", "items": [item]})


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def saved(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


TEXT = "<p>The ferry stopped at noon.</p><p>Nobody was <b>hurt</b>.<br/>So they say.</p>"


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_each_form_gives_the_same_story(form: str, tmp_path: Path, archive: Path) -> None:
    escaped = TEXT.replace("<", "&lt;")
    text = {"rss": rss(TEXT), "atom": atom(escaped), "json": json_feed(TEXT)}[form]
    path = saved(tmp_path / "feed", text)
    ((place, command),) = items("feed", path)
    assert place == "entry 1"
    assert isinstance(command, RecordCopy)
    assert isinstance(command.article, Article)
    assert command.article.headline == "Ferry & quay"
    assert command.article.paragraphs == (
        "The ferry stopped at noon.", "Nobody was hurt.", "So they say."
    )  # fmt: skip
    assert command.published is not None
    assert command.published.basis == "feed"
    assert iso(command.published.at) == (
        "2024-10-24T15:00:00Z" if form == "atom" else "2024-10-24T13:12:30Z"
    )
    assert command.opening.outlet == "the-gazette"
    came = imported(archive, path)
    assert (came["revisions"], came["code"]) == (1, 0)
    assert imported(archive, "feed", path)["held"] == 1


def test_a_folder_of_feeds_is_a_history(tmp_path: Path, archive: Path) -> None:
    """What changed is a revision, what stayed is seen again when the feed was saved."""
    late = "Thu, 24 Oct 2024 11:30:00 -0400"
    for name, text in {
        "20241024T140000Z.xml": rss("<p>One.</p>"),
        "2024-10-24_1500.xml": rss("<p>One.</p>"),
        "20241024160000.xml": rss("<p>Two.</p>", date=late),
        "notes.txt": "no feed",
    }.items():
        saved(tmp_path / "feeds" / name, text)
    came = imported(archive, tmp_path / "feeds")
    assert (came["revisions"], came["sightings"], came["code"]) == (2, 1, 0), came
    assert sorted(what for _, what, _ in history(archive)) == ["r1", "r2", "unchanged"]
    again = imported(archive, tmp_path / "feeds")
    assert (again["revisions"], again["sightings"], again["held"]) == (0, 0, 3)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("Thu, 24 Oct 2024 09:12:30 -0400", "2024-10-24T13:12:30Z"),
        ("24 Oct 2024 09:12 GMT", "2024-10-24T09:12:00Z"),
        ("Thu, 24 Oct 2024 09:12:30 EDT", "2024-10-24T13:12:30Z"),
        ("2024-10-24T09:12:30.5+02:00", "2024-10-24T07:12:30.500000Z"),
        ("Thu, 24 Oct 2024 9:12 PM EST", "2024-10-25T02:12:00Z"),
        ("Thu, 24 Oct 2024 09:12:30 JST", "2024-10-24T00:12:30Z"),
        ("Thu, 24 Oct 2024 09:12:30 +09:00", "2024-10-24T00:12:30Z"),
        ("Thu, 24 Oct 2024 09:12:30 -0000", "2024-10-24T09:12:30Z"),
        ("24 Oct 2024 09:12:30 CET", "2024-10-24T08:12:30Z"),
        ("Thu, 24 Oct 2024 09:12:30 -0400 (EDT)", "2024-10-24T13:12:30Z"),
        ("Thu, 24 Oct 2024 09:12:30 AST", "2024-10-24T13:12:30Z"),
        ("24 Oct 2024 09:12:30 GMT+2", "2024-10-24T07:12:30Z"),
        ("Thu, 24 Oct 2024 09.12.30 GMT", "2024-10-24T09:12:30Z"),
        ("Thursday, 24-Oct-24 09:12:30 GMT", "2024-10-24T09:12:30Z"),
    ],
)
def test_times_are_read_as_they_are_written(written: str, at: str) -> None:
    for known in (Known(), Known(zone="Europe/Oslo")):
        assert iso(feed_time(written, known).at) == at


def test_a_minute_is_not_a_second() -> None:
    assert feed_time("Thu, 24 Oct 2024 09:12 GMT", Known()).precision == "minute"
    assert feed_time("Thu, 24 Oct 2024 09:12:00 GMT", Known()).precision == "second"


def test_a_zone_of_several_meanings_is_the_known_one_or_none() -> None:
    assert iso(feed_time("24 Jul 2024 09:12 BST", Known(zone="Europe/London")).at)[11:16] == "08:12"
    for known in (Known(), Known(zone="America/New_York")):
        with pytest.raises(UsageError, match="several meanings"):
            feed_time("24 Jul 2024 09:12 BST", known)


def test_what_stands_after_the_clock_is_not_passed_over() -> None:
    shifted = feed_time("24 Oct 2024 09:12:30 GMT+2", Known(zone="America/New_York"))
    assert iso(shifted.at) == "2024-10-24T07:12:30Z"
    with pytest.raises(UsageError, match="not a time"):
        feed_time("24 Oct 2024 09:12:30 GMT+ 2", Known(zone="Europe/Oslo"))


@pytest.mark.parametrize("form", ["atom", "json"])
def test_what_is_said_to_be_plain_is_not_taken_for_markup(
    form: str, tmp_path: Path, archive: Path
) -> None:
    """JSON Feed 1.1 of titles and `content_text`; RFC 4287, 3.1.1.1."""
    title, text = "Why <b> beats <strong>", "If a<b and c>d then stop.\n\nThe second paragraph."
    if form == "json":
        told = json.loads(json_feed(""))
        del told["items"][0]["content_html"]
        told["items"][0] |= {"title": title, "content_text": text}
        feed = json.dumps(told)
    else:
        feed = atom(escape(text)).replace('type="html"', 'type="text"')
        feed = feed.replace("Ferry &amp; quay", escape(title))
    imported(archive, saved(tmp_path / "f" / "feed", feed))
    with connect(str(archive)) as connection:
        (entry,) = connection.archive.listed_at(LAST_POSITION)
        article = connection.archive.show(entry.id).article
    assert article is not None
    assert (article.headline, article.paragraphs) == (title, tuple(text.split("\n\n")))


def test_a_zone_is_not_invented() -> None:
    with pytest.raises(UsageError, match="without a zone"):
        feed_time("Thu, 24 Oct 2024 09:12:30", Known())
    read = feed_time("Thu, 24 Oct 2024 09:12:30", Known(zone="Europe/Oslo"))
    assert iso(read.at) == "2024-10-24T07:12:30Z"


@pytest.mark.parametrize(
    "none",
    [
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Wed, 31 Dec 1969 19:00:00 EST",
        "Mon, 01 Jan 0001 00:00:00 GMT",
        "Wed, 30 Nov -0001 00:00:00 +0000",
        "0001-01-01T00:00:00Z",
        "0000-00-00T00:00:00Z",
    ],
)
def test_what_programs_write_for_no_time_is_none(none: str, tmp_path: Path) -> None:
    """The copy counts from when the feed was saved, if that is known; else the entry is named."""
    built = f"<lastBuildDate>{none}</lastBuildDate>"
    kept = saved(tmp_path / "20241024T140000Z.xml", rss(TEXT, date=none, built=built))
    ((_, command),) = items("feed", kept)
    assert isinstance(command, RecordCopy)
    assert (command.published, iso(command.captured or 0)) == (None, "2024-10-24T14:00:00Z")
    ((_, bad),) = items("feed", saved(tmp_path / "a.xml", rss(TEXT, date=none, built=built)))
    assert bad == Bad("neither it nor its feed says a time")


def test_what_is_wrong_is_named_and_the_rest_is_recorded(tmp_path: Path, archive: Path) -> None:
    one = rss("<p>One.</p>")
    item = one[one.index("<item>") : one.index("</item>") + 7]
    bad = item.replace("24 Oct", "24 Okt").replace("/ferry", "/other")
    path = saved(tmp_path / "feed.xml", one.replace("</channel>", bad + "</channel>"))
    ran = ask("--archive", archive, "import", path)
    assert ran.code == 5
    assert f"{path}:entry 2: not a time" in ran.err
    assert "1 revision " in ran.out


@pytest.mark.parametrize("written", ["24 Okt 2024 09:12", "soon", "Thu, 44 Oct 2024 09:12:30 GMT"])
def test_an_entry_whose_time_cannot_be_read_counts_from_when_the_feed_was_saved(
    written: str, tmp_path: Path, archive: Path
) -> None:
    """It is named all the same; once more, and it is held already."""
    path = saved(tmp_path / "20241024T140000Z.xml", rss(TEXT, date=written))
    for recorded in (1, 0):
        ran = ask("--archive", archive, "import", path)
        assert ran.code == 5
        assert f"{path}:entry 1: not a time" in ran.err
        assert ran.err.endswith("; it counts from 2024-10-24T14:00:00Z\n")
        assert ran.out.startswith(f"{recorded} revision")
    (line,) = ask("--archive", archive, "export", "--all").objects
    assert (line["captured"], line.get("published")) == ("2024-10-24T14:00:00Z", None)


def test_of_two_times_the_one_that_can_be_read_counts(tmp_path: Path) -> None:
    """As of a page, whether or not it is known when the feed was saved."""
    copy, bad = items("feed", saved(tmp_path / "feed.xml", atom(TEXT, "gestern")))
    assert isinstance(copy[1], RecordCopy)
    assert isinstance(bad[1], Bad)
    assert iso(copy[1].at) == "2024-10-24T13:12:30Z"
    assert "'gestern'" in bad[1].reason
    assert bad[1].reason.endswith("; it counts from 2024-10-24T13:12:30Z")


@pytest.mark.parametrize(
    "written", ["2024-10-24 09:12", "10/11/2024 09:12 GMT", "24 Jul 09:12 BST"]
)
def test_a_time_that_can_be_read_with_what_is_said_besides_is_asked_for(
    written: str, tmp_path: Path, archive: Path
) -> None:
    """If the entry counted from its capture, another import would not date it."""
    path = saved(tmp_path / "20241024T140000Z.xml", rss(TEXT, date=written))
    ran = ask("--archive", archive, "import", path)
    assert ran.code == 5
    assert "--zone" in ran.err or "--date-order" in ran.err
    assert ran.out.startswith("0 revisions")
    said = ("--zone", "Europe/London", "--date-order", "dmy")
    again = imported(archive, path, *said)
    assert (again["revisions"], again["code"]) == (1, 0)


@given(
    written=st.text(max_size=30) | st.from_regex(r"[0-3]?\d [A-Z][a-z]{2} 20\d\d 1\d:\d\d( GMT)?")
)
def test_of_a_feed_whose_capture_is_known_no_entry_is_lost_for_its_time(
    tmp_path_factory: pytest.TempPathFactory, written: str
) -> None:
    """It is recorded, or it is said what has to be given."""
    path = tmp_path_factory.getbasetemp() / "20241024T140000Z.json"
    feed = json.loads(json_feed(TEXT))
    feed["items"][0]["date_published"] = written
    path.write_text(json.dumps(feed), encoding="utf-8")
    first = items("feed", path)[0][1]
    assert isinstance(first, RecordCopy) or (isinstance(first, Bad) and "--" in first.reason)


def test_a_feed_that_ends_early_gives_no_half_text(tmp_path: Path, archive: Path) -> None:
    one = rss("<p>One.</p>")
    item = one[one.index("<item>") : one.index("</item>") + 7].replace("/ferry", "/other")
    whole = one.replace("</channel>", item + "</channel>")
    path = saved(tmp_path / "feed.xml", whole[: whole.rindex("One.") + 2])
    ran = ask("--archive", archive, "import", path)
    assert ran.code == 5
    assert "ends early" in ran.err
    assert "1 revision " in ran.out


def test_entries_without_a_web_address_are_stories_too(tmp_path: Path, archive: Path) -> None:
    text = rss("<p>One.</p>").replace(f"<link>{FERRY}?utm_source=rss</link>", "")
    came = imported(archive, saved(tmp_path / "feed.xml", text))
    assert (came["revisions"], came["code"]) == (1, 0)
    assert history(archive)[0][0].startswith("feed-")


FORMS = [rss(TEXT), atom("text"), json_feed(TEXT)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=damages(*[form.encode() for form in FORMS]))
def test_no_bytes_make_the_reader_fail(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes(data)
    for _, command in items("feed", path):
        assert isinstance(command, Bad | RecordCopy)


def test_a_notice_that_contradicts_the_feed_s_own_time_is_kept(tmp_path: Path) -> None:
    """What a feed says counts, and `history` shows that the text says otherwise."""
    archive = str(tmp_path / "a.db")
    assert ask("--archive", archive, "init").code == 0
    feed = tmp_path / "feed.xml"
    feed.write_text(
        '<?xml version="1.0"?><rss version="2.0"><channel><title>N</title><item>'
        "<title>Quay shut</title><link>https://port.example/quay</link>"
        "<pubDate>Thu, 24 Oct 2024 09:00:00 GMT</pubDate><description>&lt;p&gt;The quay is shut."
        "&lt;/p&gt;&lt;p&gt;Update 10/24/24, 9:11 a.m. ET: until noon.&lt;/p&gt;</description>"
        "</item></channel></rss>",
        encoding="utf-8",
    )
    imported = ask("--archive", archive, "import", "feed", str(feed), "--date-order", "mdy")
    assert imported.code == 0, imported
    (story,) = ask("--archive", archive, "stories", "--format", "json").objects
    told = ask("--archive", archive, "history", story["story"])
    assert "notice says 2024-10-24" in told.out, told.out


MEDIA = 'xmlns:{0}="http://search.yahoo.com/mrss/"'
ENCODED = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
CAPTION = "The harbour master at the quay on Thursday, where nothing sails any more."


def texts(path: Path, feed: str) -> list[tuple[str, ...]]:
    """The paragraphs of a feed's entries."""
    found: list[tuple[str, ...]] = []
    for _, command in items("feed", saved(path, feed)):
        assert isinstance(command, RecordCopy), command
        assert isinstance(command.article, Article)
        found.append(command.article.paragraphs)
    return found


@pytest.mark.parametrize("prefix", ["media", "m"])
@pytest.mark.parametrize("place", ["before", "after", "within"])
def test_a_picture_s_caption_is_not_the_story(prefix: str, place: str, tmp_path: Path) -> None:
    caption = f'<{prefix}:description type="plain">{CAPTION}</{prefix}:description>'
    if place == "within":
        caption = f'<{prefix}:content url="https://a.example/i.jpg">{caption}</{prefix}:content>'
    feed = rss("<p>One.</p>").replace("<rss ", f"<rss {MEDIA.format(prefix)} ")
    at = "</item>" if place == "after" else "<description>"
    told = texts(tmp_path / "feed.xml", feed.replace(at, caption + at))
    assert told == [("One.",)]


def test_what_is_said_of_a_video_is_the_text_of_its_entry(tmp_path: Path) -> None:
    """Where an entry has no other text."""
    video = f"<media:group><media:description>{CAPTION}</media:description></media:group>"
    feed = atom("").replace("<feed ", f"<feed {MEDIA.format('media')} ")
    feed = feed.replace('<content type="html"></content>', video)
    assert texts(tmp_path / "feed.xml", feed) == [(CAPTION,)]


def test_a_content_counts_before_a_summary_that_is_longer(tmp_path: Path) -> None:
    summary = f"<summary>{CAPTION}</summary>"
    feed = atom("One.").replace("<content", f"{summary}<content")
    assert texts(tmp_path / "atom.xml", feed) == [("One.",)]
    feed = rss(CAPTION).replace("<rss ", f"<rss {ENCODED} ")
    text = "Nothing sails from the quay, says its master."
    whole = feed.replace("</item>", f"<content:encoded>&lt;p&gt;{text}</content:encoded></item>")
    assert texts(tmp_path / "rss.xml", whole) == [(text,)]
    for bare in ("img src='i.jpg' alt=''/&gt;", f"p class='{'more ' * 40}'&gt;Read more&lt;/p&gt;"):
        feed = whole.replace(f"&lt;p&gt;{text}", f"&lt;{bare}")
        assert texts(tmp_path / "bare.xml", feed) == [(CAPTION,)]


def entries(*each: tuple[str, str], channel: str = "https://news.example/") -> str:
    """A feed whose entries have these links and ids."""
    told = "".join(
        f"<item><title>{name} {link[-3:]}</title><link>{link}</link><guid isPermaLink='false'>"
        f"{name}</guid><pubDate>Thu, 24 Oct 2024 08:0{number}:00 GMT</pubDate></item>"
        for number, (link, name) in enumerate(each)
    )
    return (
        f"<rss version='2.0'><channel><title>N</title><link>{channel}</link>{told}</channel></rss>"
    )


def stories(path: Path, feed: str) -> list[str]:
    """The stories that a feed's entries are."""
    commands = [command for _, command in items("feed", saved(path, feed))]
    assert all(isinstance(command, RecordCopy) for command in commands)
    return [command.story for command in commands if isinstance(command, RecordCopy)]


SHOW = "https://radio.example/show"
COMMENTS = [(f"{FERRY}/#comment-{n}", f"https://news.example/?p=1#comment-{n}") for n in (11, 12)]


@pytest.mark.parametrize(
    ("each", "channel"),
    [([(SHOW, "ep-1"), (f"{SHOW}/?utm_source=rss", "ep-2")], SHOW), (COMMENTS, f"{FERRY}/")],
)
def test_entries_at_the_address_of_something_else_are_stories_by_their_ids(
    each: list[tuple[str, str]], channel: str, tmp_path: Path, archive: Path
) -> None:
    """Episodes at their show's address, comments at their story's; each alone too."""
    path = tmp_path / "feed.xml"
    one, two = stories(path, entries(*each, channel=channel))
    assert one != two
    assert stories(path, entries(each[1], channel=channel)) == [two]
    assert stories(path, entries(each[0], channel=channel).replace("<title>N", "<title>M")) == [one]
    assert imported(archive, path)["stories"] == 1
    page = ask(
        "--archive", archive, "record", path, "--url", each[0][0], "--published", "2024-10-24Z"
    )
    assert page.out.split()[0] not in (one, two), "the address is not theirs"


@pytest.mark.parametrize("link", ["/ferry", "//news.example/ferry", "/ferry?utm_source=rss"])
def test_links_without_a_site_are_of_the_channel_s(link: str, tmp_path: Path) -> None:
    feed = entries((link, "a1"), channel="https://news.example/latest/")
    assert stories(tmp_path / "feed.xml", feed) == [id_from_url(FERRY)]
    other = entries((link, "a1"), channel="none")
    assert stories(tmp_path / "feed.xml", other)[0].startswith("feed-")


def test_a_feed_is_held_though_a_later_one_has_another_entry_of_its_address(
    tmp_path: Path, archive: Path
) -> None:
    """Entries that share an address are copies of one story, whatever their ids."""
    one = saved(tmp_path / "20241024T100000Z.xml", entries((FERRY, "a1")))
    text = entries((FERRY, "a1 new"), (FERRY, "a2"))
    two = saved(tmp_path / "20241024T110000Z.xml", text)
    assert len(set(stories(tmp_path / "feed.xml", text))) == 1
    assert imported(archive, one)["revisions"] == 1
    assert imported(archive, two)["revisions"] == 2
    for path, held in ((one, 1), (two, 2)):
        again = imported(archive, path)
        assert (again["revisions"], again["sightings"], again["held"]) == (0, 0, held), again


def test_a_feed_with_two_texts_of_one_address_is_held(tmp_path: Path, archive: Path) -> None:
    """The second says eight, and came with another when the feed was built: of then, for good."""
    first = "<item><title>Ferry late</title><link>https://port.example/2024/ferry</link></item>"
    second = first.replace("late", "later").replace(
        "</item>", "<pubDate>Thu, 24 Oct 2024 08:00:00 GMT</pubDate></item>"
    )
    built = "<lastBuildDate>Thu, 24 Oct 2024 09:12:00 GMT</lastBuildDate>"
    channel = f"<channel><title>Port</title>{built}{first}{second}</channel>"
    path = saved(tmp_path / "f.xml", f'<rss version="2.0">{channel}</rss>')
    assert imported(archive, path)["revisions"] == 2
    again = imported(archive, path)
    assert (again["revisions"], again["sightings"], again["held"]) == (0, 0, 2), again


def test_entries_of_a_usual_feed_are_the_stories_at_their_addresses(tmp_path: Path) -> None:
    """Whatever their ids, and also where one entry comes twice."""
    each = [(FERRY, "7"), (f"{FERRY}?utm_source=rss", "7"), (f"{FERRY}-2#comments", "urn:8")]
    of_url = [id_from_url(url) for url, _ in each]
    assert stories(tmp_path / "feed.xml", entries(*each)) == of_url


def bylines(path: Path, feed: str) -> list[str | None]:
    """The authors of a feed's entries."""
    found: list[str | None] = []
    for _, command in items("feed", saved(path, feed)):
        assert isinstance(command, RecordCopy), command
        assert isinstance(command.article, Article)
        found.append(command.article.byline)
    return found


ADA, BO, CY = (f"<author><name>{name}</name></author>" for name in ("Ada Quill", "Bo Reed", "Cy"))


def test_each_author_is_named_once(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    assert bylines(path, atom("One.").replace(ADA, ADA + BO + ADA)) == ["Ada Quill, Bo Reed"]
    dublin = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    creators = "".join(f"<dc:creator>{name}</dc:creator>" for name in ("Ada Quill", "Bo Reed"))
    feed = rss("One.").replace("<rss ", f"<rss {dublin} ").replace("</item>", f"{creators}</item>")
    assert bylines(path, feed) == ["Ada Quill, Bo Reed"]


def test_who_wrote_the_feed_wrote_its_entries_that_name_nobody(tmp_path: Path) -> None:
    """RFC 4287, 4.2.1: the source's authors before the feed's; JSON Feed 1.1 likewise."""
    path = tmp_path / "feed.xml"
    feed = atom("One.").replace("<entry>", f"{BO}<entry>", 1)
    assert bylines(path, feed) == ["Ada Quill"]
    assert bylines(path, feed.replace(ADA, "")) == ["Bo Reed"]
    source = f"<source><title>Wire</title>{CY}</source>"
    assert bylines(path, feed.replace(ADA, source)) == ["Cy"]
    told = json.loads(json_feed("One."))
    told["authors"] = [{"name": "Cy"}]
    assert bylines(path, json.dumps(told)) == ["Ada Quill, Bo Reed"]
    del told["items"][0]["authors"]
    assert bylines(path, json.dumps(told)) == ["Cy"]
    editor = "<managingEditor>desk@news.example (Bo)</managingEditor><item>"
    assert bylines(path, rss("One.").replace("<item>", editor)) == [None], "RSS says no such thing"
