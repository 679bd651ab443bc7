-- Watches no page of a story any more, whatever feed names it.
update watch set {forgotten}
where collection = :collection and story = :story
