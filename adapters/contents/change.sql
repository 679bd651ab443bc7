-- How a content is stored. It is still the same content, or it is erased.
update content set encoding = :encoding, base = :base, salt = :salt, data = :data
where collection = :collection and stream = :stream and kind = :kind and ordinal = :ordinal
