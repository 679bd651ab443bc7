"""More pages, of which the reader had seen none when it was first measured on them."""

from __future__ import annotations

from page_stories import Picture, Story
from page_templates import (
    Template,
    ad,
    authors,
    by,
    cards,
    cookies,
    figures,
    footer,
    ld,
    menu,
    more,
    most,
    og,
    page,
    placed,
    share,
    text,
    when,
)


def hearst(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            f'<div class="relative mb32"><figure class="rel"><div class="aspect-ratio"><img src="https://h.ex/'
            f'{p.file}" class="object-cover"></div><figcaption class="f-12 c-gray600 mt8"><p class="caption">'
            f'{p.caption}</p><span class="photo-credit upper">{p.credit}</span></figcaption></figure></div>'
        )

    return page(
        story,
        ld(story) + og(story),
        menu()
        + f'<main><article><div class="package-header"><h1 class="headline f-48">{story.headline}</h1><div '
        f'class="subhed">{story.summary}</div><div class="bylineTimestamp flex"><div class="author-blurb">'
        f'{by(story)} <a href="/author/x">{authors(story)}</a>, Staff Writer</div><div class="date"><span>'
        f'{when(story.modified, "%b %d, %Y")}</span></div></div></div><div class="body-wrap"><section '
        'class="article--content-body">'
        + text(story, '<p class="mb16 rte">{}</p>', '<h2 class="mt24">{}</h2>',
               [*placed(story, figures(story, figure)),
                (2, '<div class="article--ad ctpl-fullbanner"><p class="ad-slug">Article continues below this '
                    "ad</p></div>"),
                (5, '<div class="readMoreLinks"><h3>More For You</h3><div><a href="/x"><span>'
                    f"{story.related[0]}</span></a><p>One more line to make you click.</p></div></div>")])
        + '</section><div class="article--footer-time"><span>Oct 24, 2024</span></div><div class="bio-wrap"><p>'
        "Reach the reporter at the desk in Norhavn any weekday before noon.</p></div></div></article></main>"
        + footer(),
    )  # fmt: skip


def politico(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            f'<section class="media-item media-item--image"><figure class="art"><div class="fig-graphic"><img '
            f'src="https://p.ex/{p.file}"></div><figcaption class="figcaption__caption">{p.caption} | '
            f"{p.credit}</figcaption></figure></section>"
        )

    return page(
        story,
        ld(story) + og(story),
        menu()
        + f'<main id="main"><section class="page-content"><div class="summary"><h2 class="headline">'
        f'{story.headline}</h2><p class="dek">{story.summary}</p></div>{figures(story, figure)[0]}<div '
        f'class="summary-middle"><div class="article-meta"><p class="story-meta__authors">{by(story)} <span '
        f'class="vcard"><a>{authors(story)}</a></span></p><p class="story-meta__timestamp"><time datetime="'
        f'{story.published[:16]}">{when(story.published, "%m/%d/%Y %I:%M %p")}</time></p></div></div><div '
        'class="sidebar-grid"><div class="story-text">'
        + text(story, '<p class="story-text__paragraph ">{}</p>', '<h3 class="story-text__heading-medium">{}</h3>',
               [(3, '<div class="story-enhancement"><section class="pop-up-bar"><p>Want more of this? Sign up '
                    "for Harbour Huddle.</p></section></div>"),
                *((4, each) for each in figures(story, figure)[1:])])
        + '</div></div><div class="story-tags"><ul><li>Filed Under: </li><li><a>Ports</a></li></ul></div>'
        "</section></main>" + footer(),
    )  # fmt: skip


def ouest(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            f'<figure><div class="image-loader"><img src="https://o.ex/{p.file}" alt=""></div><figcaption '
            f'class="su-media"><p class="su-media-caption">{p.caption} | {p.credit}</p></figcaption></figure>'
        )

    return page(
        story,
        ld(story) + og(story),
        cookies() + menu()
        + '<main><article class="su-article"><header class="su-article-header"><nav><a>Accueil</a> / <a>Local'
        f'</a></nav><h1 class="su-title">{story.headline}</h1><div class="su-chapo"><p>{story.summary}</p></div>'
        f'<div class="su-infos"><div class="su-publisher"><span class="su-pub">The Daily Example</span> <span '
        f'class="su-author">{authors(story)}</span></div><div class="su-pubdate">Publié le <time datetime="'
        f'{story.published}">{when(story.published, "%d/%m/%Y à %Hh%M")}</time></div></div></header>'
        + figures(story, figure)[0]
        + '<div class="su-article-body">'
        + text(story, heading="<h2>{}</h2>",
               between=[(2, f'<div class="su-linkbox"><span>{more(story)} : </span><a href="/x">'
                            f"{story.related[0]}</a></div>"),
                        *((4, each) for each in figures(story, figure)[1:])])
        + '</div><div class="su-newsletter-box"><p>Recevez chaque matin l’essentiel du port</p><button>OK'
        f'</button></div><ul class="su-share"><li>{share(story)}</li></ul></article></main>'
        + cards(story, most(story)) + footer(),
    )  # fmt: skip


def standaard(story: Story) -> str:
    p = story.pictures[0]
    return page(
        story,
        og(story),
        menu()
        + '<div id="root"><div class="css-grid"><main class="css-main"><article data-testid="article"><div '
        f'class="css-label">Binnenland</div><h1 class="css-1h">{story.headline}</h1><div data-testid="article-'
        f'intro"><p>{story.summary}</p></div><div class="css-f"><figure class="css-fig"><img src="/{p.file}">'
        f'<figcaption data-testid="image-caption"><span>{p.caption}</span> <span>© {p.credit}</span></figcaption>'
        f'</figure></div><div data-testid="article-authors"><span>{authors(story)}</span></div><div class="css-'
        f'date"><time datetime="{story.modified}">{when(story.modified, "%d/%m/%Y om %H:%M")}</time></div><div '
        'data-testid="article-body">'
        + text(
            story,
            '<p class="css-par">{}</p>',
            '<h2 class="css-tus">{}</h2>',
            [(3, f'<div class="css-ad"><span>{ad(story)}</span></div>')],
        )
        + '</div><div data-testid="article-tags"><a>dijken</a></div></article></main></div></div>'
        + footer(),
    )


def aftonbladet(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            f'<div data-test-tag="image"><figure class="hyperion-css-a"><div><img srcset="https://a.ex/{p.file} '
            f'1x"></div><figcaption class="hyperion-css-b"><span>{p.caption}</span><span class="hyperion-css-c">'
            f" {p.credit}</span></figcaption></figure></div>"
        )

    return page(
        story,
        ld(story),
        menu()
        + f'<main><article data-test-tag="article"><div data-test-tag="top-element">{figures(story, figure)[0]}'
        f'</div><h1 data-test-tag="headline">{story.headline}</h1><div data-test-tag="publishing-date"><div><span>'
        f'PUBLICERAD</span> <time datetime="{story.published}">{when(story.published, "%Y-%m-%d %H.%M")}</time>'
        f'</div></div><div data-test-tag="lead-text"><ul><li>{story.summary}</li></ul></div><div '
        'data-test-tag="body-text">'
        + text(story, '<div data-test-tag="text"><p>{}</p></div>', '<div data-test-tag="heading"><h3>{}</h3></div>',
               [*((4, each) for each in figures(story, figure)[1:]),
                (2, '<div data-test-tag="related-article-list"><h2>LÄS OCKSÅ</h2><a href="/x">'
                    f"{story.related[0]}</a></div>")])
        + f'</div><div data-test-tag="byline"><a>{authors(story)}</a><span>Reporter</span></div><div data-test-tag'
        '="breaking-news-push"><p>Följ ämnen i artikeln</p><button>Hamnar</button></div></article></main>'
        + footer(),
    )  # fmt: skip


def sueddeutsche(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            f'<figure data-manual="image" class="css-11aky2w"><div><img src="https://s.ex/{p.file}"></div><div '
            f'class="css-cap"><figcaption><span class="css-t">{p.caption}</span> <span class="css-src">(Foto: '
            f"{p.credit})</span></figcaption></div></figure>"
        )

    return page(
        story,
        ld(story) + og(story),
        cookies() + menu()
        + '<main id="__main"><article data-manual="article" id="article-app-container"><header '
        f'data-manual="header"><h2><div data-manual="overline">Verkehr:</div><div data-manual="title">'
        f'{story.headline}</div></h2><p data-manual="teaserText">{story.summary}</p><div data-manual="dateTime">'
        f'<time datetime="{when(story.modified, "%Y-%m-%d %H:%M:%S")}">{when(story.modified, "%d. Oktober %Y, %H:%M Uhr")}'
        f'</time></div><p data-manual="authors">{by(story)} <a>{authors(story)}</a></p></header>'
        + figures(story, figure)[0]
        + '<div itemprop="articleBody">'
        + text(story, '<p data-manual="paragraph" class=" css-13wylk3">{}</p>', '<h3 data-manual="subheadline">{}</h3>',
               [(2, '<div data-manual="inline-teaser"><a href="/x"><div>' + story.related[0]
                    + "</div></a></div>"), *((4, each) for each in figures(story, figure)[1:])])
        + '</div><div data-manual="sharing-bar"><button>Teilen</button></div><div data-manual="copyright">© SZ/dpa'
        "</div></article></main>" + footer(),
    )  # fmt: skip


def kyodo(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            f'<div class="mainpic"><img src="/img/{p.file}" alt=""></div><p class="photo-caption">{p.caption} '
            f"({p.credit})</p>"
        )

    return page(
        story,
        og(story),
        menu()
        + f'<div class="wrap"><div class="main"><article class="news-detail"><h1>{story.headline}</h1><p class="'
        f'credit">KYODO-LIKE NEWS - {when(story.published, "%b %d, %Y - %H:%M")} | World, All</p><div class="'
        f'picarea">{figures(story, figure)[0]}</div><div class="article-body">'
        + text(story, heading="<h3>{}</h3>")
        + '</div><div class="relatedNews"><h3>Related coverage:</h3><p><a href="/x">' + story.related[0]
        + '</a></p><p><a href="/y">' + story.related[1] + "</a></p></div></article></div></div>" + footer(),
    )  # fmt: skip


def tv_station(story: Story) -> str:
    """The pages of local television in America: a video above, much around."""
    return page(
        story,
        ld(story) + og(story),
        menu()
        + '<main class="site-content"><article class="article article--post"><div class="article-content--video">'
        '<div class="video-wrapper"><video src="v.mp4"></video></div></div><header class="article-header"><h1 '
        f'class="article-title">{story.headline}</h1><div class="article-authors">{by(story)}: <a rel="author">'
        f'{authors(story)}</a></div><div class="article-meta"><p>Posted: <time datetime="{story.published}">'
        f'{when(story.published, "%b %d, %Y / %I:%M %p EDT")}</time></p><p>Updated: <time datetime="'
        f'{story.modified}">{when(story.modified, "%b %d, %Y / %I:%M %p EDT")}</time></p></div></header><div '
        'class="article-content article-body rich-text">'
        + text(story, between=[(1, '<div class="article-list-inline"><div class="article-list__article"><h3><a>'
                                   f"{story.related[0]}</a></h3></div></div>"),
                               (6, '<p><strong><a href="/app">Download our app and get the news as it happens'
                                   "</a></strong></p>")])
        + '</div><div class="copyright"><p>Copyright 2024 Example Media Inc. All rights reserved. This material '
        "may not be published, broadcast, rewritten, or redistributed.</p></div></article><section class="
        f"'promo-trio'>{cards(story, 'Trending Stories')}</section></main>" + footer(),
    )  # fmt: skip


LAST: tuple[Template, ...] = (
    hearst,
    politico,
    ouest,
    standaard,
    aftonbladet,
    sueddeutsche,
    kyodo,
    tv_station,
)
