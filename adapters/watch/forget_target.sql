-- Watches an address no more, whatever feed names it; gives it, if it was watched.
update watch set {forgotten}
where collection = :collection and address = :address and kind <> 'forgotten'
returning address
