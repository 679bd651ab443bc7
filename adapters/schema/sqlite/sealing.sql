-- Has a row while contents are moved into packs, in that transaction only: the one time at which the
-- guards let rows of contents go.
create table if not exists sealing (
    collection integer primary key
)
