-- Says who publishes what is found at an address that is watched.
update watch set outlet = :outlet
where collection = :collection and address = :address and kind <> 'forgotten'
