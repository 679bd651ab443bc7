-- Packs are made by sealing, and made anew by sealing and erasing.
create trigger if not exists guard_pack_delete before delete on pack
when not exists (
    select 1 from sealing where collection = old.collection
    union all select 1 from erasing where collection = old.collection
)
begin
    select raise(abort, 'content is only changed by erasing it: no delete of table pack');
end
