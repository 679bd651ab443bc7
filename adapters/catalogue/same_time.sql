-- The revisions that were ever dated to an instant, with the texts they hold (held_text.sql).
select r.revision, r.mark,
    (select state from event where collection = :collection and position = r.position),
    r.article, {article_salt}
from (
    select distinct revision from dating
    where collection = :collection and stream = :stream and at = :at
) as d
join dating r
    on r.collection = :collection and r.stream = :stream and r.revision = d.revision
    and r.arrived is null
order by r.revision
