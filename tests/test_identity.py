"""Two addresses are one where they lead to the same page, and never where they may not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from program import ask
from variorum.domain.errors import UsageError
from variorum.domain.identity import address_of, canonical_url, id_from_url, plausible_canonical

PAGE = "https://example.org/2024/10/24/ferry-stops"

SAME = (
    "http://example.org/2024/10/24/ferry-stops",
    "HTTPS://EXAMPLE.ORG/2024/10/24/ferry-stops",
    "https://www.example.org/2024/10/24/ferry-stops/",
    "https://www2.example.org:443/2024/10/24/ferry-stops",
    "http://example.org:80/2024/10/24/ferry-stops#comments",
    "https://m.example.org/2024/10/24/ferry-stops",
    "https://mobile.example.org/2024/10/24/ferry-stops",
    "https://amp.example.org/2024/10/24/ferry-stops",
    "https://example.org./2024/10/24/ferry-stops",
    "https://user:secret@example.org/2024/10/24/ferry-stops",
    "https://example.org/2024/10/24/ferry-stops?utm_source=x&utm_medium=y&fbclid=z",
    "https://example.org/2024/10/24/ferry-stops?gclid=1&mc_cid=2&igshid=3&_ga=4&CMP=share",
    "https://example.org/2024/10/24/ferry-stops?PHPSESSID=0123456789abcdef0123",
    "https://example.org/2024/10/24/ferry-stops;jsessionid=0123ABC",
    "https://example.org/2024/10/24/ferry-stops/amp",
    "https://example.org/2024/10/24/ferry-stops/amp/",
    "https://example.org/2024/10/24/ferry-stops.amp",
    "https://example.org/amp/2024/10/24/ferry-stops",
    "https://example.org/2024/10/24/ferry-stops?amp",
    "https://example.org/2024/10/24/ferry-stops?amp=1",
    "https://example.org/2024/10/24/ferry-stops?outputType=amp",
    "https://example.org/2024/10/24/ferry-stops/print",
    "https://example.org/2024/10/24/ferry-stops?print=true",
    "https://example.org/2024/10/24/ferry-stops/index.html",
    "https://example.org/2024/10/./24/x/../ferry-stops",
    "https://example.org/2024/10/24/%66erry%2Dstops",
    "https://example-org.cdn.ampproject.org/c/s/example.org/2024/10/24/ferry-stops",
    "https://cdn.ampproject.org/v/s/www.example.org/2024/10/24/ferry-stops/amp?usqp=mq331&amp_js_v=0.1",
    "https://www.google.com/amp/s/www.example.org/2024/10/24/ferry-stops/amp",
)

DIFFERENT = (
    ("https://example.org/a", "https://example.org/b"),
    ("https://example.org/a", "https://example.org/A"),
    ("https://example.org/a/b", "https://example.org/a"),
    ("https://example.org/?id=1", "https://example.org/?id=2"),
    ("https://example.org/index.php?id=1", "https://example.org/index.php?id=2"),
    ("https://example.org/story?page=2", "https://example.org/story"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://example.org/a%3Fb", "https://example.org/a?b"),
    ("https://example.org/a%23b", "https://example.org/a"),
    ("https://example.org/a%2526b", "https://example.org/a%26b"),
    ("https://example.org/guitar/amp", "https://example.org/guitar"),
    ("https://example.org/amp", "https://example.org/"),
    ("https://example.org/amp/news", "https://example.org/news"),
    ("https://example.org/champ", "https://example.org/ch"),
    ("https://example.org/fine-print", "https://example.org/fine"),
    ("https://example.org:8080/a", "https://example.org/a"),
    ("https://news.example.org/a", "https://example.org/a"),
    ("https://example.org/a?sid=7", "https://example.org/a"),
    ("https://example.org/a?view=2", "https://example.org/a"),
    ("https://example.org/a?amp=250", "https://example.org/a"),
    ("https://example.org/a?q=a%26b", "https://example.org/a?q=a&b"),
    ("https://example.org/a?x=1&x=2", "https://example.org/a?x=1"),
    ("https://m.org/a", "https://org/a"),
)


@pytest.mark.parametrize("url", SAME)
def test_forms_of_one_address(url: str) -> None:
    assert canonical_url(url) == PAGE
    assert address_of(url) == address_of(PAGE)
    assert id_from_url(url) == id_from_url(PAGE)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_may_be_another_page_stays_another(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.org", "https://example.org/"),
        ("https://example.org/?b=2&a=1", "https://example.org/?a=1&b=2"),
        ("https://example.org/?a=x+y", "https://example.org/?a=x%20y"),
        ("https://example.org/Åland", "https://example.org/%C3%85land"),
        ("https://example.org/%c3%85land", "https://example.org/%C3%85land"),
        ("https://bücher.example/a-1", "https://xn--bcher-kva.example/a-1"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("http://[::1]:8000/a", "https://[::1]:8000/a"),
        ("https://example.org/story.amp.html", "https://example.org/story.html"),
    ],
)
def test_canonical_forms(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@pytest.mark.parametrize(
    "url",
    ["", "x", "ftp://example.org/", "https://", "https:///a", "http://[::1", "https://a b/",
     "mailto:a@example.org", "https://example.org:99999/", "https://example.org/" + "a" * 9000],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        canonical_url(url)


_WORDS = st.sampled_from(
    ("a", "news", "2024", "ferry-stops", "amp", "print", "index.html", "x.amp", "x.amp.html", "",
     "..", ".", "%2F", "%41", "%", "ä", "a%2fb", "c", "s", "example.org", "a;jsessionid=1")
)  # fmt: skip
_KEYS = st.sampled_from(
    ("id", "utm_source", "amp", "print", "sid", "PHPSESSID", "q", "a b", "ä", "%")
)
_HOSTS = st.sampled_from(
    ("example.org", "www.example.org", "m.example.org", "amp.m.example.org", "www.www.example.org",
     "cdn.ampproject.org", "www.google.com", "EXAMPLE.org:443", "127.0.0.1:8000", "example.co.uk")
)  # fmt: skip


@st.composite
def urls(draw: st.DrawFn) -> str:
    path = "/".join(draw(st.lists(_WORDS, max_size=6)))
    pairs = draw(
        st.lists(st.tuples(_KEYS, st.sampled_from(("", "1", "x", "a=b", "+", "%26"))), max_size=4)
    )
    query = "&".join(f"{key}={value}" for key, value in pairs)
    scheme = draw(st.sampled_from(("http", "https", "HTTP")))
    return f"{scheme}://{draw(_HOSTS)}/{path}" + (f"?{query}" if query else "")


@given(urls() | st.text(max_size=60).map(lambda text: f"https://example.org/{text}"))
def test_a_canonical_form_is_its_own(url: str) -> None:
    try:
        canonical = canonical_url(url)
    except UsageError:
        return
    assert canonical_url(canonical) == canonical
    assert canonical.isascii()


@given(
    st.text(max_size=80)
    | st.binary(max_size=40).map(lambda data: "http://" + data.decode("latin-1"))
)
def test_any_text_is_an_address_or_is_refused(text: str) -> None:
    try:
        canonical_url(text)
    except UsageError:
        return


_SLUGS = st.from_regex(r"[a-z]{2,8}(-[a-z]{2,8}){1,3}-[0-9]{1,6}", fullmatch=True)


@given(_SLUGS, _SLUGS, st.integers(1, 9), st.integers(1, 9))
def test_other_slugs_and_other_ids_are_other_pages(one: str, other: str, a: int, b: int) -> None:
    same = canonical_url(f"https://e.org/{one}?id={a}") == canonical_url(
        f"https://e.org/{other}?id={b}"
    )
    assert same == ((one, a) == (other, b))


@pytest.mark.parametrize(
    ("page", "said", "found"),
    [
        ("https://example.org/a-1?ref=x", "https://www.example.org/a-1", "https://example.org/a-1"),
        ("https://amp.example.org/x/a-1", "https://example.org/a-1", "https://example.org/a-1"),
        (
            "https://news.example.co.uk/a-1",
            "https://example.co.uk/b-1",
            "https://example.co.uk/b-1",
        ),
        ("https://example.org/a-1?page=2", "https://example.org/a-1", None),
        ("https://example.org/a-1?ref=x&P=12", "https://example.org/a-1?page=1", None),
        ("https://example.org/a-1?seite=3", "https://www.example.org/a-1/", None),
        ("https://example.org/a-1?p%C3%A1gina=3", "https://example.org/a-1", None),
        (
            "https://example.org/a-1?x=1&page=2",
            "https://example.org/a-1?page=2",
            "https://example.org/a-1?page=2",
        ),
        ("https://example.org/a-1?page=1", "https://example.org/a-1", "https://example.org/a-1"),
        ("https://example.org/a-1?page=all", "https://example.org/a-1", "https://example.org/a-1"),
        ("https://example.org/?p=123", "https://example.org/a-1", "https://example.org/a-1"),
        ("https://example.org/news/a-1", "https://example.org/", None),
        ("https://example.org/news/a-1", "https://example.org/news", None),
        ("https://example.org/a-1", "https://elsewhere.org/a-1", None),
        ("https://one.co.uk/a-1", "https://two.co.uk/a-1", None),
        ("https://example.org/a-1", "/a-1", None),
        ("https://example.org/a-1", "javascript:void(0)", None),
    ],
)
def test_what_a_page_says_of_itself_is_followed_where_it_can_be(
    page: str, said: str, found: str | None
) -> None:
    assert plausible_canonical(page, said) == found


def _page(text: str, head: str = "") -> str:
    body = f"<p>{text} The ferry stopped at noon, and nobody was hurt, said its owner.</p>" * 3
    return f"<html><head>{head}</head><body><article><h1>Ferry</h1>{body}</article></body></html>"


def test_captures_of_one_page_land_in_one_story(tmp_path: Path) -> None:
    """By its address in another form, by what it says of itself, under an id of its own."""
    archive = tmp_path / "archive.db"

    def record(text: str, day: int, *more: str, head: str = "") -> str:
        file = tmp_path / f"{day}.html"
        file.write_text(_page(text, head))
        captured = ("--captured", f"2024-10-{day}T08:00Z", "--format", "json")
        ran = ask("--archive", archive, "record", file, *captured, *more)
        assert ran.code == 0, ran
        story: str = ran.json["story"]
        return story

    assert record("One.", 10, "--story", "ferry", "--url", f"{PAGE}?utm_source=a") == "ferry"
    assert record("Two.", 11, "--url", f"{PAGE}/amp") == "ferry"
    canonical = f'<link rel="canonical" href="{PAGE}">'
    assert record("Three.", 12, "--url", "https://example.org/?p=77", head=canonical) == "ferry"
    front = '<link rel="canonical" href="https://example.org/">'
    assert record("Four.", 13, "--url", "https://example.org/?p=78", head=front) != "ferry"
    graph = '<meta property="og:url" content="/2024/strike-1">'
    one = record("Five.", 14, "--url", "https://example.org/?p=79", head=graph)
    assert record("Six.", 15, "--url", "https://example.org/?p=80", head=graph) == one


def test_within_one_import_too(tmp_path: Path) -> None:
    lines = tmp_path / "a.jsonl"
    rows = (
        {"story": "ferry", "url": PAGE, "captured": "2024-10-24T08:00Z", "body": "One."},
        {"url": f"{PAGE}/?fbclid=x", "captured": "2024-10-25T08:00Z", "body": "Two."},
    )
    lines.write_text("\n".join(map(json.dumps, rows)))
    archive = ("--archive", tmp_path / "archive.db")
    for held in (0, 2):
        assert ask(*archive, "import", lines, "--format", "json").json["held"] == held
        assert [each["story"] for each in ask(*archive, "stories", "--format", "json").objects] == [
            "ferry"
        ]
