-- Of the articles that the text shown builds on, the one at :ordinal (SQLite).
union all
select ordinal, encoding, salt, data, base
from content
where collection = :collection and stream = :stream and kind = 0 and ordinal = :ordinal
