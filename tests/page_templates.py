"""Pages as content management systems set them: the mark-up around a story, with all its clutter.

Each template takes a story and gives a page. Class names and structure are those that the systems
use; every sentence on the pages is ours. What is not of the story is marked by `CLUTTER` words, so
that a test can see that none of it was taken.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from html import escape

from page_stories import Picture, Story

Template = Callable[[Story], str]

_WORDS = {
    "en": ("By", "Share on Facebook", "Copy link", "Advertisement", "Read more", "Most read"),
    "de": ("Von", "Auf Facebook teilen", "Link kopieren", "Anzeige", "Mehr dazu", "Meistgelesen"),
    "fr": ("Par", "Partager sur Facebook", "Copier le lien", "Publicité", "Lire aussi", "Les plus lus"),
    "es": ("Por", "Compartir en Facebook", "Copiar enlace", "Publicidad", "Más información", "Lo más visto"),
    "nl": ("Door", "Delen op Facebook", "Link kopiëren", "Advertentie", "Lees ook", "Meest gelezen"),
    "sv": ("Av", "Dela på Facebook", "Kopiera länk", "Annons", "Läs mer", "Mest läst"),
}  # fmt: skip


def by(story: Story) -> str:
    return _WORDS[story.language][0]


def share(story: Story) -> str:
    return _WORDS[story.language][1]


def link(story: Story) -> str:
    return _WORDS[story.language][2]


def ad(story: Story) -> str:
    return _WORDS[story.language][3]


def more(story: Story) -> str:
    return _WORDS[story.language][4]


def most(story: Story) -> str:
    return _WORDS[story.language][5]


def authors(story: Story) -> str:
    joint = {"de": " und ", "fr": " et ", "es": " y ", "nl": " en ", "sv": " och "}
    return joint.get(story.language, " and ").join(story.authors)


def text(
    story: Story,
    paragraph: str = "<p>{}</p>",
    heading: str = "<h2>{}</h2>",
    between: Sequence[tuple[int, str]] = (),
) -> str:
    """The text; `between` stands before the paragraph of that number."""
    pieces: list[str] = []
    for number, each in enumerate(story.paragraphs):
        pieces += [markup for place, markup in between if place == number]
        form = heading if number == story.subhead else paragraph
        pieces.append(form.replace("{}", escape(each, quote=False)))
    pieces += [markup for place, markup in between if place >= len(story.paragraphs)]
    return "\n".join(pieces)


def ld(story: Story, kind: str = "NewsArticle", **more_fields: object) -> str:
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": kind,
        "headline": story.headline,
        "datePublished": story.published,
        "dateModified": story.modified,
        "author": [{"@type": "Person", "name": name} for name in story.authors],
        "publisher": {"@type": "Organization", "name": "The Daily Example"},
        "description": story.summary,
        "image": [f"https://img.example/{picture.file}" for picture in story.pictures],
        **more_fields,
    }
    return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'


def og(story: Story) -> str:
    return (
        f'<meta property="og:title" content="{escape(story.headline)}">'
        f'<meta property="og:description" content="{escape(story.summary)}">'
        f'<meta property="og:type" content="article">'
        f'<meta property="article:published_time" content="{story.published}">'
        f'<meta property="article:modified_time" content="{story.modified}">'
    )


def page(story: Story, head: str, body: str, title: str | None = None) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{story.language}"><head><meta charset="utf-8">'
        f"<title>{escape(title or story.headline)} | The Daily Example</title>{head}</head>"
        f"<body>{body}</body></html>"
    )


def cookies() -> str:
    return (
        '<div id="onetrust-banner-sdk" class="otFlat" role="dialog"><h2>We value your privacy</h2>'
        "<p>We and our 842 partners store and read information on a device, such as cookies, to "
        "show you advertisements that follow you about. You may accept or refuse.</p>"
        "<button>Accept all</button><button>Refuse</button></div>"
    )


def footer() -> str:
    return (
        '<footer class="site-footer"><ul><li><a href="/about">About us</a></li>'
        '<li><a href="/terms">Terms of use</a></li><li><a href="/corrections">Corrections policy'
        "</a></li></ul><p>© 2024 The Daily Example. All rights reserved. No part of this site may "
        "be reproduced without our written permission.</p></footer>"
    )


def menu() -> str:
    return (
        '<header class="masthead"><a href="/" class="logo">The Daily Example</a><nav><ul>'
        '<li><a href="/news">News</a></li><li><a href="/sport">Sport</a></li>'
        '<li><a href="/opinion">Opinion</a></li></ul></nav></header>'
    )


def cards(story: Story, heading: str) -> str:
    items = "".join(
        f'<li><a href="/r{n}"><img src="/t{n}.jpg" alt=""><h3>{escape(each)}</h3></a>'
        f"<p>A few words that make readers click on this other story, number {n}.</p></li>"
        for n, each in enumerate(story.related)
    )
    return f"<section class='related'><h2>{heading}</h2><ul>{items}</ul></section>"


def when(written: str, form: str) -> str:
    return datetime.fromisoformat(written).strftime(form)


def figures(story: Story, form: Callable[[Picture], str]) -> list[str]:
    return [form(picture) for picture in story.pictures]


def placed(story: Story, made: Sequence[str]) -> list[tuple[int, str]]:
    """Pictures in their places: the first at the top, the second further down."""
    return [(0 if n == 0 else 4, each) for n, each in enumerate(made)]


def wordpress_blocks(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<figure class="wp-block-image size-large"><img decoding="async" '
            f'src="https://img.example/wp-content/uploads/{p.file}" alt="" class="wp-image-7">'
            f'<figcaption class="wp-element-caption">{p.caption} ({p.credit})</figcaption></figure>'
        )

    body = text(story, heading='<h2 class="wp-block-heading">{}</h2>',
                between=placed(story, figures(story, figure)))  # fmt: skip
    return page(
        story,
        og(story) + ld(story),
        cookies() + menu()
        + '<main id="main" class="site-main"><article id="post-4711" class="post-4711 post '
        'type-post status-publish hentry category-news"><header class="entry-header">'
        f'<h1 class="entry-title">{story.headline}</h1><div class="entry-meta">'
        f'<span class="posted-on">Posted on <a href="/p"><time class="entry-date published" '
        f'datetime="{story.published}">{when(story.published, "%B %d, %Y")}</time><time '
        f'class="updated" datetime="{story.modified}">{when(story.modified, "%B %d, %Y")}</time>'
        f'</a></span><span class="byline"> by <span class="author vcard"><a class="url fn n" '
        f'href="/a">{authors(story)}</a></span></span></div></header>'
        f'<div class="entry-content">{body}'
        '<div class="sharedaddy sd-sharing-enabled"><div class="robots-nocontent sd-block">'
        '<h3 class="sd-title">Share this:</h3><div class="sd-content"><ul><li class="share-twitter">'
        '<a><span>Click to share on Twitter (Opens in new window)</span></a></li><li><a><span>Click '
        "to share on Facebook (Opens in new window)</span></a></li></ul></div></div></div>"
        '<div id="jp-relatedposts" class="jp-relatedposts"><h3 class="jp-relatedposts-headline"><em>'
        f'Related</em></h3><div><a href="/x">{story.related[0]}</a></div></div></div>'
        '<footer class="entry-footer"><span class="cat-links">Posted in <a href="/c">News</a></span>'
        '<span class="tags-links">Tagged <a>harbour</a>, <a>safety</a></span></footer></article>'
        '<nav class="navigation post-navigation"><h2 class="screen-reader-text">Post navigation</h2>'
        '<div class="nav-previous"><a href="/prev">The post before this one</a></div></nav>'
        '<div id="comments" class="comments-area"><h2 class="comments-title">2 thoughts on this'
        '</h2><ol class="comment-list"><li class="comment"><article class="comment-body"><p>I said '
        "all along that something of this kind would happen one day, and nobody listened to me.</p>"
        '</article></li></ol><p class="no-comments">Comments are closed.</p></div></main>'
        '<aside class="widget-area"><section class="widget"><h2>Recent Posts</h2><ul><li><a>A post '
        "about the weather</a></li></ul></section></aside>" + footer(),
    )  # fmt: skip


def wordpress_classic(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<div id="attachment_99" style="width: 650px" class="wp-caption aligncenter"><img '
            f'src="/wp-content/{p.file}" width="640" alt=""><p id="caption-attachment-99" '
            f'class="wp-caption-text">{p.caption} Photo: {p.credit}</p></div>'
        )

    return page(
        story,
        og(story),
        '<div id="page"><div id="header"><h1 id="blog-title"><a href="/">The Daily Example</a></h1>'
        '</div><div id="content" class="narrowcolumn"><div class="post" id="post-12">'
        f'<h2 class="posttitle">{story.headline}</h2><small>{when(story.published, "%B %d, %Y")} '
        f'by {authors(story)}</small><div class="entry">'
        + text(story, heading="<h3>{}</h3>", between=placed(story, figures(story, figure)))
        + '<p class="postmetadata alt"><small>This entry was filed under <a href="/c">News</a>. You '
        'can follow any responses through the <a href="/feed">RSS 2.0</a> feed. Both comments and '
        "pings are currently closed.</small></p></div></div></div>"
        '<div id="sidebar"><ul><li><h2>Archives</h2><ul><li><a>October 2024</a></li></ul></li></ul>'
        "</div></div>" + footer(),
    )


def drupal(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<div class="field field--name-field-image field--type-image"><div class="field__item">'
            f'<figure><img src="/sites/default/files/{p.file}" alt=""><figcaption class="'
            f'field__caption">{p.caption}<span class="field--name-field-credit"> {p.credit}</span>'
            "</figcaption></figure></div></div>"
        )

    return page(
        story,
        og(story),
        menu() + '<main role="main"><div class="region region-content"><article role="article" '
        f'class="node node--type-article node--view-mode-full"><h1 class="page-title"><span class="'
        f'field field--name-title">{story.headline}</span></h1><div class="node__meta"><span>'
        f'Submitted by <span class="field--name-uid">{authors(story)}</span> on <span class="field'
        f'--name-created"><time datetime="{story.published}">{when(story.published, "%a, %m/%d/%Y - %H:%M")}'
        '</time></span></span></div><div class="node__content">'
        + figures(story, figure)[0]
        + '<div class="clearfix text-formatted field field--name-body field--type-text-with-summary '
        'field--label-hidden field__item">'
        + text(story, between=[(4, each) for each in figures(story, figure)[1:]])
        + '</div><div class="field field--name-field-tags"><div class="field__label">Tags</div><div>'
        '<a href="/t">harbour</a></div></div><ul class="links inline"><li><a>Log in</a> to post '
        "comments</li></ul></div></article></div></main>" + footer(),
    )


def arc(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<figure class="article-body-image"><div class="image-wrapper"><img srcset="https://img'
            f'.example/{p.file} 400w" src="https://img.example/{p.file}"></div><figcaption class="'
            f'image-caption">{p.caption} <span class="image-credit">({p.credit})</span></figcaption>'
            "</figure>"
        )

    between = [
        *placed(story, figures(story, figure)),
        (
            2,
            f'<div class="ad-wrapper hide-for-print"><div class="ad-label">{ad(story)}</div></div>',
        ),
        (
            3,
            '<div class="interstitial-link"><p class="interstitial">[<a href="/i"><b>'
            f"{story.related[0]}</b></a>]</p></div>",
        ),
        (
            5,
            '<div class="newsletter-inline" data-qa="newsletter"><h3>The Morning Seven</h3><p>Seven '
            "stories in your inbox before breakfast, every day but Sunday.</p><form><input>"
            "<button>Sign up</button></form></div>",
        ),
    ]
    return page(
        story,
        og(story) + ld(story),
        menu()
        + '<div id="__next"><main data-qa="main"><article><header><div class="kicker"><a href="/l">'
        f'Local</a></div><h1 data-qa="headline"><span>{story.headline}</span></h1><p data-qa="'
        f'subheadline">{story.summary}</p><div data-qa="author-byline">{by(story)} <a href="/a">'
        f'{authors(story)}</a></div><div class="display-date" data-qa="display-date">'
        f'{when(story.modified, "%B %d, %Y at %H:%M")}</div><div class="action-bar"><button>'
        f'{share(story)}</button><button>{link(story)}</button><span>128 comments</span></div>'
        f'</header><div class="article-body" data-qa="article-body">'
        + text(story, '<p data-el="text" class="font-copy">{}</p>',
               '<h3 data-qa="subheading">{}</h3>', between)
        + '</div></article><div class="author-bio"><p>Our reporter covers ports and rivers and has '
        "worked for The Daily Example since 2011. She likes to hear from readers.</p></div>"
        + cards(story, most(story))
        + "</main></div>"
        + footer(),
    )  # fmt: skip


def brightspot(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<div class="Enhancement" data-align-center><div class="Enhancement-item"><figure '
            f'class="Figure"><picture><source srcset="https://img.example/{p.file}?w=2"><img class="'
            f'Image" data-src="https://img.example/{p.file}"></picture><div class="Figure-content">'
            f'<figcaption class="Figure-caption">{p.caption}</figcaption><div class="Figure-credit">'
            f"{p.credit}</div></div></figure></div></div>"
        )

    promo = (
        '<div class="Enhancement" data-align-left><div class="Enhancement-item"><div class="'
        f'PagePromo"><div class="PagePromo-title"><a class="Link" href="/x">{story.related[1]}</a>'
        "</div></div></div></div>"
    )
    listen = (
        '<div class="HtmlModuleEnhancement"><p class="listen">Listen to this story read by a '
        "synthetic voice</p></div>"
    )
    return page(
        story,
        ld(story) + og(story),
        '<div class="Page-content"><div class="Page-main"><div class="Page-breadcrumbs"><a>World '
        f'news</a></div><h1 class="Page-headline">{story.headline}</h1><div class="Page-lead">'
        + figures(story, figure)[0]
        + f'</div><div class="Page-byline"><div class="Page-authors">{by(story)} <a class="Link" '
        f'href="/a">{authors(story)}</a></div><div class="Page-dateModified"><span>Updated <span '
        f'data-date="">{when(story.modified, "%I:%M %p %Z, %B %d, %Y")}</span></span></div></div>'
        '<div class="Page-actions"><div class="ActionBar"><ul><li>Share</li><li>Email</li></ul>'
        '</div></div><div class="Page-storyBody"><div class="RichTextStoryBody RichTextBody">'
        + text(story, between=[(0, listen), (2, promo),
                               *((4, each) for each in figures(story, figure)[1:]),
                               (9, "<p>___</p><p>Find more stories on ships and bridges at our hub: "
                                   '<a href="/hub">https://news.example/hub</a></p>')])
        + '</div></div><div class="Page-below"><div class="PageList"><h2>Most read</h2><ol><li><a>'
        f"{story.related[0]}</a></li></ol></div></div></div></div>" + footer(),
    )  # fmt: skip


def bbc(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<figure><div data-component="image-block"><div class="sc-a"><img src="https://img.'
            f'example/{p.file}" srcset=""><span class="sc-b"><span class="visually-hidden">Image '
            f'source, </span>{p.credit}</span></div></div><div data-component="caption-block">'
            '<figcaption class="sc-8353772e-0"><span class="visually-hidden">Image caption, </span>'
            f"<p>{p.caption}</p></figcaption></div></figure>"
        )

    wrap = '<div data-component="text-block" class="sc-7b dkkZMM"><p class="sc-eb7bd5f6-0">{}</p></div>'
    sub = (
        '<div data-component="subheadline-block"><h2 class="sc-518485e5-0"><span role="text">{}'
        "</span></h2></div>"
    )
    links = (
        '<div data-component="links-block"><ul><li><a href="/n1"><span>'
        + story.related[0]
        + "</span>"
        "</a></li><li><a href='/n2'><span>" + story.related[1] + "</span></a></li></ul></div>"
    )
    return page(
        story,
        ld(story) + og(story),
        menu()
        + '<main id="main-content"><article class="sc-article"><div data-component="headline-block">'
        f'<h1 id="main-heading" tabindex="-1">{story.headline}</h1></div><div data-component="byline'
        f'-block"><time datetime="{story.modified}">2 hours ago</time><div>{authors(story)}</div>'
        '<div>BBC-like News, Norhavn</div></div><div class="share"><button>Share</button><button>'
        "Save</button></div>"
        + text(story, wrap, sub, [*placed(story, figures(story, figure)), (6, links)])
        + '<div data-component="topic-list"><h2>Related topics</h2><ul><li><a>Shipping</a></li></ul>'
        '</div><section data-component="links-block"><h2>More on this story</h2><ul><li><a href="/m">'
        f"{story.related[1]}</a></li></ul></section></article></main>" + footer(),
    )


def guardian(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            f'<figure id="f1" data-spacefinder-role="inline" class="dcr-5h0uf4"><div><picture><img '
            f'src="https://i.example/{p.file}"></picture></div><figcaption class="dcr-fd61eq"><span '
            'class="dcr-1inf02i"><svg width="18"></svg></span><span class="dcr-1qvd3m6">'
            f"{p.caption}</span> Photograph: {p.credit}</figcaption></figure>"
        )

    rich = (
        '<figure id="r1" data-spacefinder-role="richLink" class="dcr-173mewl"><gu-island><div><a '
        f'href="/x"><div>{story.related[0]}</div><div>{more(story)}</div></a></div></gu-island></figure>'
    )
    aside = (
        '<aside class="element-pullquote" data-spacefinder-role="supporting"><blockquote>Nobody was '
        "in danger</blockquote></aside>"
    )
    return page(
        story,
        ld(story) + og(story),
        menu()
        + '<main><article class="dcr-16l"><div data-gu-name="title"><a href="/uk">UK news</a></div>'
        f'<div data-gu-name="headline"><h1 class="dcr-u0152o">{story.headline}</h1></div><div '
        f'data-gu-name="standfirst"><p>{story.summary}</p></div><div data-gu-name="media">'
        + figures(story, figure)[0]
        + '</div><aside data-gu-name="meta"><address aria-label="Contributor info"><a rel="author">'
        f'{authors(story)}</a></address><details class="dcr-km9fgb"><summary>'
        f'{when(story.modified, "%a %d %b %Y %H.%M BST")}</summary>First published on '
        f'{when(story.published, "%a %d %b %Y %H.%M BST")}</details></aside><div data-gu-name="body">'
        '<div id="maincontent" class="article-body-commercial-selector article-body-viewer-selector">'
        + text(story, '<p class="dcr-130mj7b">{}</p>', '<h2 id="sub">{}</h2>',
               [(1, rich), (2, aside), *((4, each) for each in figures(story, figure)[1:])])
        + '</div></div><div class="dcr-submeta"><span>Explore more on these topics</span><ul><li><a>'
        "Ferries</a></li><li><a>news</a></li></ul><button>Share</button><a>Reuse this content</a>"
        "</div></article></main><section>" + cards(story, "Most viewed") + "</section>" + footer(),
    )  # fmt: skip


def times(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<div class="css-1a48zt4" data-testid="photoviewer-children"><figure class="img-sz-large" '
            f'aria-label="media" role="group"><div><picture><img src="https://s.example/{p.file}">'
            f'</picture></div><figcaption data-testid="photoviewer-children-caption"><span class="'
            f'css-jevhma">{p.caption}</span><span class="css-1u46b97"><span class="visually-hidden">'
            f"Credit...</span><span><span>{p.credit}</span></span></span></figcaption></figure></div>"
        )

    def column(inner: str) -> str:
        return f'<div class="css-s99gbd StoryBodyCompanionColumn"><div class="css-53u6y8">{inner}</div></div>'

    between = [
        *placed(story, figures(story, figure)),
        (
            3,
            f'<div class="css-ad" id="story-ad-1-wrapper"><p>{ad(story)}</p><a>SKIP {ad(story)}</a></div>',
        ),
    ]
    return page(
        story,
        ld(story) + og(story),
        '<div id="app"><div><a href="#site-content" class="skip">Skip to content</a>' + menu()
        + '<main id="site-content"><article id="story" class="css-1vxca1d"><header><h1 data-testid="'
        f'headline" class="css-88wicj">{story.headline}</h1><p id="article-summary" class="css-79rysd'
        f'">{story.summary}</p><div data-testid="reading-time-module"><div>Listen to this article · '
        '4:12 min <a>Learn more</a></div></div><div class="css-byline"><p itemprop="author">'
        f'{by(story)} <span class="last-byline" itemprop="name">{authors(story)}</span></p></div>'
        f'<time datetime="{story.modified}"><span>Published '
        f'{when(story.published, "%b. %d, %Y")}</span><span>Updated '
        f'{when(story.modified, "%b. %d, %Y")}</span></time></header><section name="articleBody" '
        'class="meteredContent">'
        + text(story, column('<p class="css-at9mc1 evys1bk0">{}</p>'),
               column('<h2 class="css-h2">{}</h2>'), between)
        + '</section><div class="bottom-of-article"><div><p>A version of this article appears in '
        'print on Oct. 25, 2024, Section A, Page 6 of the edition with the headline: At the Quay.'
        '</p><div><a>Order Reprints</a> | <a>Subscribe</a></div></div><div>See more on: <a>Islands'
        "</a></div></div></article></main></div></div>" + footer(),
    )  # fmt: skip


def cnn(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<div class="image image__hide-placeholder" data-uri="cms.cnn.com/_components/image/inst'
            f'" data-name="{p.file}"><div class="image__container"><picture><img src="https://m.ex/'
            f'{p.file}" class="image__dam-img"></picture></div><div class="image__metadata"><div '
            f'itemprop="caption" class="image__caption attribution"><span data-editable="metaCaption" '
            f'class="inline-placeholder">{p.caption}</span></div><figcaption class="image__credit">'
            f"{p.credit}</figcaption></div></div>"
        )

    related = (
        '<div class="related-content related-content--article"><a href="/x"><div class="related-'
        f'content__headline"><span>Related article</span> {story.related[0]}</div></a></div>'
    )
    return page(
        story,
        ld(story) + og(story),
        menu()
        + f'<section class="layout__wrapper"><div class="headline"><h1 class="headline__text">'
        f'{story.headline}</h1></div><div class="byline"><div class="byline__names">{by(story)} '
        f'<span class="byline__name">{authors(story)}</span>, CNN-like</div></div><div class="'
        f'headline__sub-text"><div class="timestamp">4 minute read · Updated '
        f'{when(story.modified, "%I:%M %p, %a %B %d, %Y")}</div></div><main class="article__main">'
        '<section class="body tabcontent active"><div class="article__content" itemprop="articleBody">'
        + text(story, '<p class="paragraph inline-placeholder vossi-paragraph">{}</p>',
               '<h2 class="subheader" data-editable="text">{}</h2>',
               [*placed(story, figures(story, figure)), (3, related),
                (5, '<div class="ad-slot"><div class="ad-feedback__modal"><p>How relevant is this ad '
                    "to you? Your effort and contribution in providing this feedback is much "
                    "appreciated.</p></div></div>")])
        + "</div></section></main></section>"
        + cards(story, most(story))
        + footer(),
    )  # fmt: skip


def reuters(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<figure data-testid="primary-image"><div class="image-container"><img src="https://c.ex/'
            f'{p.file}"></div><figcaption data-testid="image-caption"><p data-testid="Body">'
            f'<span>{p.caption} {p.credit}</span> <a data-testid="Link" href="/l">Purchase Licensing '
            "Rights, opens new tab</a></p></figcaption></figure>"
        )

    numbered = "".join(
        f'<{"h2" if n == story.subhead else "div"} data-testid="paragraph-{n}" class="text__text">'
        f"{escape(each, quote=False)}</{'h2' if n == story.subhead else 'div'}>"
        + (f'<div class="ad">{ad(story)} · Scroll to continue</div>' if n == 2 else "")
        for n, each in enumerate(story.paragraphs)
    )
    return page(
        story,
        ld(story) + og(story),
        menu()
        + f'<main><article><header><h1 data-testid="Heading">{story.headline}</h1><div class="info">'
        f'<div data-testid="AuthorByline">{by(story)} <a rel="author">{authors(story)}</a></div>'
        f'<time datetime="{story.modified}"><span>{when(story.modified, "%B %d, %Y")}</span><span>'
        f'{when(story.modified, "%I:%M %p")}</span><span>Updated 2 days ago</span></time></div>'
        f"</header>{''.join(figures(story, figure))}<div data-testid=\"ArticleBody\">"
        '<div class="signup"><a href="/s">Sign up here.</a></div>' + numbered
        + '<p class="sign-off">Reporting by the staff in Norhavn; Editing by two others</p><p>Our '
        'Standards: <a href="/p">The Principles of Trust, opens new tab</a></p></div><div class="'
        'toolbar"><button>Share</button><button>X</button><button>Facebook</button></div></article>'
        "</main>" + footer(),
    )  # fmt: skip


def spiegel(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<section class="relative" data-area="image"><figure><div><picture><img data-image-el="img'
            f'" src="https://c.ex/{p.file}"></picture></div><figcaption class="font-sansUI"><p>'
            f"{p.caption}</p><span>Foto: {p.credit}</span></figcaption></figure></section>"
        )

    return page(
        story,
        ld(story) + og(story),
        menu()
        + '<main id="Inhalt"><article data-article-el="section"><header data-area="intro"><h2><span '
        f'class="text-primary-base">Infrastruktur</span> <span class="align-middle">{story.headline}'
        f'</span></h2><div class="RichText leading-loose">{story.summary}</div><div>{by(story)} <a '
        f'href="/a">{authors(story)}</a></div><time datetime="{when(story.modified, "%Y-%m-%d %H:%M:%S")}">'
        f'{when(story.modified, "%d.%m.%Y, %H.%M Uhr")}</time></header><div data-area="body">'
        + figures(story, figure)[0]
        + '<div class="RichText RichText--iconLinks">'
        + text(story, heading="<h3>{}</h3>",
               between=[(3, '</div><section data-area="related_articles"><h3>Mehr zum Thema</h3>'
                            f'<article><h2><a href="/x">{story.related[0]}</a></h2></article>'
                            '</section><div class="RichText">')])
        + '</div></div><footer><section data-area="copyright">AgA/dpa</section><button>'
        f"{share(story)}</button></footer></article></main>" + footer(),
    )  # fmt: skip


def tagesschau(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<div class="absatzbild m-ten m-offset-one"><div class="absatzbild__media"><picture><img '
            f'class="ts-image" src="https://i.ex/{p.file}"></picture></div><div class="absatzbild__info'
            f'"><p class="absatzbild__info__text">{p.caption} | {p.credit}</p></div></div>'
        )

    return page(
        story,
        ld(story) + og(story),
        menu()
        + '<main class="content-wrapper"><article class="container content-wrapper__group"><div '
        'class="seitenkopf"><h1 class="seitenkopf__headline"><span class="seitenkopf__headline--text'
        f'">{story.headline}</span></h1><p class="metatextline">Stand: '
        f'{when(story.modified, "%d.%m.%Y %H:%M Uhr")}</p></div>'
        + text(story, '<p class="m-ten m-offset-one l-eight textabsatz columns twelve">{}</p>',
               '<h2 class="meldung__subhead">{}</h2>', placed(story, figures(story, figure)))
        + '<div class="teaser-absatz teaser-absatz__link"><a href="/x"><span class="teaser-absatz__'
        f'topline">Hintergrund</span><span class="teaser-absatz__headline">{story.related[0]}</span>'
        '<p class="teaser-absatz__shorttext">Noch ein Satz, der zum Klicken verleiten soll. <span>mehr'
        '</span></p></a></div></article><div class="sharing"><button>Auf Facebook teilen</button>'
        "</div></main>" + footer(),
    )  # fmt: skip


def lemonde(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            f'<figure class="article__media"><img src="https://i.ex/{p.file}" alt=""><figcaption class="'
            f'article__legend" aria-hidden="true">{p.caption} <span class="article__credit" '
            f'aria-hidden="true">{p.credit}</span></figcaption></figure>'
        )

    return page(
        story,
        ld(story) + og(story),
        menu()
        + '<main id="main"><section class="zone zone--article"><header class="article__header"><h1 '
        f'class="article__title">{story.headline}</h1><p class="article__desc">{story.summary}</p>'
        f'<section class="meta__author-bloc"><p class="meta__authors">{by(story)} <a '
        f'class="article__author-link">{authors(story)}</a></p><p class="meta__publisher">Publié le '
        f'{when(story.published, "%d/%m/%Y à %Hh%M")}, modifié le {when(story.modified, "%d/%m/%Y à %Hh%M")}'
        '</p><p class="meta__reading-time">Temps de Lecture 2 min.</p></section></header><article '
        'class="article__content old__article-content-single">'
        + text(story, '<p class="article__paragraph">{}</p>', '<h2 class="article__sub-title">{}</h2>',
               [*placed(story, figures(story, figure)),
                (2, '<section class="catcher catcher--inline"><a href="/x"><span class="catcher__lead">'
                    'Lire aussi | <span class="sr-only">Article réservé à nos abonnés</span></span>'
                    f'<h4 class="catcher__title">{story.related[0]}</h4></a></section>')])
        + '</article><section class="article__reactions"><button>Contribuer</button><p>Réutiliser ce '
        "contenu</p></section></section></main>" + footer(),
    )  # fmt: skip


def pangea(story: Story) -> str:
    """The system of several public broadcasters, with its galleries and See-also boxes."""

    def figure(p: Picture) -> str:
        return (
            '<div class="wsw__embed"><figure class="media-image js-media-expand"><div class="img-wrap">'
            f'<div class="thumb"><img src="https://g.ex/{p.file}" alt="{p.caption}"></div></div>'
            f'<figcaption><span class="caption">{p.caption}</span></figcaption></figure></div>'
        )

    also = (
        '<div class="wsw__embed"><div class="media-block also-read"><a href="/x"><span class="also-read'
        f'__text--label">SEE ALSO:</span><h4 class="media-block__title">{story.related[0]}</h4></a>'
        "</div></div>"
    )
    return page(
        story,
        ld(story) + og(story),
        menu()
        + '<div id="content"><main class="container"><div class="hdr-container"><div class="category">'
        f'<a>East Asia</a></div><h1 class="title pg-title">{story.headline}</h1><div class="publishing-'
        f'details"><div class="published"><span class="date"><time pubdate="pubdate" datetime="'
        f'{story.published}">{when(story.published, "%B %d, %Y %I:%M %p")}</time></span><time datetime="'
        f'{story.modified}" class="date-updated">Updated {when(story.modified, "%B %d, %Y %I:%M %p")}'
        f'</time></div><div class="links"><ul class="links__list"><li><a>{authors(story)}</a></li></ul>'
        '</div></div><div class="sharing"><a>Share</a><a>Print</a></div></div><div class="body-container">'
        '<div id="article-content" class="content-floated-wrap fb-quotable"><div class="wsw">'
        + text(story, between=[*placed(story, figures(story, figure)), (2, also)])
        + '</div><ul><li class="links__item"><a>Forum</a></li></ul></div><p class="buttons btns"><button>'
        "Load comments</button></p></div></main></div>" + footer(),
    )  # fmt: skip


def amp(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            f'<figure><amp-img src="https://i.ex/{p.file}" width="640" height="360" layout="responsive">'
            f'</amp-img><figcaption>{p.caption} <span class="credit">{p.credit}</span></figcaption></figure>'
        )

    return (
        f'<!doctype html><html ⚡ lang="{story.language}"><head><meta charset="utf-8"><script async '
        'src="https://cdn.example/v0.js"></script><link rel="canonical" href="https://news.example/s">'
        f"<title>{story.headline}</title>{ld(story)}<style amp-boilerplate>body{{visibility:hidden}}"
        "</style></head><body><amp-consent id='c'><div id='consent-ui'><p>We use cookies, and would "
        "like you to like it.</p></div></amp-consent><header><amp-img src='/logo.png'></amp-img>"
        f"</header><article><h1>{story.headline}</h1><div class='byline'>{by(story)} {authors(story)}"
        "</div>"
        + text(story, between=[*placed(story, figures(story, figure)),
                               (3, '<amp-ad width="300" height="250" type="doubleclick"><div '
                                   f'placeholder>{ad(story)}</div></amp-ad>'),
                               (5, '<amp-social-share type="facebook"></amp-social-share>')])
        + f"</article><amp-sidebar id='s'><ul><li><a>Home</a></li></ul></amp-sidebar>{footer()}"
        "</body></html>"
    )  # fmt: skip


def next_hashed(story: Story) -> str:
    """A page made by scripts: hashed class names, divs for paragraphs, its state as JSON."""

    def figure(p: Picture) -> str:
        return (
            f'<div class="Media_root__x1"><span style="box-sizing:border-box"><img alt="" src="data:'
            f'image/gif;base64,R0lGOD" data-src="https://i.ex/{p.file}"><noscript><img src="https://i.'
            f'ex/{p.file}"></noscript></span><div class="Media_caption__q9">{p.caption}</div><div '
            f'class="Media_credit__q8">{p.credit}</div></div>'
        )

    state = {"props": {"pageProps": {"story": {"headline": story.headline,
             "body": list(story.paragraphs)}}}}  # fmt: skip
    return page(
        story,
        og(story),
        '<div id="__next"><div class="Layout_root__a1"><div class="Header_root__b2"><a>Home</a></div>'
        f'<div class="Article_root__c3"><div class="Article_title__d4"><h1>{story.headline}</h1></div>'
        f'<div class="Article_meta__e5"><span>{authors(story)}</span><span> · 3 min read</span></div>'
        '<div class="Article_body__f6">'
        + text(story, '<div class="Paragraph_root__g7"><span>{}</span></div>',
               '<div class="Subhead_root__h8"><strong>{}</strong></div>',
               placed(story, figures(story, figure)))
        + '</div><div class="Share_root__i9"><button>Share</button></div></div><div class="Rail_root__'
        f'j0"><div>{most(story)}</div><a href="/x"><div>{story.related[0]}</div></a></div></div></div>'
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>',
    )  # fmt: skip


def old_tables(story: Story) -> str:
    """A page of about 2003: tables, font tags, paragraphs that two line breaks part."""
    p = story.pictures[0]
    lines = "<br>\n<br>\n".join(
        f"<b>{each}</b>" if n == story.subhead else each for n, each in enumerate(story.paragraphs)
    )
    return (
        f'<HTML><HEAD><META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=utf-8"><TITLE>'
        f"{story.headline}</TITLE></HEAD><BODY BGCOLOR=#ffffff><TABLE WIDTH=760><TR><TD COLSPAN=3><FONT "
        "SIZE=1>Tuesday's Paper | Classifieds | Weather</FONT></TD></TR><TR><TD WIDTH=120 VALIGN=top>"
        "<A HREF=/n>News</A><BR><A HREF=/s>Sports</A><BR><A HREF=/o>Opinion</A></TD><TD VALIGN=top>"
        f"<H1><FONT FACE=Arial>{story.headline}</FONT></H1><FONT SIZE=2>{by(story)} {authors(story)}"
        f"</FONT><P><TABLE ALIGN=right WIDTH=200><TR><TD><IMG SRC=/img/{p.file}></TD></TR><TR><TD>"
        f"<FONT SIZE=1>{p.caption} ({p.credit})</FONT></TD></TR></TABLE>{lines}</TD><TD WIDTH=120>"
        "<FONT SIZE=1>ADVERTISEMENT</FONT></TD></TR></TABLE><CENTER><FONT SIZE=1>Copyright 2003 The "
        "Daily Example. All rights reserved.</FONT></CENTER></BODY></HTML>"
    )


def blogger(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<table align="center" class="tr-caption-container"><tbody><tr><td><a href="/b"><img '
            f'src="https://b.ex/{p.file}"></a></td></tr><tr><td class="tr-caption" style="text-align: '
            f'center;">{p.caption} ({p.credit})</td></tr></tbody></table>'
        )

    body = "".join(
        (f"<h3>{each}</h3>" if n == story.subhead else f"{each}<br /><br />")
        for n, each in enumerate(story.paragraphs)
    )
    return page(
        story,
        "",
        '<div class="header-inner"><h1 class="title"><a href="/">My Harbour Blog</a></h1></div><div '
        'class="main-inner"><div class="blog-posts hfeed"><div class="date-outer"><h2 class="date-header">'
        f'<span>{when(story.published, "%A, %d %B %Y")}</span></h2><div class="post hentry" itemscope '
        f'itemtype="http://schema.org/BlogPosting"><h3 class="post-title entry-title" itemprop="name">'
        f'{story.headline}</h3><div class="post-body entry-content" itemprop="description articleBody">'
        + "".join(figures(story, figure)) + body
        + '<div style="clear: both;"></div></div><div class="post-footer"><span class="post-author '
        f'vcard">Posted by <span class="fn" itemprop="author"><span itemprop="name">{authors(story)}'
        f'</span></span></span> <span class="post-timestamp">at <a><abbr class="published" itemprop="'
        f'datePublished" title="{story.published}">{when(story.published, "%H:%M")}</abbr></a></span>'
        '<div class="post-share-buttons"><a>Email This</a><a>BlogThis!</a></div></div></div></div></div>'
        '<div class="comments" id="comments"><h4>No comments:</h4><p class="comment-footer"><a>Post a '
        'Comment</a></p></div><div id="blog-pager"><a>Older Post</a></div></div><aside><h2>About Me</h2>'
        "<p>I live by the sea and write of ships.</p></aside>",
    )  # fmt: skip


def ghost(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            f'<figure class="kg-card kg-image-card kg-card-hascaption"><img src="https://g.ex/{p.file}" '
            f'class="kg-image"><figcaption><span style="white-space: pre-wrap;">{p.caption} Photo by '
            f"{p.credit}</span></figcaption></figure>"
        )

    signup = (
        '<div class="kg-card kg-signup-card"><h2 class="kg-signup-card-heading">Sign up for the Harbour '
        'Letter</h2><p class="kg-signup-card-subheading">Once a week, on Fridays</p><form><input></form>'
        "</div>"
    )
    return page(
        story,
        ld(story, "Article") + og(story),
        '<div class="gh-viewport"><header class="gh-head"><a>Harbour Letter</a></header><main class="'
        f'gh-main"><article class="gh-article post"><header class="gh-article-header gh-canvas"><h1 class='
        f'"gh-article-title">{story.headline}</h1><p class="gh-article-excerpt">{story.summary}</p>'
        f'<div class="gh-article-meta"><h4 class="gh-article-author-name"><a>{authors(story)}</a></h4>'
        f'<time class="gh-article-meta-date" datetime="{story.published[:10]}">'
        f'{when(story.published, "%b %d, %Y")}</time><span> — 3 min read</span></div></header><section '
        'class="gh-content gh-canvas is-body">'
        + text(story, between=[*placed(story, figures(story, figure)), (3, signup)])
        + '</section></article><section class="gh-comments"><h2>Member discussion</h2></section></main>'
        '<aside class="gh-readmore"><h3>Read next</h3><article><h2><a>' + story.related[0]
        + "</a></h2><p>Something else that happened by the water.</p></article></aside></div>",
    )  # fmt: skip


def microdata(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<div class="photo" itemprop="image" itemscope itemtype="https://schema.org/ImageObject"><img '
            f'itemprop="contentUrl" src="https://i.ex/{p.file}"><div class="photo-text"><span itemprop="'
            f'caption">{p.caption}</span> <span itemprop="creditText">{p.credit}</span></div></div>'
        )

    return page(
        story,
        "",
        menu()
        + '<div itemscope itemtype="https://schema.org/NewsArticle" class="story"><h1 itemprop="headline">'
        f'{story.headline}</h1><meta itemprop="datePublished" content="{story.published}"><meta '
        f'itemprop="dateModified" content="{story.modified}"><p class="by">{by(story)} '
        + ", ".join(f'<span itemprop="author" itemscope itemtype="https://schema.org/Person"><span '
                    f'itemprop="name">{name}</span></span>' for name in story.authors)
        + '</p><div itemprop="articleBody">'
        + text(story, between=placed(story, figures(story, figure)))
        + f'</div><p class="tags">Tags: <a>ferry</a></p></div><div class="promo">{cards(story, more(story))}'
        "</div>" + footer(),
    )  # fmt: skip


def rdfa(story: Story) -> str:
    p = story.pictures[0]
    return page(
        story,
        f'<meta name="dcterms.created" content="{story.published}"><meta name="dcterms.modified" '
        f'content="{story.modified}"><meta name="dc.creator" content="{authors(story)}">',
        menu()
        + f'<div vocab="http://schema.org/" typeof="NewsArticle"><h1 property="headline">{story.headline}'
        f'</h1><span property="author" typeof="Person"><span property="name">{authors(story)}</span>'
        f'</span><figure><img property="image" src="/{p.file}"><figcaption>{p.caption} <small '
        f'class="copyright">{p.credit}</small></figcaption></figure><div property="articleBody">'
        + text(story)
        + "</div></div>"
        + footer(),
    )


def graph(story: Story) -> str:
    """JSON-LD as a plug-in writes it: one graph, its nodes pointing to one another by id."""
    data = {
        "@context": "https://schema.org",
        "@graph": [
            {
                "@type": "NewsArticle",
                "@id": "https://n.ex/s#article",
                "isPartOf": {"@id": "https://n.ex/s"},
                "author": [{"name": name, "@id": f"https://n.ex/#/person/{n}"}
                           for n, name in enumerate(story.authors)],
                "headline": story.headline.replace("ferry", "ferry"),
                "datePublished": story.published,
                "dateModified": story.modified,
                "image": {"@id": "https://n.ex/s#primaryimage"},
            },
            {
                "@type": ["WebPage", "ItemPage"],
                "@id": "https://n.ex/s",
                "datePublished": "2020-01-01T00:00:00+00:00",
                "dateModified": "2020-01-02T00:00:00+00:00",
            },
            {
                "@type": "ImageObject",
                "@id": "https://n.ex/s#primaryimage",
                "url": f"https://n.ex/{story.pictures[0].file}",
                "caption": story.pictures[0].caption,
                "creditText": story.pictures[0].credit,
            },
        ],
    }  # fmt: skip
    return page(
        story,
        f'<script type="application/ld+json" class="yoast-schema-graph">{json.dumps(data)}</script>',
        menu()
        + f'<main><article class="single"><h1>{story.headline}</h1><div class="td-post-featured-image">'
        f'<img src="https://n.ex/{story.pictures[0].file}"></div><div class="td-post-content">'
        + text(story, heading="<h4>{}</h4>")
        + f'</div><div class="td-post-sharing"><a>{share(story)}</a><a>{link(story)}</a></div></article>'
        "</main>" + cards(story, most(story)) + footer(),
    )


def paywalled(story: Story) -> str:
    """A page of which those without a subscription get the beginning."""
    shown = story.paragraphs[:2]
    return page(
        story,
        ld(story, isAccessibleForFree=False),
        menu()
        + f'<main><article class="premium"><h1>{story.headline}</h1><p class="byline">{by(story)} '
        f'{authors(story)}</p><div class="article-text">'
        + "".join(f"<p>{each}</p>" for each in shown)
        + '</div><div class="paywall" id="piano-inline"><h2>Keep reading for 1 euro a week</h2><p>You have '
        "read your free stories of this month. Subscribe now and read all that we write, in the "
        "app and on the web.</p><button>Subscribe</button><p>Already a subscriber? <a>Log in</a></p>"
        "</div></article></main>" + footer(),
    )


TEMPLATES: tuple[Template, ...] = (
    wordpress_blocks,
    wordpress_classic,
    drupal,
    arc,
    brightspot,
    bbc,
    guardian,
    times,
    cnn,
    reuters,
    spiegel,
    tagesschau,
    lemonde,
    pangea,
    amp,
    next_hashed,
    old_tables,
    blogger,
    ghost,
    microdata,
    rdfa,
    graph,
    paywalled,
)
