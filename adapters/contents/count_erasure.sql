-- Tells those who have read texts before that some of them may be gone.
update collection set erasures = erasures + 1 where collection = :collection
