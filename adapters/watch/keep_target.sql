-- What came of looking at a target, unless it was forgotten meanwhile.
update watch set kind = :kind, due = :due, story = :story, etag = :etag, modified = :modified,
    checked = :checked, reached = :reached, changed = :changed, failures = :failures, said = :said,
    stands = :stands
where collection = :collection and address = :address and kind <> 'forgotten'
