-- Whether this role may write the tables of what is erased anew: vacuum passes over those that it may
-- not.
select bool_and(pg_has_role(relowner, 'usage'))
from pg_class
where oid in (to_regclass('content'), to_regclass('pack'), to_regclass('watch'))
