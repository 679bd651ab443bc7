-- For this transaction, names without a schema mean the archive's tables, and new ones join them,
-- whichever schema the search_path begins with.
select set_config('search_path', quote_ident(n.nspname) || ', ' || current_setting('search_path'), true)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.oid = to_regclass('archive')
