-- Watches an address no more; gives it, if it was watched.
delete from watch where collection = :collection and address = :address returning url
