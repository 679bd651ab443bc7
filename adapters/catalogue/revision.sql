select position from revision
where collection = :collection and stream = :stream and revision = :revision
