-- What was said of a story after it was opened, in order.
select position, kind, zone, date_order, outlet, address, description, description_commitment,
    other, first, revisions
from amendment
where collection = :collection and stream = :stream
order by position
