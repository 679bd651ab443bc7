-- Watches an address at another pace from now on.
update watch set every = :every, due = case when due < :due then due else :due end
where collection = :collection and address = :address
