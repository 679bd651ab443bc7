"""What a page in HTML says to be its own address: `rel=canonical` and `og:url`."""

from __future__ import annotations

from urllib.parse import urljoin

from variorum.adapters.imports.fragment import new_parser
from variorum.adapters.imports.text import decode_page
from variorum.domain.addresses import addresses_said
from variorum.domain.errors import VariorumError

_HEAD = 1 << 18


def page_addresses(data: bytes, url: str, content_type: str | None = None) -> tuple[str, ...]:
    """The canonical addresses that a page may be known by, by its own word, best first.

    Only those on the same site that are plausible (`identity.plausible_canonical`); none where the
    page cannot be read.

    Args:
        url: where it was found.
    """
    from lxml import etree, html

    try:
        text, _ = decode_page(data[:_HEAD], content_type)
        parser = new_parser()
        page = html.document_fromstring(
            text.replace("\0", "").encode("utf-8", "replace"), parser=parser
        )
        said = [str(each) for each in page.xpath(_CANONICAL)]
        said += [str(each) for each in page.xpath("//meta[@property='og:url']/@content")]
    except (etree.LxmlError, VariorumError, ValueError, RecursionError):
        return ()
    return addresses_said(url, [_joined(url, each) for each in said[:8]])


_CANONICAL = (
    "//link[contains(concat(' ', translate(@rel, 'CANONIL', 'canonil'), ' '), ' canonical ')]/@href"
)


def _joined(url: str, said: str) -> str:
    try:
        return urljoin(url, said.strip())
    except ValueError:
        return said
