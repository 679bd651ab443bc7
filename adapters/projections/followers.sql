-- Where every projection of a collection is.
select projection, position, failed_position, failure
from tracking where collection = :collection
