-- From schema 3 to 4: the guard is made again, and lets content be sealed.
drop trigger if exists guard_content_delete
