-- From schema 7 to 8.
alter table watch add column outlet text
