-- Watches an address at another pace from now on, unless somebody is looking at it just now.
update watch set every = :every, due = case when due = :before then :due else due end
where collection = :collection and address = :address and kind <> 'forgotten'
