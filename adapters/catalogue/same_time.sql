-- The revisions that were ever dated to an instant, with the texts they hold.
select r.revision, r.captured, r.article_commitment, c.salt
from (
    select distinct revision from dating
    where collection = :collection and stream = :stream and at = :at
) as d
join revision r
    on r.collection = :collection and r.stream = :stream and r.revision = d.revision
left join content c
    on c.collection = :collection and c.stream = :stream and c.kind = 0 and c.ordinal = r.article
order by r.revision
