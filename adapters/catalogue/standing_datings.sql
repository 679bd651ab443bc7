-- The datings of a story that are not superseded by position :known: a part of other statements. `arrived`
-- is the position of the revision; `redated` is that too, null where the revision was recorded here.
select d.revision, coalesce(d.arrived, d.position) as arrived, d.at, d.latest, d.mark,
    d.arrived as redated
from dating d
where d.collection = :collection and d.stream = :stream and d.position <= :known and {is_standing}
