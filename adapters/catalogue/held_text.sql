-- A revision's capture, and what is needed to compare a text with its own.
select r.revision, r.captured, r.article_commitment, c.salt
from revision r
left join content c
    on c.collection = r.collection and c.stream = r.stream and c.kind = 0 and c.ordinal = r.article
where r.collection = :collection and r.stream = :stream and r.revision = :revision
