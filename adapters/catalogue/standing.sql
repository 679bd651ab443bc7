-- A story, the end of the log, and what decides at :at, known by :known, where that is plain
-- (is_plain.sql): the marks of the last revision by then and of the first one after it, each null if
-- there is none.
select {story_columns}, {besides},
    (select position from collection where collection = :collection),
    {is_wide},
    (
        select mark from dating
        where collection = s.collection and stream = s.stream and at <= :at and position <= :known
        order by at desc, revision desc limit 1
    ),
    (
        select mark from dating
        where collection = s.collection and stream = s.stream and at > :at and position <= :known
        order by at, revision limit 1
    )
from story s
where s.collection = :collection and s.id = :id
