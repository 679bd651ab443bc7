insert into collection (collection, name)
select coalesce(max(collection), 0) + 1, :name from collection where true
on conflict do nothing
