-- Packs are made by sealing, and made anew by sealing and erasing.
create trigger if not exists guard_pack_insert before insert on pack
when not exists (
    select 1 from sealing where collection = new.collection
    union all select 1 from erasing where collection = new.collection
)
or exists (
    select 1 from pack
    where collection = new.collection and stream = new.stream
        and kind = new.kind and pack = new.pack and piece = new.piece
)
begin
    select raise(abort, 'content is only changed by erasing it: no insert into table pack');
end
