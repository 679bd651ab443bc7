-- Watches an address.
insert into watch (collection, address, url, kind, every, since, due)
values (:collection, :address, :url, 'unknown', :every, :since, :due)
on conflict (collection, address)
