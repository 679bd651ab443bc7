-- The revisions that were ever dated to an instant, with the texts they hold (held_text.sql).
select r.revision, r.mark, e.state, r.article, c.salt
from (
    select distinct revision from dating
    where collection = :collection and stream = :stream and at = :at
) as d
join dating r
    on r.collection = :collection and r.stream = :stream and r.revision = d.revision
    and r.arrived is null
join event e on e.collection = :collection and e.position = r.position
left join content c
    on c.collection = :collection and c.stream = :stream and c.kind = 0 and c.ordinal = r.article
order by r.revision
