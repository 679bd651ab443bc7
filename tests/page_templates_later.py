"""More pages, written after the reader of pages was mended from the first, and before it saw these."""

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
    link,
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


def elpais(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            f'<figure class="a_m a_m-h"><span class="a_m_w"><img decoding="auto" class="_re a_m-h" '
            f'srcset="https://i.ex/{p.file} 414w" src="https://i.ex/{p.file}"></span><figcaption class='
            f'"a_m_p"><span>{p.caption}</span><span class="a_m_m">{p.credit}</span></figcaption></figure>'
        )

    return page(
        story,
        ld(story) + og(story),
        menu()
        + f'<main class="x g"><article class="a _g _g-xs-none"><header class="a_e"><div class="a_e_txt">'
        f'<a class="a_k_n">Sucesos</a><h1 class="a_t">{story.headline}</h1><h2 class="a_st">'
        f'{story.summary}</h2></div>{figures(story, figure)[0]}</header><div class="a_md"><div '
        f'data-dtm-region="articulo_firma" class="a_md_a"><a class="a_md_a_n">{authors(story)}</a></div>'
        f'<div class="a_md_f"><span>Almora - </span><time datetime="{story.modified}"><a>'
        f'{when(story.modified, "%d %b %Y - %H:%M CEST")}</a></time></div><div class="a_md_bs"><button>'
        f'{share(story)}</button><button>{link(story)}</button></div></div><div class="a_c clearfix" '
        'data-dtm-region="articulo_cuerpo">'
        + text(story, "<p>{}</p>", '<h3 class="">{}</h3>',
               [(2, f'<section class="_mb _db _ce"><header><h5>{more(story)}</h5></header><article><h2>'
                    f'<a href="/x">{story.related[0]}</a></h2></article></section>'),
                *((4, each) for each in figures(story, figure)[1:])])
        + '</div><section class="a_com"><h2>Comentarios</h2><p>Para comentar hay que estar suscrito y '
        'aceptar las normas de la comunidad de lectores del periódico.</p></section><div class="w_rs">'
        '<h3>Archivado En</h3><ul><li><a>Incendios</a></li></ul></div></article></main>' + footer(),
    )  # fmt: skip


def nos(story: Story) -> str:
    p = story.pictures[0]
    return page(
        story,
        ld(story) + og(story),
        '<div id="content"><main><article><div class="sc-hero"><figure><img src="https://cdn.ex/'
        f'{p.file}"><div class="sc-cap"><span>{p.credit}</span></div><figcaption class="sc-d">'
        f'{p.caption}</figcaption></figure></div><div><h1 class="sc-title">{story.headline}</h1><div '
        f'class="sc-details"><p>{story.authors[0]}</p><p>redacteur Binnenland</p><ul><li>Binnenland</li>'
        "</ul></div></div>"
        + text(story, '<div class="sc-block"><p class="sc-para">{}</p></div>',
               '<div class="sc-block"><h2 class="sc-h">{}</h2></div>',
               [(3, '<div class="sc-external"><a href="/x"><img src="/t.jpg"><h2>'
                    + story.related[1] + "</h2></a></div>")])
        + '<div class="sc-share"><p>Deel artikel:</p><a>WhatsApp</a><a>E-mail</a></div></article><aside>'
        f"{cards(story, most(story))}</aside></main></div>" + footer(),
    )  # fmt: skip


def svt(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<figure class="Image__figure___a Figure"><picture><source srcset="x"><img class="Image__img" '
            f'src="https://s.ex/{p.file}"></picture><figcaption class="ImageCaption__root___b"><span '
            f'class="ImageCaption__text">{p.caption}</span> <span class="ImageCaption__copy">'
            f"{p.credit}</span></figcaption></figure>"
        )

    return page(
        story,
        ld(story) + og(story),
        '<div class="Page__root"><main><article class="NewsArticle__root___c"><div class="Media">'
        + figures(story, figure)[0]
        + f'</div><h1 class="NewsArticle__heading">{story.headline}</h1><div class="TextArticle__meta">'
        f'<div class="Timestamp__root">Publicerad <time datetime="{story.published}">'
        f'{when(story.published, "%d oktober %Y")}</time></div><div class="Timestamp__root">Uppdaterad '
        f'<time datetime="{story.modified}">{when(story.modified, "%d oktober %Y")}</time></div></div><div '
        f'class="Lead__root"><p>{story.paragraphs[0]}</p></div><div class="InlineText__root">'
        + text(story).replace(f"<p>{story.paragraphs[0]}</p>\n", "", 1)
        + '</div><div class="Authors__root"><ul><li><span class="Authors__name">'
        f'{authors(story)}</span><a href="mailto:x@example.org">x@example.org</a></li></ul></div><div '
        'class="FactBox__root"><h2>Fakta: Rasrisk</h2><p>Lera och regn gör banvallar instabila.</p></div>'
        '</article><section class="TeaserFeed"><h2>Mer från oss</h2><ul><li><a><h3>'
        f"{story.related[0]}</h3></a></li></ul></section></main></div>" + footer(),
    )  # fmt: skip


def zeit(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<figure class="article__media article__media--wide" itemprop="image" itemscope itemtype="http'
            f'://schema.org/ImageObject"><div class="article__media-container"><img src="https://z.ex/'
            f'{p.file}"></div><figcaption class="figure__caption"><span class="figure__text">{p.caption}'
            '</span> <span class="figure__copyright" itemprop="copyrightHolder">© <span itemprop="name">'
            f"{p.credit}</span></span></figcaption></figure>"
        )

    half = text(story).split("<h2>")
    return page(
        story,
        ld(story) + og(story),
        cookies() + menu()
        + '<main class="main--article"><article class="article" data-ct-area="article"><header '
        f'class="article-header"><h1 class="article-heading"><span class="article-heading__kicker">Hafen'
        f'</span><span class="visually-hidden">: </span><span class="article-heading__title">'
        f'{story.headline}</span></h1><div class="summary">{story.summary}</div><div class="byline">'
        f'{by(story)} <a rel="author"><span>{authors(story)}</span></a></div><div class="metadata"><time '
        f'class="metadata__date" datetime="{story.published}">{when(story.published, "%d. Oktober %Y, %H:%M Uhr")}'
        '</time><span class="metadata__source">Quelle: dpa</span></div></header>'
        + figures(story, figure)[0]
        + f'<div class="article-body article-body--article"><div class="article-page">{half[0]}<div '
        'class="ad-container"><div id="ad-desktop-8"></div></div></div><div class="article-page"><h2>'
        + half[1]
        + '</div></div><section class="comment-section" id="comments"><div class="comment-section__head">'
        '<h2>Kommentare</h2><p>Bitte melden Sie sich an, um zu kommentieren.</p></div></section></article>'
        f"</main>{cards(story, most(story))}{footer()}",
    )  # fmt: skip


def npr(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<div id="res1" class="bucketwrap image large"><div class="imagewrap has-source-dimensions"><img '
            f'src="https://m.ex/{p.file}" class="img" alt=""></div><div class="credit-caption"><div class="'
            f'caption-wrap"><div class="caption" aria-label="Image caption"><p>{p.caption} <b class="credit"'
            f' aria-label="Image credit">{p.credit}</b><b class="hide-caption"><b>hide caption</b></b></p>'
            '</div><b class="toggle-caption"><b>toggle caption</b></b></div><span class="credit" aria-label'
            f'="Image credit">{p.credit}</span></div></div>'
        )

    return page(
        story,
        og(story) + ld(story),
        menu()
        + '<main id="mainContent"><section id="main-section"><article class="story"><div class="storytitle">'
        f'<h1>{story.headline}</h1></div><div class="story-meta__one inner"><time datetime="{story.modified}">'
        f'<span class="date">Updated {when(story.modified, "%B %d, %Y")}</span><span class="time">'
        f'{when(story.modified, "%I:%M %p ET")}</span></time><div id="storybyline"><div class="bucketwrap '
        f'byline"><p class="byline__name byline__name--block">{authors(story)}</p></div></div></div><div id='
        '"primaryaudio"><b class="audio-module-listen">3-Minute Listen</b><div class="audio-module-tools">'
        '<ul><li>Download</li><li>Embed</li><li>Transcript</li></ul></div></div><div id="storytext" class="'
        'storytext storylocation linkLocation">'
        + text(story, heading='<h3 class="edTag">{}</h3>',
               between=[*placed(story, figures(story, figure)),
                        (2, '<div id="r2" class="bucketwrap internallink insettwocolumn"><a href="/x"><img '
                            'src="/t.jpg"></a><div class="bucketblock"><h3 class="slug"><a>Business</a></h3>'
                            f'<h3><a href="/x">{story.related[0]}</a></h3></div></div>')])
        + '</div><div class="tags"><ul><li><a>ferry</a></li></ul></div><div class="share-tools"><ul><li>'
        "Facebook</li></ul></div></article></section></main>" + footer(),
    )  # fmt: skip


def blox(story: Story) -> str:
    """The system of many local papers in America."""

    def figure(p: Picture) -> str:
        return (
            '<div class="image asset-photo" itemscope itemtype="https://schema.org/ImageObject"><div class="'
            f'image"><div class="image-wrapper"><img class="img-responsive lazyload" data-srcset="https://b.'
            f'ex/{p.file} 200w" src="data:image/gif;base64,R0" alt=""></div></div><span class="caption '
            f'full-caption"><span class="caption-text"><p>{p.caption}</p></span><span class="tnt-byline '
            f'asset-byline">{p.credit}</span></span></div>'
        )

    lock = (
        '<div class="subscription-required" style="display:none"><p>Thank you for reading! Please log in, '
        "or sign up for a new account and purchase a subscription to continue reading.</p></div>"
    )
    return page(
        story,
        og(story) + f'<meta name="author" content="{authors(story)}">' + ld(story),
        menu()
        + '<div id="main-page-container"><section id="main-body-container"><article id="asset-1" class="asset'
        f' story publication-x"><div class="main-content-wrap"><header class="asset-header"><h1 class='
        f'"headline"><span>{story.headline}</span></h1><div class="meta"><span><ul class="list-inline"><li>'
        f'<span itemprop="author" class="tnt-byline">By {authors(story)} staff@example.org</span></li><li '
        f'class="hidden-print"><time datetime="{story.published}" class="tnt-date asset-date text-muted">'
        f'{when(story.published, "%b %d, %Y")}</time></li></ul></span></div></header><div class="asset-'
        f'content subscriber-premium"><div id="article-body" class="asset-body">'
        + text(story, '<div class="subscriber-only encrypted-content"><p>{}</p></div>',
               '<div class="subscriber-only"><h3>{}</h3></div>',
               [*placed(story, figures(story, figure)), (3, lock),
                (5, '<div class="tncms-region hidden-print"><div class="fs-block"><h4>Sign up for our Daily '
                    "Headlines newsletter</h4><p>The day’s top stories, in your inbox.</p></div></div>")])
        + '</div></div></div><div class="asset-comments"><h3>(0) comments</h3><p>Welcome to the discussion.'
        "</p><ul><li>Keep it Clean. Please avoid obscene, vulgar, or lewd language of any kind.</li></ul>"
        "</div></article></section></div>" + footer(),
    )  # fmt: skip


def gannett(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            f'<figure class="gnt_em gnt_em_img" data-g-r="lazy"><img class="gnt_em_img_i" data-gl-srcset="'
            f'https://g.ex/{p.file}" decoding="async"><div class="gnt_em_img_ccw" data-c-caption="{p.caption}" '
            f'data-c-credit="{p.credit}"><span class="gnt_em_img_cap">{p.caption}</span> <span class="'
            f'gnt_em_img_cred">{p.credit}</span></div></figure>'
        )

    return page(
        story,
        ld(story) + og(story),
        menu()
        + '<main class="gnt_cw"><article class="gnt_pr"><a class="gnt_ar_lbl">NEWS</a><h1 class="gnt_ar_hl" '
        f'elementtiming="ar-headline">{story.headline}</h1><div class="gnt_ar_by"><div class="gnt_ar_pb">'
        f'<div class="gnt_ar_by_ni"><a class="gnt_ar_by_a">{authors(story)}</a></div><div>The Example '
        f'Register</div></div><div class="gnt_ar_dt" aria-label="Published: Oct. 22 Updated: Oct. 24"></div>'
        f'</div><div class="gnt_ar_shr-w"><a>Share</a></div><div class="gnt_ar_b">'
        + text(story, '<p class="gnt_ar_b_p">{}</p>', '<h2 class="gnt_ar_b_h2">{}</h2>',
               [*placed(story, figures(story, figure)),
                (2, '<aside class="gnt_em gnt_em_fo__bet" aria-label="advertisement">Ad</aside>'),
                (4, '<a class="gnt_em gnt_em_pl" href="/x" data-t-l="more"><span>More: '
                    f"{story.related[0]}</span></a>")])
        + "</div></article></main>"
        + footer(),
    )  # fmt: skip


def substack(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<div class="captioned-image-container"><figure><a class="image-link image2" href="/i"><div class='
            f'"image2-inset"><picture><img src="https://s.ex/{p.file}" class="sizing-normal"></picture></div>'
            f'</a><figcaption class="image-caption">{p.caption} Photo: {p.credit}</figcaption></figure></div>'
        )

    widget = (
        '<div class="subscription-widget-wrap" data-component-name="SubscribeWidget"><div class="preamble"><p '
        'class="cta-caption">Harbour Notes is a reader-supported publication. To receive new posts and '
        "support our work, consider becoming a free or paid subscriber.</p></div><form></form></div>"
    )
    return page(
        story,
        ld(story) + og(story),
        '<div id="main"><article class="typography newsletter-post post"><div role="region" aria-label="Post '
        f'header" class="post-header"><h1 dir="auto" class="post-title published">{story.headline}</h1><h3 '
        f'dir="auto" class="subtitle">{story.summary}</h3><div class="pencraft"><a href="/@x">'
        f'{authors(story)}</a><div>Oct 22, 2024</div><div>14</div><div>Share</div></div></div><div><div class='
        '"available-content"><div dir="auto" class="body markup">'
        + text(story, "<p><span>{}</span></p>", '<h4 class="header-anchor-post">{}</h4>',
               [*placed(story, figures(story, figure)), (2, widget)])
        + '</div></div></div></article><div class="discussion"><h4>Discussion about this post</h4><div>'
        "Comments</div><div>Restacks</div></div></div>",
    )  # fmt: skip


def joomla(story: Story) -> str:
    p = story.pictures[0]
    return page(
        story,
        '<meta name="generator" content="Joomla! - Open Source Content Management">'
        f'<meta name="author" content="{authors(story)}">',
        menu()
        + '<div class="site-grid"><div class="container-component"><main><div class="com-content-article '
        f'item-page"><meta itemprop="inLanguage" content="en-GB"><div class="page-header"><h2>'
        f'{story.headline}</h2></div><dl class="article-info text-muted"><dt class="article-info-term">'
        f'Details</dt><dd class="createdby">Written by: <span>{authors(story)}</span></dd><dd class="'
        f'published"><time datetime="{story.published}">Published: '
        f'{when(story.published, "%d %B %Y")}</time></dd><dd class="modified"><time datetime="'
        f'{story.modified}">Last Updated: {when(story.modified, "%d %B %Y")}</time></dd><dd class="hits">'
        f'Hits: 1234</dd></dl><figure class="left item-image"><img src="/images/{p.file}"><figcaption class="'
        f'caption">{p.caption} ({p.credit})</figcaption></figure><div class="com-content-article__body">'
        + text(story, heading="<h3>{}</h3>")
        + '</div><ul class="tags list-inline"><li><a>harbour</a></li></ul><nav class="pagenavigation"><span>'
        "<a>Prev</a></span></nav></div></main></div></div>" + footer(),
    )


def plain_divs(story: Story) -> str:
    """A small site by hand: no article, no metadata, divs for everything."""
    p = story.pictures[0]
    return (
        f'<!DOCTYPE html><html lang="{story.language}"><head><meta charset="utf-8"><title>{story.headline} '
        '- Norhavn Courier</title></head><body><div id="top"><div class="name">Norhavn Courier</div><div>'
        '<a href="/">Front page</a> <a href="/a">Archive</a></div></div><div id="middle"><div class="head">'
        f"<h1>{story.headline}</h1></div><div class='who'>{by(story)} {authors(story)}</div><div class='pic'>"
        f'<img src="/{p.file}"><br><i>{p.caption}</i> <small>{p.credit}</small></div><div class="text">'
        + text(story, "<div>{}</div>", "<div><b>{}</b></div>")
        + "</div></div><div id='bottom'>Norhavn Courier, 4 Quay Street. Letters to the editor are welcome."
        "</div></body></html>"
    )


def yahoo(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<figure class="caas-figure"><div class="caas-figure-with-pb"><div><div class="caas-img-container">'
            f'<img class="caas-img" data-src="https://y.ex/{p.file}"></div></div></div><div class="caption-'
            f'wrapper caption-aligned-with-image"><figcaption class="caption-collapse">{p.caption} '
            f'({p.credit})</figcaption><button class="link caption-button">Read more</button></div></figure>'
        )

    return page(
        story,
        og(story) + ld(story),
        menu()
        + '<main><article role="article" class="caas-container"><div class="caas-inner"><div class="caas-'
        f'content"><header class="caas-header"><h1 class="caas-title-wrapper" data-test-locator="headline">'
        f'{story.headline}</h1></header><div class="caas-attr-meta-time"><div class="caas-attr-item-author">'
        f'<span class="caas-author-byline-collapse">{authors(story)}</span></div><time datetime="'
        f'{story.published}">{when(story.published, "%a, %B %d, %Y at %I:%M %p")}</time><span>2 min read'
        '</span></div><div class="caas-body">'
        + text(story, between=[*placed(story, figures(story, figure)),
                               (5, f'<div class="caas-da"><div>{ad(story)}</div></div>')])
        + '</div><div class="caas-readmore caas-readmore-collapse"><button>Story continues</button></div>'
        "</div></div></article></main>" + cards(story, most(story)),
    )  # fmt: skip


def aljazeera(story: Story) -> str:
    def figure(p: Picture) -> str:
        return (
            '<figure class="article-featured-image"><div class="responsive-image"><img src="/wp-content/'
            f'{p.file}?resize=770" alt=""></div><figcaption>{p.caption} [{p.credit}]</figcaption></figure>'
        )

    listen = (
        '<div class="article-info-block css-ti04u9"><div class="article-dates"><div class="date-simple '
        f'css-1yjq2zp"><span class="screen-reader-text">Published On {when(story.published, "%d %b %Y")}</span>'
        f'<span aria-hidden="true">{when(story.published, "%d %b %Y")}</span></div></div></div>'
    )
    return page(
        story,
        og(story) + ld(story),
        menu()
        + '<div class="container"><main id="main-content-area"><div class="article-header"><div class='
        f'"topics"><a>News</a>|<a>Shipping</a></div><h1>{story.headline}</h1><p class="article__subhead '
        f'css-1wt8oh6"><em>{story.summary}</em></p></div>{figures(story, figure)[0]}{listen}<div '
        'aria-live="polite" aria-atomic="true" class="wysiwyg wysiwyg--all-content css-ibbk12">'
        + text(story, between=[(2, '<div class="more-on"><h2 class="more-on__heading">Recommended Stories'
                                   '</h2><span class="screen-reader-text">list of 2 items</span><ul class='
                                   f'"more-on__list"><li><a>{story.related[0]}</a></li><li><a>'
                                   f'{story.related[1]}</a></li></ul></div>'),
                               *((4, each) for each in figures(story, figure)[1:])])
        + '</div><div class="article-source"><span>Source: </span><span>Coastal Press and news agencies'
        "</span></div></main></div>" + footer(),
    )  # fmt: skip


LATER: tuple[Template, ...] = (
    elpais,
    nos,
    svt,
    zeit,
    npr,
    blox,
    gannett,
    substack,
    joomla,
    plain_divs,
    yahoo,
    aljazeera,
)
