-- Catalogue: that there is something of a story besides revisions, and of what kind: 0 it was taken
-- down, in part or whole, 1 described anew or merged, 2 sighted, 3 has implied revisions, 4 redated.
-- Where there is nothing, an answer takes one look.
create table if not exists besides (
    collection integer not null,
    stream integer not null,
    kind integer not null,
    primary key (collection, stream, kind)
)
