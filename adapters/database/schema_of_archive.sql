-- The schema that the archive's tables are in.
select n.nspname
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.oid = to_regclass('archive')
