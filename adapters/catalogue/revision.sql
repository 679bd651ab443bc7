select position, captured, article_commitment from revision
where collection = :collection and stream = :stream and revision = :revision
