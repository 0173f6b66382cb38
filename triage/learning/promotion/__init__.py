"""The gate that every model passes before it goes live, and what it decided.

    gate.judge(settings, (name, version), rows) -> Verdict       compares; changes nothing
    decide.promote_if_better(settings, store, (name, version), rows, override=None) -> Verdict       also acts on it
    records.finish_promotions(settings, store)       carries out what a killed process had decided; called by the above

`rows` are labelled rows (row, labels or label_sets, body, perhaps subject, language and further facts of silver/mail,
and columns of SLICES) that the challenger did not learn from. Rows that one of the two models learnt from are left out
by itself where a model has their fingerprints. Both functions take a `look` where the same rows judge one model after
another.
"""
