-- The statements that give each table in use, as it is named now, its owner and its grants: for
-- the table that takes its place.
with pair as (
    select live.relname, live.relowner, live.relacl, live.relnamespace, shadow.relowner as maker
    from pg_class shadow
    join pg_namespace made on made.oid = shadow.relnamespace and made.nspname = :schema
    join pg_class live on live.relname = shadow.relname and live.relkind = 'r'
        and live.relnamespace = (
            select relnamespace from pg_class where oid = 'collection'::regclass
        )
    where shadow.relkind = 'r'
)
select format('grant %s on %I.%I to %s%s',
    a.privilege_type, n.nspname, pair.relname,
    case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
    case when a.is_grantable then ' with grant option' else '' end)
from pair
join pg_namespace n on n.oid = pair.relnamespace
cross join lateral aclexplode(pair.relacl) a
where a.grantee <> pair.relowner
union all
select format('alter table %I.%I owner to %I', n.nspname, pair.relname,
    pg_get_userbyid(pair.relowner))
from pair
join pg_namespace n on n.oid = pair.relnamespace
where pair.relowner <> pair.maker
