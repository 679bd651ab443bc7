-- Watches no page of a story any more.
delete from watch where collection = :collection and story = :story
