-- The packs of articles and descriptions below one that some streams have, piece by piece, and how
-- many times content of the collection was erased. `cross join` has the streams looked up first.
select s.name, p.kind, p.pack, p.texts, p.data,
    (select erasures from collection where collection = :collection)
from :streams
cross join pack p
where p.collection = s.collection and p.stream = s.stream
    and p.kind in (0, 3) and p.pack < :below
order by s.name, p.kind, p.pack, p.piece
