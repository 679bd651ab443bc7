-- Joined to `standing`: its event, its description where that builds on nothing, and its article with
-- those that it builds on, each before its base.
left join topic t
    on t.collection = e.collection and t.topic = e.topic
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
