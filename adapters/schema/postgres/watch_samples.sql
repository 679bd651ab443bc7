-- From schema 8 to 9, as of contents.
alter table watch
    alter column url type text,
    alter column etag type text,
    alter column modified type text,
    alter column said type text,
    alter column outlet type text
