-- The revisions whose copy was made at an instant, with the texts they hold.
select r.revision, r.captured, r.article_commitment, c.salt
from revision r
left join content c
    on c.collection = :collection and c.stream = :stream and c.kind = 0 and c.ordinal = r.article
where r.collection = :collection and r.stream = :stream and r.captured = :at
order by r.revision
