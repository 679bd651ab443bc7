-- Watches an address no more, nor ever because a feed names it.
insert into watch (collection, address, url, kind, every, since, due)
values (:collection, :address, '', 'forgotten', 0, 0, 9223372036854775807)
on conflict (collection, address) do update set {forgotten}
