"""Which elements of a page are its own story's, and which are of what stands around and among it.

Not its own are furniture, asides, menus and the page's foot; what readers wrote; bars of other
news; and other stories: an `article`, or an item of microdata (HTML, 5), without the heading.

Names are chance: a page with no time in its own part may have it in the wide one, which leaves out
only what is plainly of others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from variorum.adapters.imports.page_furniture import is_of_news, is_of_others, is_of_readers
from variorum.adapters.imports.page_metadata import words_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ASIDE = frozenset(("aside", "nav"))
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HEADERS = frozenset(("header", "hgroup", "section"))
_HOLDERS = ("article", "main")
_OTHER_ITEMS = frozenset(
    (
        *("AudioObject", "Comment", "Event", "ImageObject", "ListItem", "NewsMediaOrganization"),
        *("Organization", "Person", "Product", "UserComments", "VideoObject"),
    )
)
_MAKERS = frozenset(("NewsMediaOrganization", "Organization", "Person"))
_LEAST_OF_STORY = 0.25
"""Of the page's text, in an article without the heading that is the story's."""
_LEAST_WORD = 4
_LEAST_SHARED = 2
"""Words of two headlines of one story."""
_ARTICLES = frozenset(("BlogPosting", "LiveBlogPosting", "Report"))


class OwnPart:
    """The part of a page that is its story's.

    Args:
        heading: the element of the story's heading, if it has one.
        furniture: the elements that are furniture (`furniture_of`).
        lengths: how long the text of each element is.
    """

    def __init__(
        self,
        page: HtmlElement,
        heading: HtmlElement | None,
        furniture: Collection[HtmlElement],
        lengths: Mapping[HtmlElement, int],
    ) -> None:
        self.heading = heading
        self._page = page
        self._lengths = lengths
        self._is_wide = False
        self._furniture = furniture
        self._called = words_of(_text_of(heading)) if heading is not None else ""
        self._around: set[HtmlElement] = set()
        if heading is not None:
            self._around = {heading, *heading.iterancestors()}
        self._story: HtmlElement | None = None
        if not any(_is_article(each) for each in self._around):
            stories = list(filter(_is_article, page.iter("*")))
            story = max(stories, key=lengths.__getitem__, default=None)
            if story is not None and _LEAST_OF_STORY * lengths[page] <= lengths[story]:
                self._story = story
        self._known: dict[HtmlElement, bool] = {}

    def widened(self) -> OwnPart:
        """Also what is only by its name or place not the story's."""
        wide = OwnPart(self._page, self.heading, self._furniture, self._lengths)
        wide._is_wide = True
        return wide

    def has(self, element: HtmlElement) -> bool:
        """Whether an element is in it."""
        is_others = self._is_plainly_others if self._is_wide else self._is_others
        path: list[HtmlElement] = []
        found = True
        for each in (element, *element.iterancestors()):
            if each in self._around or each in self._known:
                found = self._known.get(each, True)
                break
            path.append(each)
        for each in reversed(path):
            found = self._known[each] = found and not is_others(each)
        return found

    @property
    def is_held(self) -> bool:
        """Whether the heading stands in an `article` or `main`, and what is above is of others."""
        return not self._is_wide and any(each.tag in _HOLDERS for each in self._around)

    def holds(self, element: HtmlElement) -> bool:
        """Whether an element stands in an `article` or `main` together with the heading."""
        return any(each in self._around for each in element.iterancestors(*_HOLDERS))

    def _is_others(self, element: HtmlElement) -> bool:
        """Whether an element that does not hold the heading is not the story's."""
        if element in self._furniture or element.tag in _ASIDE:
            return True
        if element.tag == "footer" and not (self.holds(element) or self._is_in_story(element)):
            return True
        if element is self._story:
            return False
        if element.get("itemscope") is not None and _kind(element) in _OTHER_ITEMS:
            return True
        return self._is_other_story(element) if _is_article(element) else is_of_others(element)

    def _is_plainly_others(self, element: HtmlElement) -> bool:
        """Whether also the wide part leaves it out."""
        if element.tag == "nav" or is_of_readers(element):
            return True
        if element is self._story or 2 * self._lengths[element] > self._lengths[self._page]:
            return False
        if element.tag == "article" or is_of_news(element):
            return True
        if element.tag == "footer" and not (self._is_foot(element) or self._is_in_story(element)):
            return True
        is_beside = self._is_beside(element)
        if not is_beside and (element.tag == "aside" or is_of_others(element)):
            return True
        if element in self._furniture or element.tag == "aside":
            return next(element.iterdescendants(*_HEADINGS), None) is not None
        kind = _kind(element) if element.get("itemscope") is not None else ""
        if kind in _OTHER_ITEMS:
            return not (is_beside and kind in _MAKERS)
        return bool(kind) and _is_article(element) and not self._is_called_alike(element)

    def _is_beside(self, element: HtmlElement) -> bool:
        """Whether it is in an article together with the heading, also one of microdata."""
        return any(
            each in self._around and (each.tag == "main" or _is_article(each))
            for each in element.iterancestors()
        )

    def _is_foot(self, footer: HtmlElement) -> bool:
        """Whether it is the foot of what the heading is the head of."""
        if self._is_beside(footer):
            return True
        head = None if self.heading is None else self.heading.getparent()
        if head is not None and head is not footer.getparent() and head.tag in _HEADERS:
            head = head.getparent()
        return head is not None and head is footer.getparent() and head.tag != "body"

    def _is_called_alike(self, item: HtmlElement) -> bool:
        """Whether another headline is one of the same story: shorter, or for search engines."""
        if not self._is_other_story(item):
            return True
        words = set(words_of(next(_headlines(item), "")).split()) & set(self._called.split())
        return sum(len(word) >= _LEAST_WORD for word in words) >= _LEAST_SHARED

    def _is_in_story(self, element: HtmlElement) -> bool:
        return self._story is not None and self._story in element.iterancestors()

    def _is_other_story(self, element: HtmlElement) -> bool:
        """Unless it is a mere list of what the page says of its own, under its own headline."""
        called = next(_headlines(element), None)
        if element.tag == "article" or (called is None and element.text_content().strip()):
            return True
        return called is not None and words_of(called) not in self._called


def _is_article(element: HtmlElement) -> bool:
    if element.tag == "article":
        return True
    kind = _kind(element) if element.get("itemscope") is not None else ""
    return kind.endswith("Article") or kind in _ARTICLES


def _kind(element: HtmlElement) -> str:
    """The type of an item, without its vocabulary."""
    return (element.get("itemtype") or "").strip().rpartition("/")[2]


def _headlines(item: HtmlElement) -> Iterator[str]:
    for element in item.iterdescendants():
        if element.get("itemprop") == "headline":
            yield element.get("content") or _text_of(element)


def _text_of(element: HtmlElement) -> str:
    return str(element.text_content())
