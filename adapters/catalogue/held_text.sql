-- A revision as it was dated first, and what is needed to compare a text with its own: the event that
-- commits to it, its ordinal, and its salt where it is not sealed.
select d.revision, d.mark, e.state, d.article, c.salt
from dating d
join event e on e.collection = d.collection and e.position = d.position
left join content c
    on c.collection = d.collection and c.stream = d.stream and c.kind = 0 and c.ordinal = d.article
where d.collection = :collection and d.stream = :stream and d.revision = :revision
    and d.arrived is null
