-- Watches an address, if it is neither watched yet nor forgotten; gives it then.
{added} do nothing
returning address
