"""The gate that every model passes before it goes live, and what it decided.

    judge(spark, settings, (name, version), rows) -> Verdict       compares; changes nothing
    promote_if_better(spark, settings, (name, version), rows, override=None) -> Verdict       also acts on it
    finish_promotions(settings)       redoes what a killed process left undone; every start of the two above calls it

`rows` are labelled rows (row, labels or label_sets, body, perhaps subject, language and further facts of silver/mail,
and columns of SLICES) that the challenger did not learn from. Rows that one of the two models learnt from are left out
by itself where a model has their fingerprints.
"""
