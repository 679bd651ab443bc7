"""Pages and files: what of a page is the story, and what its markup says of its times."""

from __future__ import annotations

import codecs
import json
import time
from collections.abc import Mapping
from datetime import datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from variorum.adapters.imports.page import looks_like_html, read_page
from variorum.adapters.imports.text import decode_page, decode_text
from variorum.domain.content import Comments, Media
from variorum.domain.errors import UnreadableError, UsageError
from variorum.domain.reading import Reading, read_text
from variorum.domain.stated import Known
from variorum.domain.times import Basis, Precision, iso, to_instant

NOTHING = Known()
NEW_YORK = Known(zone="America/New_York")
WALL = (
    "The council of Port Wren approved a new harbour wall on Tuesday after a debate of nine hours,"
    " the clerk of the council said."
)
COST = (
    "The wall will cost “41 million crowns” – of which the ferry company pays a third, a fair share"
    " in the words of its director…"
)
GRASS = "Critics fear for the eelgrass and have gone to the regional court in Alder."
UPDATE = "Update 10/24/24, 9:11 a.m. ET: This story was updated with the vote."
SLOW = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def instant(text: str) -> int:
    return to_instant(datetime.fromisoformat(text))


def page(*body: str, head: str = "", title: str = "Harbour wall approved") -> bytes:
    story = "\n".join(part if part.startswith("<") else f"<p>{part}</p>" for part in body)
    return (
        f"<!doctype html><html><head><meta charset=utf-8>{head}<title>{title} | The Tern</title>"
        f"</head><body><nav><ul><li><a href=/>Home</a></li><li><a href=/n>News</a></li></ul></nav>"
        f"<article><h1>{title}</h1>{story}</article>"
        "<aside><h3>More news</h3><p><a href=/b>Update: Boats are late again</a></p></aside>"
        "<footer><p>Corrections Policy</p></footer></body></html>"
    ).encode()


def linked_data(**article: object) -> str:
    data = {"@context": "https://schema.org", "@type": "NewsArticle", **article}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def times_of(reading: Reading) -> tuple[str | None, str | None]:
    """The published time and the first one, in ISO 8601."""
    published, first = reading.published, reading.first_published
    return iso(published.at) if published else None, iso(first.at) if first else None


# Text


def test_a_story_is_read_from_a_page_character_for_character() -> None:
    article = read_page(page(WALL, COST, GRASS), NOTHING).article
    assert article.headline == "Harbour wall approved"
    assert article.paragraphs == (WALL, COST, GRASS)
    assert (article.media, article.notices, article.comments) == ((), (), None)


words = st.sampled_from(
    ["harbour", "wall", "council", "“ferry”", "crowns", "–", "quay’s", "pier,", "tide;", "Alder"]
)
paragraphs = st.lists(words, min_size=12, max_size=40).map(lambda w: " ".join(w) + ".")


@SLOW
@given(st.lists(paragraphs, min_size=3, max_size=8, unique=True))
def test_the_paragraphs_of_a_page_are_those_of_the_text(texts: list[str]) -> None:
    reading = read_page(page(*texts), NOTHING)
    assert reading.article.paragraphs == tuple(texts)
    assert (
        reading.article
        == read_text("\n\n".join(["Harbour wall approved", *texts]), NOTHING).article
    )


SENTENCES = (
    WALL,
    "“We could see the mast from the pier,” said Maud Ellery, who keeps the café there.",
    COST,
    "It was the third such debate since March, and the longest of them by two hours.",
    GRASS,
    "A spokesman for the ministry of ports declined to comment on the vote.",
    "The work begins in the spring, the council said, and ends two years later.",
)
SETTINGS = ("<p>{}</p>", "<div>{}</div>", "<div class=lead><b>{}</b></div>", "{}<br><br>",
            "<section>{}</section>", "<center>{}</center>")  # fmt: skip


@given(st.lists(st.sampled_from(SETTINGS), min_size=len(SENTENCES), max_size=len(SENTENCES)))
@example([SETTINGS[1], *[SETTINGS[0]] * 6])
@example([SETTINGS[3], *[SETTINGS[0]] * 6])
@example([*[SETTINGS[0]] * 3, SETTINGS[1], *[SETTINGS[0]] * 3])
@example([*[SETTINGS[0]] * 6, SETTINGS[1]])
@SLOW
def test_a_story_is_whole_whatever_its_paragraphs_are_set_in(set_in: list[str]) -> None:
    text = "".join(form.format(said) for form, said in zip(set_in, SENTENCES, strict=True))
    for body in (text, f"<p>By Ada Quill</p>{text}<div>Share this</div>"):
        data = page(f"<div class=text>{body}</div>")
        assert read_page(data, NOTHING).article.paragraphs == SENTENCES


def test_lists_headings_tables_and_quotations_are_of_the_story() -> None:
    article = read_page(
        page(
            WALL,
            "<h2>What happens next</h2>",
            "<ul><li>Work begins in June at the mole.</li><li>Ferries use the coal quay.</li></ul>",
            "<figure><blockquote><p>We waited forty years for this wall.</p></blockquote></figure>",
            "<table><tr><th>Isle</th><th>Boats</th></tr><tr><td>Skarn</td><td>4</td></tr></table>",
            "Rain fell.<br>Nobody<br><br>left.",
            COST,
        ),
        NOTHING,
    ).article
    assert article.paragraphs == (
        WALL,
        "What happens next",
        "Work begins in June at the mole.",
        "Ferries use the coal quay.",
        "We waited forty years for this wall.",
        *("Isle", "Boats", "Skarn", "4"),
        "Rain fell.\nNobody",
        "left.",
        COST,
    )


def test_what_a_story_says_twice_is_read_twice_and_a_teaser_of_it_never() -> None:
    data = page(WALL, "Never again.", "Never again.", COST, "* * *", GRASS, GRASS)
    teaser = f"<header><div><p>{COST}</p></div></header><article>".encode()
    article = read_page(data.replace(b"<article>", teaser), NOTHING).article
    assert article.paragraphs == (
        *(WALL, "Never again.", "Never again.", COST, "* * *", GRASS, GRASS),
    )


def test_a_quotation_set_apart_does_not_hide_its_paragraph() -> None:
    quote = COST.split(" – ")[0]
    article = read_page(page(WALL, f"<div class=pull><p>{quote}</p></div>", COST), NOTHING).article
    assert article.paragraphs[-1] == COST
    assert article.paragraphs[0] == WALL


def test_a_page_without_markup_of_its_parts_is_read_too() -> None:
    old = (
        f"<html><body><table><tr><td><h1>Wall</h1>{WALL}<br><br>{COST}<br><br>"
        f"UPDATE: Dec. 22, 2016, 2:16 p.m. EST<br><br>{GRASS}</td></tr></table></body></html>"
    )
    reading = read_page(old.encode(), NOTHING)
    assert reading.article.paragraphs == (WALL, COST, GRASS)
    assert times_of(reading)[0] == "2016-12-22T19:16:00Z"


def test_a_story_of_one_sentence_is_read() -> None:
    article = read_page(b"<h1>Late</h1><p>The ferry was late.</p>", NOTHING).article
    assert (article.headline, article.paragraphs) == ("Late", ("The ferry was late.",))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   ",
        b"\0\0",
        b"<!-- nothing -->",
        b"<html><body></body></html>",
        b"<html><head><title>Tern</title></head><body><script>let a = 1</script></body></html>",
        b"<body><ul><li><a href=1>Harbour wall approved</a></li><li><a href=2>Boats late</a></ul>",
    ],
    ids=["empty", "blank", "zeros", "comment", "no body", "script", "links"],
)
def test_a_page_without_a_story_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        read_page(data, NOTHING)


tags = st.sampled_from(
    [
        *("<p>", "</p>", "<figure>", "</figure>", "<figcaption>", "<img src=a>", "<br>", "<b", ">"),
        *("<article>", "</article>", "<table>", "<td>", "&#xD800;", "&#150;", "&nbsp;", "\0", "\v"),
        *(
            "<script type='application/ld+json'>",
            "{",
            "[",
            '"@type":',
            "</script>",
            "<time>",
            "<a>",
        ),
        *("<pre>", "</pre>", "<div class=wp-caption>", "</div>", "<!--", "-->", "<![CDATA[", "<?"),
        *(WALL, UPDATE, "Comments are closed.", "\n", "é", "<h1>", "</h1>", "<meta charset=utf-7>"),
    ]
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.binary(max_size=200), st.lists(tags, max_size=25).map("".join).map(str.encode)))
def test_malformed_markup_is_read_or_refused(data: bytes) -> None:
    try:
        reading = read_page(data, NEW_YORK, "text/html; charset=nonsense")
    except UnreadableError:
        return
    assert reading.article.paragraphs
    assert reading.article.canonical()
    assert len(reading.notices) == len(reading.article.notices)


@pytest.mark.parametrize(
    "label",
    ["Read more:", "MORE:", "Also read |", "Related:", "[ READ MORE: ", "À lire aussi", "Lees ook:",
     "Läs också:", "Lesen Sie auch:", "Más información:", "See also:", "Read more here:"],
)  # fmt: skip
def test_a_label_and_a_link_lead_to_another_story(label: str) -> None:
    other = (
        f"<p><strong>{label}</strong> <a href=/b>Boats were late again on all of the days</a></p>"
    )
    assert read_page(page(WALL, other, COST), NOTHING).article.paragraphs == (WALL, COST)
    for linked in (
        f"<p>{GRASS} {label} <a href=/b>its ruling</a></p>",
        "<p>Read <a href=/b>the report of the council on the harbour wall of Port Wren</a>.</p>",
        "<p>More <a href=/b>than three hundred people live near the harbour wall</a>.</p>",
    ):
        assert len(read_page(page(WALL, linked, COST), NOTHING).article.paragraphs) == 3


@pytest.mark.parametrize(
    "hidden",
    [
        '<span class="visually-hidden x1">, external</span>',
        '<span class="sr-only"> (opens in a new tab)</span>',
        '<span style="border: 0px; clip: rect(0px, 0px, 0px, 0px)">, opens new tab</span>',
    ],
)
def test_what_a_link_says_only_when_read_aloud_is_not_in_the_text(hidden: str) -> None:
    linked = f"<p>{WALL.replace('the clerk', f'<a href=/c>the clerk{hidden}</a>')}</p>"
    assert read_page(page(linked, COST), NOTHING).article.paragraphs == (WALL, COST)


def test_a_link_that_is_only_read_aloud_is_a_heading() -> None:
    heading = b"<h1><a href=/a><span class=sr-only>Harbour wall approved</span></a></h1>"
    data = page(WALL, COST).replace(b"<h1>Harbour wall approved</h1>", heading)
    assert read_page(data, NOTHING).article.headline == "Harbour wall approved"


def test_a_sentence_with_a_link_is_no_label() -> None:
    linked = "<p>Don’t miss <a href=/b>the vote on Sunday</a>.</p>"
    assert len(read_page(page(WALL, linked, COST), NOTHING).article.paragraphs) == 3


def test_a_question_is_no_byline() -> None:
    asked = "<p class=contributor-text>Who pays, and who does not?</p>"
    assert len(read_page(page(WALL, asked, COST), NOTHING).article.paragraphs) == 3


def test_a_page_that_is_left_is_read_where_it_has_a_story() -> None:
    head = '<meta http-equiv=refresh content="5; url=/front">'
    assert len(read_page(page(WALL, COST, GRASS, head=head), NOTHING).article.paragraphs) == 3
    with pytest.raises(UnreadableError, match="only leads"):
        read_page(
            page("The page has moved. Follow the link, if nothing happens.", head=head), NOTHING
        )


@pytest.mark.parametrize(
    "other",
    [
        "<div class=cap>The ferry Skarn lies at the quay in Norhavn on Tuesday.</div>",
        "<div class=who>Ada Quill is a reporter covering the coast and its harbours.</div>",
        "<div id=nl>Get the latest news delivered to your inbox every morning.</div>",
    ],
)
def test_a_box_of_another_name_is_no_paragraph(other: str) -> None:
    for body in ((WALL, other, COST, GRASS), (WALL, COST, GRASS, other)):
        data = page(*body).replace(b"article", b"div")
        assert read_page(data, NOTHING).article.paragraphs == (WALL, COST, GRASS)


def test_numbers_that_stand_above_each_part_of_a_text_are_all_kept() -> None:
    parts = (
        f"<div><div class=n>{n}</div><div><p>{said}</p></div></div>"
        for n, said in enumerate((WALL, COST, GRASS), 1)
    )
    said = ("1", WALL, "2", COST, "3", GRASS)
    assert read_page(page("".join(parts)), NOTHING).article.paragraphs == said
    costs = page("<section><p>1,400</p></section>", WALL, COST)
    assert read_page(costs, NOTHING).article.paragraphs == ("1,400", WALL, COST)


def test_what_follows_a_time_within_a_word_is_of_it() -> None:
    said = "On the 24th, as in the 1990s, the wall of Port Wren was given up by the whole council."
    marked = said.replace("24", "<time>24</time>").replace("1990", "<time>1990</time>")
    kanji = (
        "政府は24日に港の新しい壁を承認したと発表した。会議は九時間に及び、費用は四千百万に上ると見られている。"
        * 2
    )
    data = page(f"<p>{marked}</p>", f"<p>{kanji.replace('24日', '<time>24日</time>')}</p>", WALL)
    assert read_page(data, NOTHING).article.paragraphs == (said, kanji, WALL)


def test_many_times_and_headings_are_read_in_little_time() -> None:
    cell = "<table><tr><td>" + "<time>9:11</time> word " * 20_000 + "</td></tr></table>"
    heads = "".join(f'<meta property="og:title" content="x{n}: y">' for n in range(10_000))
    data = page(cell, "<h2>a b c</h2>" * 10_000, WALL, COST, head=heads)
    begin = time.process_time()
    read_page(data, NOTHING)
    assert time.process_time() - begin < 20


def test_how_many_liked_a_story_is_not_its_first_line() -> None:
    data = page("<div><p>124</p><p>2</p></div>", "1", WALL, "2", COST, "3", GRASS)
    assert read_page(data, NOTHING).article.paragraphs == ("1", WALL, "2", COST, "3", GRASS)


def test_the_headings_of_a_live_story_s_items_are_all_kept() -> None:
    said = ("It stands until Monday", WALL, "It costs a lot", COST, "There is grass", GRASS)
    items = [
        f"<article><header><time datetime={PUBLISHED}>8 a.m.</time><h2>{title}</h2></header>"
        f"<div><p>{text}</p></div></article>"
        for title, text in zip(said[::2], said[1::2], strict=True)
    ]
    story = f"<main><h1>Harbour wall</h1><div>{''.join(items)}</div></main>"
    assert read_page(story.encode(), NOTHING).article.paragraphs == said


@pytest.mark.parametrize("tag", ["time", "label"])
def test_times_in_a_sentence_are_words_of_it(tag: str) -> None:
    marked = f"<p>{WALL.replace('Tuesday', f'<{tag}>Tuesday</{tag}>')}</p>"
    for body in ((marked, COST), (*[COST, GRASS] * 9, marked)):
        assert WALL in read_page(page(*body), NOTHING).article.paragraphs


# Headline, byline, pictures


def test_the_headline_is_the_heading_of_the_story_or_what_the_metadata_say() -> None:
    logo = page(WALL, COST).replace(b"<nav>", b"<h1>The Tern</h1><nav>")
    assert read_page(logo, NOTHING).article.headline == "Harbour wall approved"
    none = page(WALL, COST).replace(b"<h1>Harbour wall approved</h1>", b"")
    assert read_page(none, NOTHING).article.headline == "Harbour wall approved | The Tern"
    graph = none.replace(b"<title>", b'<meta property="og:title" content="A wall"><title>')
    assert read_page(graph, NOTHING).article.headline == "A wall"


def test_a_page_without_any_headline_is_a_problem() -> None:
    reading = read_page(f"<body><p>{WALL}</p><p>{COST}</p></body>".encode(), NOTHING)
    assert reading.article.headline is None
    assert "no headline was found" in reading.problems


def test_the_byline_is_the_printed_one_or_the_names_in_the_metadata() -> None:
    head = linked_data(author=[{"@type": "Person", "name": "Ada Quill"}, {"name": "By Jo Wick"}])
    assert read_page(page(WALL, COST, head=head), NOTHING).article.byline == "Ada Quill, Jo Wick"
    both = read_page(page('<p class="byline">By Ada Quill</p>', WALL, COST, head=head), NOTHING)
    assert (both.article.byline, both.article.paragraphs) == ("By Ada Quill", (WALL, COST))


OTHER_AUTHORS = (
    "<section class=comments><div class=comment><a rel=author>Old Salt</a><p>Nice.</div></section>",
    "<section class=related><article><h3>Boats</h3><b class=author-name>Old Salt</b></article>"
    "</section>",
    "<div itemscope itemtype=https://schema.org/Comment><i itemprop=author>Old Salt</i></div>",
)


@pytest.mark.parametrize("other", OTHER_AUTHORS)
def test_who_wrote_comments_or_another_story_did_not_write_this_one(other: str) -> None:
    for place in (b"</article><aside>", b"<aside>"):
        data = page(WALL, COST).replace(place, other.encode() + place, 1)
        assert read_page(data, NOTHING).article.byline is None
        own = data.replace(b"</h1>", b"</h1><p class=meta><a rel=author>Ada Quill</a></p>")
        assert read_page(own, NOTHING).article.byline == "Ada Quill"


@pytest.mark.parametrize("name", ["article:author", "parsely-author", "author"])
def test_all_authors_in_the_head_are_named(name: str) -> None:
    said = "".join(f'<meta name="{name}" content="{who}">' for who in ("Ada Quill", "Jo Wick"))
    assert read_page(page(WALL, COST, head=said), NOTHING).article.byline == "Ada Quill, Jo Wick"


@pytest.mark.parametrize(
    ("line", "byline"),
    [
        ("<p>By Ada Quill | quill@tern.example | The Tern</p>", "By Ada Quill"),
        ("<p class=byline>Ada Quill, Port Wren</p>", "Ada Quill, Port Wren"),
        ("<p class=author>Ada Quill</p>", "Ada Quill"),
        ("<p>By Tuesday, the water had risen, said the clerk | the mayor</p>", None),
    ],
)
def test_a_byline_is_told_by_its_form_or_its_name(line: str, byline: str | None) -> None:
    article = read_page(page(line, WALL, COST), NOTHING).article
    assert article.byline == byline
    assert article.paragraphs[-2:] == (WALL, COST)
    contributed = "<p class=contributors>Jo Wick of the newsroom contributed to this report.</p>"
    assert len(read_page(page(WALL, COST, contributed), NOTHING).article.paragraphs) == 3


def test_the_name_of_a_blog_above_its_post_is_not_the_headline() -> None:
    data = page(WALL, COST).decode().replace("article>", "div>").replace("h1>", "h3>")
    data = data.replace("<nav>", "<h1><a href=/>The Tern</a></h1><nav>")
    data = data.replace("Harbour wall approved | The Tern", "The Tern: Harbour wall approved")
    assert read_page(data.encode(), NOTHING).article.headline == "Harbour wall approved"


def test_a_title_in_a_caption_is_no_credit() -> None:
    for said in (
        "The cast of <cite>The Wall</cite> on stage.",
        "Ann Kern in <cite>The Wall</cite>",
    ):
        figure = f"<figure><img src=/1.jpg><figcaption>{said}</figcaption></figure>"
        (picture,) = read_page(page(WALL, figure, COST), NOTHING).article.media
        plain = said.replace("<cite>", "").replace("</cite>", "")
        assert (picture.caption, picture.credit) == (plain, None)


def test_captions_and_credits_are_pictures_and_never_paragraphs() -> None:
    article = read_page(
        page(
            '<figure><img src="data:," data-src="/1.jpg"><figcaption>The old pier at low tide.'
            ' <span class="image-credit">Moss Fenn/The Tern</span></figcaption></figure>',
            WALL,
            "<figure><figure><img src=/2.jpg><figcaption>The quay (Photo: Jo Wick)</figcaption>"
            '</figure><figure><img src=/3.jpg><p class="caption">A boat.</p>'
            '<small class="source">TNA</small></figure></figure>',
            COST,
            '<div class="wp-caption"><img src=/4.jpg><p class="wp-caption-text">Rain.</p></div>',
            "<figure><img src=/5.jpg><figcaption>Wind. <cite>A Friend of The Tern</cite></figure>",
        ),
        NOTHING,
    ).article
    assert article.media == (
        Media(
            caption="The old pier at low tide.", credit="Moss Fenn/The Tern", url="/1.jpg", after=0
        ),
        Media(caption="The quay", credit="(Photo: Jo Wick)", url="/2.jpg", after=1),
        Media(caption="A boat.", credit="TNA", url="/3.jpg", after=1),
        Media(caption="Rain.", url="/4.jpg", after=2),
        Media(caption="Wind.", credit="A Friend of The Tern", url="/5.jpg", after=2),
    )
    assert article.paragraphs == (WALL, COST)


def test_a_picture_whose_caption_the_metadata_print_with_its_credit_is_one() -> None:
    head = linked_data(image={"url": "/1.jpg", "caption": "The old pier. Photo: Moss Fenn"})
    shown = (
        "<figure><img src=/x.jpg><figcaption>The old pier. Photo: Moss Fenn</figcaption></figure>"
    )
    media = read_page(page(shown, WALL, COST, head=head), NOTHING).article.media
    assert [(m.caption, m.credit) for m in media] == [("The old pier.", "Photo: Moss Fenn")]


def test_pictures_of_other_stories_are_left_out() -> None:
    other = "<article><figure><img src=/9.jpg><figcaption>Other</figcaption></figure></article>"
    aside = "<aside><figure><img src=/8.jpg><figcaption>Other</figcaption></figure></aside>"
    assert read_page(page(WALL, aside, COST, other), NOTHING).article.media == ()


def test_the_metadata_complete_the_pictures() -> None:
    head = linked_data(
        image=[
            {"url": "https://tern.example/a/1.jpg?w=9", "creditText": "Moss Fenn"},
            {"url": "https://tern.example/a/2.jpg", "caption": "The quay", "creditText": "Jo Wick"},
            "https://tern.example/a/3.jpg",
        ]
    )
    shown = "<figure><img src=/1.jpg><figcaption>The old pier</figcaption></figure>"
    article = read_page(page(shown, WALL, COST, head=head), NOTHING).article
    assert [(m.caption, m.credit) for m in article.media] == [
        ("The old pier", "Moss Fenn"),
        ("The quay", "Jo Wick"),
    ]


# Notices and times


def test_notices_and_the_comments_state_are_read_as_in_a_text() -> None:
    body = (WALL, COST, f'<p class="note"><em>{UPDATE}</em></p>', "Correction: It is blue.")
    data = page(*body).replace(b"</article>", b"</article><div><p>Comments are closed.</p></div>")
    reading = read_page(data, NOTHING)
    article = reading.article
    assert [n.printed for n in article.notices] == [UPDATE, "Correction: It is blue."]
    assert article.comments is Comments.CLOSED
    assert article.paragraphs == (WALL, COST)
    assert reading.published is not None
    assert (reading.published.basis, times_of(reading)[0]) == (
        Basis.NOTICE,
        "2024-10-24T13:11:00Z",
    )


def test_a_notice_is_one_with_the_heading_that_is_its_label() -> None:
    body = ("<h4>Correction</h4>", "An earlier version of this article misstated the price.")
    article = read_page(page(WALL, COST, *body), NOTHING).article
    assert [notice.printed for notice in article.notices] == ["\n".join((body[0][4:-5], body[1]))]
    assert article.paragraphs == (WALL, COST)
    prison = read_page(page(WALL, "<h4>Corrections</h4>", COST), NOTHING).article
    assert prison.paragraphs == (WALL, "Corrections", COST)


@pytest.mark.parametrize(
    "place",
    [
        "<aside class=clarification>{}</aside></article>",
        "</article><div class=corrections>{}</div>",
        '</article><section data-testid="article-correction"><div>{}</div></section>',
    ],
)
def test_a_notice_counts_wherever_the_mark_up_calls_it_one(place: str) -> None:
    notice = "Correction: An earlier version of this article misstated the price."
    policy = "<footer class=corrections><p>Corrections Policy</p></footer>"
    data = (
        page(WALL, COST).decode().replace("</article>", place.format(f"<p>{notice}</p>") + policy)
    )
    article = read_page(data.encode(), NOTHING).article
    assert [each.printed for each in article.notices] == [notice]
    assert article.paragraphs == (WALL, COST)


PUBLISHED = "2024-10-24T08:00:00-04:00"
MODIFIED = "2024-10-24T09:10:42-04:00"


@pytest.mark.parametrize(
    "head",
    [
        linked_data(datePublished=PUBLISHED, dateModified=MODIFIED),
        linked_data(datePublished=PUBLISHED, dateModified=MODIFIED, **{"@type": ["NewsArticle"]}),
        f'<meta property="article:published_time" content="{PUBLISHED}">'
        f'<meta property="article:modified_time" content="{MODIFIED}">',
        f'<meta itemprop="datePublished" content="{PUBLISHED}">'
        f'<meta itemprop="dateModified" content="{MODIFIED}">',
    ],
    ids=["JSON-LD", "several types", "Open Graph", "microdata"],
)  # fmt: skip
def test_the_metadata_say_when_a_page_was_published_and_modified(head: str) -> None:
    reading = read_page(page(WALL, COST, head=head), NOTHING)
    assert times_of(reading) == ("2024-10-24T13:10:42Z", "2024-10-24T12:00:00Z")
    assert reading.published is not None
    assert (reading.published.basis, reading.published.precision) == (
        Basis.METADATA,
        Precision.SECOND,
    )
    assert reading.earlier_text


def test_time_elements_say_it_where_nothing_else_does() -> None:
    body = (f"<time datetime={PUBLISHED}>24 October</time>", WALL, COST)
    assert times_of(read_page(page(*body), NOTHING)) == ("2024-10-24T12:00:00Z", None)
    updated = (*body, f'<time class="updated" datetime={MODIFIED}>9.10</time>')
    assert times_of(read_page(page(*updated), NOTHING))[0] == "2024-10-24T13:10:42Z"


LATER = "2024-10-25T07:30:00Z"
OTHERS = {
    "the most read": f"<aside class=most-read><time class=last-updated datetime={LATER}></aside>",
    "a menu": f"<nav><time class=published datetime={LATER}></nav>",
    "comments": f'<section id=comments><div class=comment><time class="comment-updated" '
    f"datetime={LATER}>1h</time><p>{'Nice. ' * 200}</p></div></section>",
    "the foot": f"<footer><time class=updated datetime={LATER}></footer>",
    "a teaser": "<section class=related><div class=card><h3>Boats</h3>"
    f"<time class=card__updated datetime={LATER}></div></section>",
    "a story": f"<article><h2>Boats</h2><time class=updated datetime={LATER}></article>",
    "an item": "<div itemscope itemtype=https://schema.org/NewsArticle><h3>Boats</h3>"
    f'<meta itemprop=dateModified content="{LATER}"></div>',
    "a named item": "<div itemscope itemtype=https://schema.org/NewsArticle><meta itemprop=headline"
    f' content="Boats"><meta itemprop=datePublished content="{LATER}"></div>',
    "a picture": "<div itemscope itemtype=https://schema.org/ImageObject>"
    f'<meta itemprop=datePublished content="{LATER}"></div>',
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_times_of_others_are_not_the_storys(other: str) -> None:
    """Neither beside its own time, nor where it has none, nor before or in its text."""
    own = f"<time class=published datetime={PUBLISHED}>24 October</time>"
    for body, expected in (((own, WALL, COST), "2024-10-24T12:00:00Z"), ((WALL, COST), None)):
        plain = page(*body)
        for data in (
            plain.replace(b"<aside>", other.encode() + b"<aside>"),
            plain.replace(b"<article>", other.encode() + b"<article>"),
            plain.replace(b"</article>", other.encode() + b"</article>", 1)
            if not other.startswith("<footer")
            else plain,
        ):
            assert times_of(read_page(data, NOTHING)) == (expected, None)


def test_a_bar_above_the_story_says_nothing_of_it() -> None:
    """Unless the story is in no article, and the bar is not called one: it may be its own."""
    bar = f"<div class=bar><time class=published datetime={LATER}>1h</time></div>".encode()
    named = bar.replace(b"class=bar", b"class=breaking-bar")
    own = f"<time class=published datetime={PUBLISHED}>24 October</time>"
    loose = page(own, WALL, COST).replace(b"article>", b"div>")
    for data in (
        page(own, WALL, COST).replace(b"<article>", bar + b"<article>"),
        page(own[:6] + own[22:], WALL, COST).replace(b"<article>", bar + b"<article>"),
        loose.replace(b"<div><h1>", named + b"<div><h1>"),
    ):
        assert times_of(read_page(data, NOTHING))[0] == "2024-10-24T12:00:00Z"


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Ferry</h1><p><time class=published datetime={}></p><article>{}</article>",
        "<main><h1>Ferry</h1><article><time datetime={}></time>{}</article></main>",
        "<article><h1>Ferry</h1>{1}<footer class=meta><time class=updated datetime={0}></footer>"
        "</article>",
        "<main><article><h1>Ferry</h1>{1}</article><p><time class=updated datetime={0}></p></main>",
        "<article><h1>Ferry</h1>{1}</article><p><time class=updated datetime={0}></p>",
        "<div itemscope itemtype=https://schema.org/NewsArticle><meta itemprop=headline "
        "content=Ferry><meta itemprop=datePublished content={}></div><article><h1>Ferry</h1>{}",
        "<div itemscope itemtype=https://schema.org/NewsArticle><meta itemprop=datePublished "
        "content={}></div><article><h1>Ferry</h1>{}",
        "<h1>Ferry</h1><div itemscope itemtype=https://schema.org/NewsArticle><meta "
        "itemprop=datePublished content={}><p>{}</div>",
        "<div class=breaking-story><h1>Ferry</h1><time class=published datetime={}></time>{}</div>",
        "<div><h1>Ferry</h1><p>Port Wren, <time datetime={}></time></p>{}</div>",
        "<header><h1>Ferry</h1><amp-timeago datetime={}>1 h</amp-timeago></header><div>{}</div>",
        "<h1>Ferry</h1><relative-time datetime={}>1 h</relative-time>{}",
    ],
)
def test_times_of_the_story_count_wherever_its_pages_have_them(body: str) -> None:
    text = f"<p>{WALL}</p><p>{COST}</p>"
    reading = read_page(f"<html><body>{body.format(PUBLISHED, text)}".encode(), NOTHING)
    assert times_of(reading)[0] == "2024-10-24T12:00:00Z"


def test_words_that_are_cut_short_are_no_times() -> None:
    said = (
        "<div class=published>By <abbr title='Agence France-Presse'>AFP</abbr>, "
        f"<time datetime={PUBLISHED}>Thu</time></div>"
    )
    assert times_of(read_page(page(said, WALL, COST), NOTHING))[0] == "2024-10-24T12:00:00Z"


def test_the_hour_of_a_day_is_no_number_of_seconds() -> None:
    head = '<meta name=date content="2024102409">'
    assert times_of(read_page(page(WALL, COST, head=head), NOTHING)) == (None, None)


def test_an_author_in_an_aside_is_one_where_no_other_is_named() -> None:
    aside = "<aside><a rel=author>Ada Quill</a></aside>"
    comment = "<section class=comments><a rel=author>Jo Wick</a></section>"
    data = page(aside, WALL, COST, comment).replace(b"article", b"div")
    assert read_page(data, NOTHING).article.byline == "Ada Quill"


def test_a_time_below_a_text_without_an_article_is_not_its_own() -> None:
    for text in (
        f"<p>{WALL}</p><p>{COST}</p>",
        f"{WALL}<br><br>{COST}",
        f"<section>{WALL}</section><section>{COST}</section>",
        f"<ul><li>{WALL}</li><li>{COST}</li></ul>",
        f"<table><tr><td>{WALL}</td></tr></table><p>{COST}</p>",
    ):
        below = (
            f"<div><h1>Ferry</h1><div>{text}</div><p>Boats <time datetime={PUBLISHED}>1 h</p></div>"
        )
        assert times_of(read_page(f"<html><body>{below}".encode(), NOTHING)) == (None, None)


@pytest.mark.parametrize(
    "name",
    [
        "DC.date",
        "publish_date",
        "article:published",
        "og:release_date",
        "cXenseParse:recs:publishtime",
    ],
)
def test_the_head_names_the_time_in_many_ways(name: str) -> None:
    head = f'<meta name="{name}" content="{PUBLISHED}">'
    assert times_of(read_page(page(WALL, COST, head=head), NOTHING))[0] == "2024-10-24T12:00:00Z"


@pytest.mark.parametrize(
    "body",
    [
        "<article>{h}{p}<footer class=entry-footer>{t}</footer></article>",
        "<article>{h}<div data-testid=reading-time-module>{u}</div>{p}</article>",
        "<article>{h}<div class=article-header__toolbar>{u}</div>{p}</article>",
        '<main>{h}<section class="meta meta__social">{u}</section>{p}</main>',
        "<article>{h}<div class=post-metadata>{u}</div>{p}</article>",
        "<article>{h}<div class=date-tags>{u}</div>{p}</article>",
        "<article>{h}<div class=author-bio-top>{u}</div>{p}</article>",
        "<article>{h}<div class=share>{m}</div>{p}</article>",
        "<article>{h}<aside class=article-meta>{t}</aside>{p}</article>",
        '<article>{h}<div class="meta has-comments">{u}</div>{p}</article>',
        '<article>{h}<div class="breaking-label meta">{u}</div>{p}</article>',
        "<div class=story>{h}{p}<footer>{t}</footer></div>",
        "<div itemscope itemtype=https://schema.org/NewsArticle>{h}{p}<footer>{t}</footer></div>",
        "<article><header>{h}</header><article class=content>{u}{p}</article></article>",
        "<main><article class=lead>{h}</article><article class=content>{u}{p}</article></main>",
        "<article>{h}<div itemscope itemtype=https://schema.org/NewsArticle>"
        "<meta itemprop=headline content='A harbour wall gets rebuilt'>{m}</div>{p}</article>",
        "<div class=head>{t}</div><article>{h}{p}</article>",
        "<article>{h}<div itemprop=author itemscope itemtype=https://schema.org/Person>{u}</div>"
        "{p}</article>",
    ],
)
def test_a_time_in_the_storys_furniture_counts_where_it_is_the_only_one(body: str) -> None:
    """And neither one of others nor one more of its own comes before that which it states."""
    said = body.format(
        h="<h1>Harbour wall to be rebuilt</h1>",
        p="".join(f"<p>{text}</p>" for text in (WALL, COST) * 3),
        t=f"<time class=published datetime={PUBLISHED}>24 October</time>",
        u=f"<time datetime={PUBLISHED}>24 October</time>",
        m=f'<meta itemprop=datePublished content="{PUBLISHED}">',
    )
    for other in ("", OTHERS["the most read"], OTHERS["a story"], OTHERS["the foot"]):
        reading = read_page(f"<html><body>{said}{other}".encode(), NOTHING)
        assert times_of(reading) == ("2024-10-24T12:00:00Z", None)


def test_a_page_after_json_or_in_utf_16_without_a_mark_is_one() -> None:
    text = page(WALL, COST).decode()
    pages = (text.encode("utf-16-le"), text.encode("utf-16-be"), f'{{"a": 1}}{text}'.encode())
    for data in pages:
        assert read_page(data, NOTHING).article.paragraphs
    for data in (b'{"html": "<html></html>"}', bytes((0, 1)) * 400):
        with pytest.raises(UnreadableError, match=r"no page|no text"):
            read_page(data, NOTHING)


NOON = "2024-10-24T12:00:00Z"


@pytest.mark.parametrize(
    "written",
    [
        1729771200,
        1729771200000,
        [NOON],
        {"@type": "DateTime", "@value": NOON},
        "2024/10/24 12:00:00Z",
        "20241024T120000Z",
        "Thu Oct 24 2024 08:00:00 GMT-0400 (Eastern Daylight Time)",
        "Thu Oct 24 08:00:00 EDT 2024",
        "2024-10-24T14:00:00+02:00[Europe/Berlin]",
        "2024-10-24T08:00:00-04",
    ],
)
def test_times_are_read_as_programs_write_them(written: object) -> None:
    said = page(WALL, COST, head=linked_data(datePublished=written))
    assert times_of(read_page(said, NOTHING))[0] == NOON
    if not isinstance(written, (list, dict)):
        meta = f'<meta property="og:updated_time" content="{written}">'
        assert times_of(read_page(page(WALL, COST, head=meta), NOTHING))[0] == NOON


@given(st.integers(1_000_000_000, 1_999_999_999))
@SLOW
def test_numbers_are_seconds_or_milliseconds_since_1970(second: int) -> None:
    for number in (second, 1000 * second):
        said = page(WALL, COST, head=linked_data(dateModified=number))
        published = read_page(said, NOTHING).published
        assert published is not None
        assert published.at == 1_000_000 * second


@pytest.mark.parametrize(
    "none", ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "1970-01-01T01:00:00+01:00"]
)
def test_what_programs_write_for_no_time_is_none(none: str) -> None:
    modified = linked_data(datePublished=PUBLISHED, dateModified=none)
    assert times_of(read_page(page(WALL, COST, head=modified), NOTHING)) == (NOON, None)
    both = page(WALL, COST, head=linked_data(datePublished=none, dateModified=none))
    assert times_of(read_page(both, NOTHING)) == (None, None)
    old = page(WALL, COST, head=linked_data(datePublished="1969-07-21T04:00:00Z"))
    assert times_of(read_page(old, NOTHING))[0] == "1969-07-21T04:00:00Z"


def test_the_moment_counts_where_the_page_says_the_day_too() -> None:
    moment = f'<meta property="article:published_time" content="{PUBLISHED}">'
    for day, expected in (("2024-10-24", NOON), ("2024-10-23", "2024-10-23T04:00:00Z")):
        data = page(WALL, COST, head=linked_data(datePublished=day) + moment)
        reading = read_page(data, NEW_YORK)
        assert times_of(reading) == (expected, None)
        assert reading.problems == ()


@pytest.mark.parametrize(
    "said",
    [
        "<abbr class=published title={p}>24 Oct</abbr><abbr class=updated title={m}>24 Oct</abbr>",
        "<span itemprop=datePublished content={p}></span><div itemprop=dateModified content={m}>",
        "<time property=datePublished datetime={p}>24</time>"
        "<time property=dateModified datetime={m}>24</time>",
        "<span property='dc:date dc:created' content={p}>by Jo</span>"
        "<span property=schema:dateModified content={m}></span>",
        "<meta property=schema:datePublished content={p}><meta property=schema:dateModified "
        "content={m}>",
        "<span>Published <time datetime={p}>Thu</time></span> <span>Updated: <time datetime={m}>"
        "Thu</time></span>",
        "<time datetime={p}>Thu</time><span>Uppdaterad</span> <time datetime={m}>Thu</time>",
        "<time datetime={p}>Thu</time> <time datetime={m}>Last updated on Thu</time>",
    ],
)
def test_times_are_told_from_one_another_by_the_mark_up_or_their_labels(said: str) -> None:
    story = said.format(p=PUBLISHED, m=MODIFIED)
    comments = f"<section class=comments>{said.format(p=LATER, m=LATER)}<p>Nice.</section>"
    data = page(story, WALL, COST, comments)
    assert times_of(read_page(data, NOTHING)) == ("2024-10-24T13:10:42Z", NOON)


def test_what_stands_beside_a_time_is_no_part_of_its_words() -> None:
    time = (
        f"<time datetime={MODIFIED}><span>Published Oct. 24, 2024, 8 a.m. ET</span>"
        "<span>Updated 9:11 a.m. ET</span></time>"
    )
    reading = read_page(page(time, WALL, COST), NOTHING)
    assert times_of(reading) == ("2024-10-24T13:11:00Z", NOON)
    drop = f"<p><span>T</span><span>he wall</span> stands since <time>noon</time>, they say. {WALL}"
    words = read_page(page(drop, COST), NOTHING).article.paragraphs[0]
    assert words.startswith("The wall stands since noon, they say.")


def test_a_story_that_was_only_published_has_no_earlier_text() -> None:
    for times in (
        {"datePublished": PUBLISHED},
        {"datePublished": MODIFIED, "dateModified": MODIFIED},
    ):
        reading = read_page(page(WALL, COST, head=linked_data(**times)), NOTHING)
        assert not reading.earlier_text
        assert reading.first_published is None


@pytest.mark.parametrize(
    ("notice", "published", "basis"),
    [
        (UPDATE, "2024-10-24T13:11:00Z", Basis.NOTICE),
        ("Updated October 24, 2024", "2024-10-24T13:10:42Z", Basis.METADATA),
        ("Updated October 25, 2024", "2024-10-25T04:00:00Z", Basis.NOTICE),
        ("Update: It is open.", "2024-10-24T13:10:42Z", Basis.METADATA),
    ],
    ids=["to the minute", "that very day", "another day", "no time"],
)
def test_a_printed_time_counts_before_the_metadata_unless_it_names_only_their_day(
    notice: str, published: str, basis: Basis
) -> None:
    head = linked_data(datePublished=PUBLISHED, dateModified=MODIFIED)
    reading = read_page(page(WALL, COST, notice, head=head), NEW_YORK)
    assert reading.published is not None
    assert (times_of(reading)[0], reading.published.basis) == (published, basis)
    assert reading.earlier_text
    assert times_of(reading)[1] == "2024-10-24T12:00:00Z"


@pytest.mark.parametrize(
    ("article", "known", "published", "problem"),
    [
        ({}, NOTHING, None, "no time of publication"),
        ({"datePublished": "soon"}, NOTHING, None, "not a time"),
        ({"datePublished": "2024-10-24T09:00:00"}, NOTHING, None, "without a zone"),
        ({"datePublished": 20241024}, NOTHING, None, "no time of publication"),
        (
            {"datePublished": MODIFIED, "dateModified": PUBLISHED},
            NOTHING,
            "2024-10-24T13:10:42Z",
            "before it was published",
        ),
        (
            {"datePublished": PUBLISHED, "dateModified": MODIFIED},
            Known(captured=instant("2024-10-24T13:00Z")),
            "2024-10-24T12:00:00Z",
            "later than the capture",
        ),
    ],
    ids=["none", "unreadable", "no zone", "a number", "backwards", "later than the capture"],
)
def test_what_is_not_found_or_not_believed_is_a_problem(
    article: Mapping[str, object], known: Known, published: str | None, problem: str
) -> None:
    reading = read_page(page(WALL, COST, head=linked_data(**article)), known)
    assert times_of(reading)[0] == published
    assert any(problem in line for line in reading.problems)


def test_a_time_without_a_zone_is_the_storys() -> None:
    head = linked_data(datePublished="2024-10-24T09:00:00")
    assert times_of(read_page(page(WALL, COST, head=head), NEW_YORK))[0] == "2024-10-24T13:00:00Z"


def test_json_with_a_comma_too_many_is_read() -> None:
    head = linked_data(author=[{"name": "Ada Quill, of [a], {b}"}], datePublished=PUBLISHED)
    for wrong in (
        head.replace("}<", ",\n}<"),
        head.replace("}]", "},]"),
        head.replace("}<", "};<"),
    ):
        reading = read_page(page(WALL, COST, head=wrong), NOTHING)
        assert times_of(reading)[0] == "2024-10-24T12:00:00Z"
        assert (reading.problems, reading.article.byline) == ((), "Ada Quill, of [a], {b}")


def test_broken_json_is_a_problem_and_no_more() -> None:
    head = '<script type="application/ld+json">{"@type": "NewsArticle",</script>'
    reading = read_page(page(WALL, COST, head=head), NOTHING)
    assert reading.article.paragraphs == (WALL, COST)
    assert "its JSON-LD cannot be read" in reading.problems


# Bytes


@pytest.mark.parametrize(
    ("head", "content_type", "encoding"),
    [
        ("", "text/html; charset=windows-1252", "cp1252"),
        ('<meta charset="iso-8859-1">', None, "cp1252"),
        ('<meta http-equiv=Content-Type content="text/html; charset=cp1252">', None, "cp1252"),
        ('<meta charset="windows-1252">', "text/html; charset=utf-8", "utf-8"),
        ('<meta charset="utf-16">', None, "utf-8"),
        ("", None, "utf-8"),
        ("", "text/html; charset=windows-1252", "utf-8-sig"),
        ("", "text/html", "utf-16"),
        ("", "text/html; charset=klingon", "utf-8"),
    ],
)  # fmt: skip
def test_the_mark_then_the_header_then_the_page_say_its_character_set(
    head: str, content_type: str | None, encoding: str
) -> None:
    data = f"<html><head>{head}</head><body><h1>Wall</h1><p>{WALL}</p><p>{COST}</p>".encode(
        encoding
    )
    assert looks_like_html(data)
    assert read_page(data, NOTHING, content_type).article.paragraphs == (WALL, COST)


@pytest.mark.parametrize(
    ("head", "content_type"),
    [
        ('<meta charset="utf-8">', "text/html; charset=utf-8"),
        ('<meta charset="iso-8859-1">', "text/html; charset=UTF8"),
        ("", None),
    ],
)
def test_one_byte_that_does_not_fit_spoils_no_other(head: str, content_type: str | None) -> None:
    """As where a teaser is cut off within a letter: everything else reads as it did."""
    markup = f"{head}<h1>Wall</h1><p>{WALL} Köln — “halt”</p><p>{COST} €5‰</p>"
    data = markup.encode().replace("‰".encode(), "‰".encode()[:2])
    reading = read_page(data, NOTHING, content_type)
    assert reading.article.paragraphs == (f"{WALL} Köln — “halt”", f"{COST} €5\ufffd")
    assert "its character set is utf-8, but some of its bytes are not in it" in reading.problems


def test_no_page_is_guessed_to_be_in_what_no_page_is_in() -> None:
    data = f"<h1>Wall</h1><p>{WALL}</p><p>{COST} It cost €5.</p>".encode("cp1252")
    assert read_page(data, NOTHING).article.paragraphs == (WALL, f"{COST} It cost €5.")


def test_bytes_that_are_not_what_the_page_says_are_a_problem() -> None:
    data = f'<meta charset="utf-8"><h1>Wall</h1><p>{WALL}</p><p>{COST}</p>'.encode("cp1252")
    reading = read_page(data, NOTHING)
    assert reading.article.paragraphs[0] == WALL
    assert "it says that its character set is utf-8, and is not in it" in reading.problems


@given(st.binary(max_size=300), st.sampled_from([None, "text/html", "a/b; charset=utf-32"]))
def test_any_bytes_become_a_page(data: bytes, content_type: str | None) -> None:
    text, _ = decode_page(data, content_type)
    assert text.encode().decode() == text


@given(
    st.text(st.characters(exclude_characters="\0", codec="utf-8")),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_text_is_decoded_by_its_mark_or_as_utf_8(text: str, encoding: str) -> None:
    plain = text.removeprefix("\ufeff")
    assert decode_text(plain.encode(encoding)) == plain


@given(st.binary(max_size=60), st.sampled_from([None, "latin-1", "cp1252", "utf-16", "ascii"]))
def test_bytes_in_another_encoding_are_refused_with_the_place(
    data: bytes, encoding: str | None
) -> None:
    try:
        decode_text(data, encoding)
    except UnreadableError as refusal:
        place = refusal.detail["offset"]
    else:
        return
    assert isinstance(place, int)
    assert 0 <= place < len(data)


def test_the_refusal_names_the_offset() -> None:
    with pytest.raises(UnreadableError, match=r"0xE9 at offset 3 does not fit$"):
        decode_text("Auké".encode("latin-1"))
    assert decode_text("Auké".encode("latin-1"), "latin-1") == "Auké"
    with pytest.raises(UnreadableError, match=r"UTF-16-LE.* at offset 4"):
        decode_text(codecs.BOM_UTF16_LE + b"a\0b")
    for name in ("klingon", "base64", "a\0b"):
        with pytest.raises(UsageError, match="no encoding of texts"):
            decode_text(b"Auk", name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<!DOCTYPE html><html>", True),
        ("\n <!-- The Tern --> <html lang=en>", True),
        ('<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0">', True),
        ("<p>Rain fell.</p>", True),
        ("Rain fell. <b>Much</b> of it.", False),
        ('<?xml version="1.0"?><rss></rss>', False),
        ("<3", False),
        ("", False),
    ],
)
def test_a_page_is_told_by_how_it_begins(text: str, expected: bool) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert looks_like_html(text.encode(encoding)) is expected


@pytest.mark.parametrize(
    "title",
    [
        "Storm kills 900 - what we know",
        "Storm – ferry stops",
        "The ferry stops — “today”",
        "Live: ferry stops: all we know",
    ],
)
@pytest.mark.parametrize("head", ["", "<meta property='og:title' content='{}'>"])
def test_a_heading_with_a_dash_in_it_is_kept_whole(title: str, head: str) -> None:
    """Its pieces are no names of the page, though its head is cut at such marks."""
    article = read_page(page(WALL, COST, head=head.format(title), title=title), NOTHING).article
    assert article.headline == title
    assert article.paragraphs == (WALL, COST)


def test_a_story_that_is_told_of_beside_it_gives_no_time_and_no_author() -> None:
    others = [
        {"@type": "NewsArticle", "headline": f"Another story {n}", "author": "Wrong Person",
         "datePublished": f"202{n}-01-01T00:00:00Z"}
        for n in (0, 1)
    ]  # fmt: skip
    own = "<meta property='article:published_time' content='2024-10-24T07:00:00Z'>"
    data = f'<script type="application/ld+json">{json.dumps(others)}</script>'
    reading = read_page(page(WALL, COST, head=own + data), NOTHING)
    assert times_of(reading)[0] == "2024-10-24T07:00:00Z"
    assert reading.article.byline is None
    others.append({"headline": "Harbour wall appr…", "@type": "NewsArticle", "author": "Ada Quill"})
    others[-1]["headline"] = "The harbour wall is…"
    others[-1]["datePublished"] = "2024-10-24T06:00:00Z"
    data = f'<script type="application/ld+json">{json.dumps(others)}</script>'
    title = "The harbour wall is approved by all"
    reading = read_page(page(WALL, COST, head=own + data, title=title), NOTHING)
    assert times_of(reading)[0] == "2024-10-24T06:00:00Z"
    assert "Ada Quill" in (reading.article.byline or "")


def test_markup_that_is_nested_deep_is_read_whole_or_said_not_to_be() -> None:
    def nested(depth: int) -> bytes:
        return page(WALL, "<div>" * depth + f"<p>{COST}</p>" + "</div>" * depth, GRASS)

    assert read_page(nested(300), NOTHING).article.paragraphs == (WALL, COST, GRASS)
    assert any("nested too deep" in each for each in read_page(nested(9000), NOTHING).problems)


@pytest.mark.parametrize(
    "headline",
    [
        "Harbour wall approved",
        "HARBOUR WALL APPROVED",
        "Harbour wall approved – what it costs",
        "Harbour wall…",
        "Another name for machines",
    ],
)
def test_the_page_s_own_article_is_known_beside_others(headline: str) -> None:
    """By its headline, however that is printed, or by its address, or by the time in the head."""
    own = {
        "@type": "NewsArticle", "headline": headline, "author": "Ada Quill",
        "datePublished": "2024-10-24T07:00:00Z", "dateModified": "2024-10-24T08:00:00Z",
    }  # fmt: skip
    other = {
        "@type": "NewsArticle", "headline": "Harbour wall", "author": "Wrong Person",
        "datePublished": "2022-01-01T00:00:00Z",
    }  # fmt: skip
    stated = "<meta property='article:published_time' content='2024-10-24T07:00:00Z'>"
    for order in ([own, other], [{**own, "url": "https://tern.example/wall"}, other][::-1]):
        data = f'<script type="application/ld+json">{json.dumps(order)}</script>'
        address = "<link rel=canonical href='https://tern.example/wall'>"
        reading = read_page(page(WALL, COST, head=stated + address + data), NOTHING)
        assert "Ada Quill" in (reading.article.byline or ""), order
        assert times_of(reading) == ("2024-10-24T08:00:00Z", "2024-10-24T07:00:00Z")


@pytest.mark.parametrize("kicker", ["Analysis", "Live:"])
def test_a_word_before_the_heading_goes_where_the_page_is_shared_without_it(kicker: str) -> None:
    title = "Harbour wall approved by all"
    shared = f"<meta property='og:title' content='{title}'>"
    data = page(WALL, COST, head=shared, title=f"{kicker} {title}")
    assert read_page(data, NOTHING).article.headline == title


def test_lists_that_are_nested_too_deep_for_the_reader_are_read_as_far_as_can_be() -> None:
    data = page(WALL, "<ul><li>" * 600 + COST + "</li></ul>" * 600, GRASS)
    assert WALL in read_page(data, NOTHING).article.paragraphs
