-- The tables of this schema that hold compressed content, or their partitions (PostgreSQL).
select c.relname
from pg_class c
where c.relkind = 'r' and c.relnamespace = cast(quote_ident(current_schema()) as regnamespace)
    and (
        c.relname in ('content', 'pack')
        or exists (
            select 1 from pg_inherits i
            join pg_class p on p.oid = i.inhparent
            where i.inhrelid = c.oid and p.relname in ('content', 'pack')
                and p.relnamespace = c.relnamespace
        )
    )
