-- A revision's capture, and what is needed to compare a text with its own: the event that commits to
-- it, its ordinal, and its salt where it is not sealed.
select r.revision, r.captured, e.state, r.article, c.salt
from revision r
join event e on e.collection = r.collection and e.position = r.position
left join content c
    on c.collection = r.collection and c.stream = r.stream and c.kind = 0 and c.ordinal = r.article
where r.collection = :collection and r.stream = :stream and r.revision = :revision
