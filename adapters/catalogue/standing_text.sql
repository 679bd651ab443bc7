-- As `standing`, with what is shown of the last revision by then, which nearly always is the one that
-- stood, also where not all is plain: its event, the description where that builds on nothing, and the
-- articles of the chain's rule, of which the text shown builds on some (PostgreSQL). A text builds on
-- those whose ordinals have some of the last ten bits cleared (adapters/contents/chain.py). Where the
-- first of these is not there it may be sealed: what is sealed is in packs of 32, which build on packs
-- by the same rule (packs.py). So is the description. The story is found first: among more than eight
-- tables PostgreSQL keeps the order in which they stand, and would look at what is told of every story
-- before it leaves out those that are not asked for.
select {story_columns}, p.besides,
    (select position from collection where collection = :collection), p.is_wide, h.mark, f.mark,
    e.version, e.topic, e.state, n.encoding, n.salt, n.data,
    a.ordinals, a.encodings, a.salts, a.datas, a.bases, k.kinds, k.packs, k.counts, k.datas
from (
    select * from story s
    where s.collection = :collection and s.id = :id
    offset 0
) s
cross join lateral (
    select {besides} as besides, {is_wide} as is_wide
    offset 0
) p
left join lateral (
    select position, mark, article from dating
    where collection = s.collection and stream = s.stream and at <= :at and position <= :known
    order by at desc, revision desc limit 1
) h on true
left join lateral (
    select mark from dating
    where p.besides is null and not p.is_wide
        and collection = s.collection and stream = s.stream and at > :at and position <= :known
    order by at, revision limit 1
) f on true
left join lateral (
    select version, topic, state from event
    where collection = s.collection and position = h.position
    offset 0
) e on true
left join lateral (
    select ordinal, encoding, salt, data from content
    where collection = s.collection and stream = s.stream and kind = 3 and ordinal = s.description
    offset 0
) n on true
left join lateral (
    select array_agg(c.ordinal) as ordinals, array_agg(c.encoding) as encodings,
        array_agg(c.salt) as salts, array_agg(c.data) as datas, array_agg(c.base) as bases,
        min(c.ordinal) as first
    from (
        values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)
    ) as link (bits)
    cross join lateral (
        select ordinal, encoding, salt, data, base from content
        where collection = s.collection and stream = s.stream and kind = 0
            and ordinal = h.article >> link.bits << link.bits
        offset 0
    ) as c
    where link.bits = 0 or h.article >> link.bits - 1 & 1 = 1
) a on true
left join lateral (
    select array_agg(p.kind) as kinds, array_agg(p.pack) as packs, array_agg(p.texts) as counts,
        array_agg(p.data) as datas
    from (
        select 0 as kind, h.article as ordinal
        where a.first is distinct from h.article >> 10 << 10
        union all
        select 3, s.description where n.ordinal is null and h.position is not null
    ) as sealed
    cross join (values (5), (6), (7), (8), (9), (10)) as link (bits)
    cross join lateral (
        select kind, pack, texts, data from pack
        where collection = s.collection and stream = s.stream and kind = sealed.kind
            and pack = sealed.ordinal >> link.bits << link.bits >> 5
        offset 0
    ) as p
    where sealed.ordinal is not null
        and (link.bits = 5 or sealed.ordinal >> link.bits - 1 & 1 = 1)
) k on true
