-- Takes the turn of looking at a target; gives it, unless somebody else took it first.
update watch set due = :later
where collection = :collection and address = :address and due = :due
returning url
