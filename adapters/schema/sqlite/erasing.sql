-- Has a row while content is being erased, in that transaction only: the one time at which the
-- guards let content be changed.
create table if not exists erasing (
    collection integer primary key
)
