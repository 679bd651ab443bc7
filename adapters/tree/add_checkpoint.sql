-- Another process may have signed the same head at the same moment. On SQLite a guard refuses even an
-- insert that would do nothing.
insert into checkpoint (collection, size, root, note, signed_at)
select :collection, :size, :root, :note, :signed_at
where not exists (select 1 from checkpoint where collection = :collection and size = :size)
on conflict do nothing
