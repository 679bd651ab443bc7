-- Watches an address, if it is not watched yet; gives it, if it was not.
insert into watch (collection, address, url, kind, every, since, due)
values (:collection, :address, :url, :kind, :every, :since, :due)
on conflict (collection, address) do nothing
returning url
