-- Whether this role may write the table of contents anew.
select pg_has_role(relowner, 'usage') from pg_class where oid = to_regclass('content')
