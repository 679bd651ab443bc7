-- The statements that grant the table besides to whom the table sighting is granted (PostgreSQL).
select format('grant %s on %I.besides to %s%s',
    a.privilege_type, n.nspname,
    case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
    case when a.is_grantable then ' with grant option' else '' end)
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
cross join lateral aclexplode(c.relacl) a
where c.oid = 'sighting'::regclass and a.grantee <> c.relowner
