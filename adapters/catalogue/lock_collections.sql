-- Takes the turn of every collection: nobody appends until the transaction ends.
select collection from collection order by collection for update
