"""Which elements of a page are its own story's, and which are of what stands around and among it.

Not its own are furniture, asides, menus and the page's foot; what readers wrote; bars of other
news; and other stories: an `article`, or an item of microdata (HTML, 5), without the heading.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from variorum.adapters.imports.page_furniture import is_of_others
from variorum.adapters.imports.page_metadata import words_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_ASIDE = frozenset(("aside", "nav"))
_HOLDERS = ("article", "main")
_OTHER_ITEMS = frozenset(
    (
        *("AudioObject", "Comment", "Event", "ImageObject", "ListItem", "NewsMediaOrganization"),
        *("Organization", "Person", "Product", "UserComments", "VideoObject"),
    )
)
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
        self._furniture = furniture
        self._called = words_of(_text_of(heading)) if heading is not None else ""
        self._around: set[HtmlElement] = set()
        if heading is not None:
            self._around = {heading, *heading.iterancestors()}
        self._story: HtmlElement | None = None
        if not any(_is_article(each) for each in self._around):
            stories = list(filter(_is_article, page.iter("*")))
            self._story = max(stories, key=lengths.__getitem__, default=None)
        self._known: dict[HtmlElement, bool] = {}

    def has(self, element: HtmlElement) -> bool:
        """Whether an element is in it."""
        path: list[HtmlElement] = []
        found = True
        for each in (element, *element.iterancestors()):
            if each in self._around or each in self._known:
                found = self._known.get(each, True)
                break
            path.append(each)
        for each in reversed(path):
            found = self._known[each] = found and not self._is_others(each)
        return found

    @property
    def is_held(self) -> bool:
        """Whether the heading stands in an `article` or `main`."""
        return any(each.tag in _HOLDERS for each in self._around)

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
