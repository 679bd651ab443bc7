-- As `standing`, with what is shown of the revision where that is plain: its event, the description
-- where that builds on nothing, and the articles of the chain's rule, of which the text shown builds on
-- some (PostgreSQL). A text builds on those whose ordinals have some of the last ten bits cleared
-- (adapters/contents/chain.py).
select s.stream, s.id, s.position, s.recorded_at, s.zone, s.date_order, s.outlet, s.address,
    s.description, s.description_commitment, p.besides,
    (select position from collection where collection = :collection), p.is_wide, h.mark, f.mark,
    e.version, e.topic, e.state, n.encoding, n.salt, n.data,
    a.ordinals, a.encodings, a.salts, a.datas, a.bases
from story s
cross join lateral (
    select {besides} as besides, {is_wide} as is_wide
    offset 0
) p
left join lateral (
    select position, mark, article from dating
    where p.besides is null and not p.is_wide
        and collection = s.collection and stream = s.stream and at <= :at and position <= :known
    order by at desc, revision desc limit 1
) h on true
left join lateral (
    select mark from dating
    where p.besides is null and not p.is_wide
        and collection = s.collection and stream = s.stream and at > :at and position <= :known
    order by at, revision limit 1
) f on true
left join event e
    on e.collection = s.collection and e.position = h.position
left join content n
    on n.collection = s.collection and n.stream = s.stream and n.kind = 3
    and n.ordinal = s.description
left join lateral (
    select array_agg(c.ordinal) as ordinals, array_agg(c.encoding) as encodings,
        array_agg(c.salt) as salts, array_agg(c.data) as datas, array_agg(c.base) as bases
    from (
        select distinct h.article >> bits << bits as ordinal from generate_series(0, 10) as bits
    ) as link
    cross join lateral (
        select ordinal, encoding, salt, data, base from content
        where collection = s.collection and stream = s.stream and kind = 0
            and ordinal = link.ordinal
        offset 0
    ) as c
) a on true
where s.collection = :collection and s.id = :id
