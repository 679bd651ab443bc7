-- Opens the guards for the rest of this transaction.
insert into sealing (collection) values (:collection)
