select c.encoding, c.salt, c.data, c.base, c.stream
from stream s
join content c on c.collection = s.collection and c.stream = s.stream
where s.collection = :collection and s.name = :name and c.kind = :kind and c.ordinal = :ordinal
