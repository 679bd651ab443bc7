-- The version that a story's next event takes, the last number of a revision, and the next ordinal of
-- each kind of content: columns of other statements.
coalesce((
    select version from event where collection = :collection and stream = :stream
    order by version desc limit 1
), -1) + 1,
coalesce((
    select number from (
        select * from (
            select revision as number from dating
            where collection = :collection and stream = :stream and arrived is null
            order by revision desc limit 1
        ) as recorded
        union all
        select first + revisions - 1 from amendment
        where collection = :collection and stream = :stream and kind = 1
    ) as given
    order by number desc limit 1
), 0),
coalesce((
    select ordinal from content where collection = :collection and stream = :stream
        and kind = 0 order by ordinal desc limit 1
), (
    select 32 * pack + texts - 1 from pack where collection = :collection
        and stream = :stream and kind = 0 order by pack desc limit 1
), -1) + 1,
coalesce((
    select ordinal from content where collection = :collection and stream = :stream
        and kind = 1 order by ordinal desc limit 1
), (
    select 32 * pack + texts - 1 from pack where collection = :collection
        and stream = :stream and kind = 1 order by pack desc limit 1
), -1) + 1,
coalesce((
    select ordinal from content where collection = :collection and stream = :stream
        and kind = 2 order by ordinal desc limit 1
), (
    select 32 * pack + texts - 1 from pack where collection = :collection
        and stream = :stream and kind = 2 order by pack desc limit 1
), -1) + 1,
coalesce((
    select ordinal from content where collection = :collection and stream = :stream
        and kind = 3 order by ordinal desc limit 1
), (
    select 32 * pack + texts - 1 from pack where collection = :collection
        and stream = :stream and kind = 3 order by pack desc limit 1
), -1) + 1
