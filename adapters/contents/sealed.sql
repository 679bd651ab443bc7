-- A pack as it is stored, piece by piece, and how many times content of the collection was erased.
select p.pack, p.texts, p.data,
    (select erasures from collection where collection = :collection)
from stream s
join pack p on p.collection = s.collection and p.stream = s.stream
where s.collection = :collection and s.name = :name and p.kind = :kind and p.pack = :pack
order by p.piece
