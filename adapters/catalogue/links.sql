-- The article at :ordinal of a story, and those that it builds on, each before its base, as stored.
with recursive link (depth, ordinal, base, encoding, salt, data) as (
    select 0, ordinal, base, encoding, salt, data
    from content
    where collection = :collection and stream = :stream and kind = 0 and ordinal = :ordinal
    union all
    select link.depth + 1, c.ordinal, c.base, c.encoding, c.salt, c.data
    from link
    join content c
        on c.collection = :collection and c.stream = :stream and c.kind = 0
        and c.ordinal = coalesce(
            link.base,
            link.ordinal - link.ordinal % 1024
                + ((link.ordinal % 1024) & (link.ordinal % 1024 - 1))
        )
    where link.encoding = 2 and (link.base is not null or link.ordinal % 1024 > 0)
        and c.ordinal < link.ordinal
)
select encoding, salt, data from link order by depth
