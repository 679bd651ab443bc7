"""A bag: stories in BagIt around an RO-Crate, with the log, its proofs and a verifier."""
