-- Changes nothing; fails where the log cannot be appended to, which begins with this table.
update collection set position = position where collection < 0
