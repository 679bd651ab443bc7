-- What a decision about the instant :at looks at, of a story of which nothing was recorded but
-- revisions whose times are sure to the second: the marks of the last one by then, of that before it
-- and of the first one after it; the event and the salt of the first; and what `places` gives.
-- No row where there is more to look at, or two where revisions share an instant.
select h.mark,
    (
        select mark from dating
        where collection = :collection and stream = :stream and at <= :at
        order by at desc, revision desc limit 1 offset 1
    ),
    (
        select mark from dating
        where collection = :collection and stream = :stream and at > :at
        order by at, revision limit 1
    ),
    e.state, {article_salt},
    {places}
from stream s
left join dating h
    on h.collection = s.collection and h.stream = s.stream
    and h.at = (
        select at from dating
        where collection = :collection and stream = :stream and at <= :at
        order by at desc limit 1
    )
left join event e
    on e.collection = h.collection and e.position = h.position
where s.collection = :collection and s.stream = :stream and {is_plain}
