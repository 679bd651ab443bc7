-- As `standing`, with what is shown of the revision: its event, the description where that builds on
-- nothing, and the article with those that it builds on, each before its base (PostgreSQL).
select s.stream, s.id, s.position, s.recorded_at, s.zone, s.date_order, s.outlet, s.address,
    s.description, s.description_commitment, k.position, h.mark, f.mark,
    e.version, t.name, e.state, n.encoding, n.salt, n.data,
    a.encodings, a.salts, a.datas
from collection k
cross join story s
left join lateral (
    select revision, position, mark from dating
    where collection = s.collection and stream = s.stream and at <= :at and position <= :known
    order by at desc, revision desc limit 1
) h on true
left join lateral (
    select mark from dating
    where collection = s.collection and stream = s.stream and at > :at and position <= :known
    order by at, revision limit 1
) f on true
left join event e
    on e.collection = s.collection and e.position = h.position
left join topic t
    on t.collection = e.collection and t.topic = e.topic
left join revision r
    on r.collection = s.collection and r.stream = s.stream and r.revision = h.revision
left join content n
    on n.collection = s.collection and n.stream = s.stream and n.kind = 3
    and n.ordinal = s.description
left join lateral (
    with recursive link (depth, ordinal, base, encoding, salt, data) as (
        select 0, c.ordinal, c.base, c.encoding, c.salt, c.data
        from content c
        where c.collection = s.collection and c.stream = s.stream and c.kind = 0
            and c.ordinal = r.article
        union all
        select link.depth + 1, c.ordinal, c.base, c.encoding, c.salt, c.data
        from link
        join content c
            on c.collection = s.collection and c.stream = s.stream and c.kind = 0
            and c.ordinal = coalesce(
                link.base,
                link.ordinal - link.ordinal % 1024
                    + ((link.ordinal % 1024) & (link.ordinal % 1024 - 1))
            )
        where link.encoding = 2 and (link.base is not null or link.ordinal % 1024 > 0)
            and c.ordinal < link.ordinal
    )
    select array_agg(encoding order by depth) as encodings, array_agg(salt order by depth) as salts,
        array_agg(data order by depth) as datas
    from link
) a on true
where k.collection = :collection and s.collection = :collection and s.id = :id
    and {is_plain}
