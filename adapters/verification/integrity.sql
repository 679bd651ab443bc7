-- What SQLite finds wrong with a table, each row of each of its indexes among it; `ok` if nothing is.
select found.integrity_check
from sqlite_master there, pragma_integrity_check(there.name) found
where there.type = 'table' and there.name = :table
