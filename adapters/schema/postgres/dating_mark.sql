-- From schema 4 to 5.
alter table dating
    alter column arrived drop not null,
    alter column latest drop not null,
    drop column precision,
    drop column basis,
    drop column zone,
    drop column resolved,
    add column mark bytea not null
