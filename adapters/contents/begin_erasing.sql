-- Opens the guards for the rest of this transaction.
insert into erasing (collection) values (:collection)
