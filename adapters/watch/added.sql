-- Watches an address.
insert into watch (collection, address, url, kind, every, since, due, outlet)
values (:collection, :address, :url, 'unknown', :every, :since, :due, :outlet)
on conflict (collection, address)
