"""The tamper-evident tree over a collection's log: its tiles, what was signed of it, and proofs.

`tiles` stores the tree and gives any subtree of it, `checkpoints` signs heads and remembers what
was signed, `proofs` proves, `rotation` changes the key, `timestamps` asks authorities for the time,
and `evidence` checks all of that. The rules are the domain's: tree, signed_note, checkpoint,
tlog_proof, consistency, signing_keys.
"""
