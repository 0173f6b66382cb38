"""Relabelling: backfill labels and routes the mails of a window again, rollback those that a bad version labelled.

A relabel works in chunks of whole batches. Of a chunk the figures are recorded first (ops/relabels), then gold/routes
is replaced, then gold/labels, each in one Delta version with a transaction of its own. A killed relabel goes on, by the
same command, at the first chunk whose labels were not replaced; it repeats nothing else. Labels come last because
they say which mails the bad version labelled: as long as they stand, a chunk can be repeated whole.
"""
