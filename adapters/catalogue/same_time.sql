-- The revisions that were ever dated to an instant, with the texts they hold (held_text.sql).
select r.revision, r.mark, e.state, r.article, {article_salt}
from (
    select distinct revision from dating
    where collection = :collection and stream = :stream and at = :at
) as d
join dating r
    on r.collection = :collection and r.stream = :stream and r.revision = d.revision
    and r.arrived is null
join event e on e.collection = :collection and e.position = r.position
order by r.revision
