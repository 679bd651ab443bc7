-- Packs are made, and made anew, whole.
create trigger if not exists guard_pack_update before update on pack
begin
    select raise(abort, 'content is only changed by erasing it: no update of table pack');
end
