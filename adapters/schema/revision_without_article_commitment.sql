-- From schema 3 to 4.
alter table revision drop column article_commitment
