"""The fixed sentences of a certificate. They are signed, so each certificate keeps the words of its time."""

from __future__ import annotations

CLEAN = "erased, and nothing left"
NOT_FOUND = "nothing was found of this subject"
NOT_CLEAN = "not clean: what was found stands under findings"
NOT_VERIFIED_IN_CLEAR = (
    "erased, but not verified in clear text: after an attempt that was interrupted, only its tokens and mail keys "
    "could be searched for, and no longer what the pseudonym stands for; erase by the address to have it verified"
)

SALTED_HASH = "SHA-256 over the salt's bytes and the identifier in lower case, UTF-8"

SCOPE = (
    "Every file under the lake, the reports, the review page's folder and MLflow's local store: its name, its bytes, "
    "the values inside Parquet pages, gzip and zip members, and sealed values after decryption; in UTF-8, Latin-1 "
    "and UTF-16, and under up to two layers of base64 at any alignment, quoted-printable, URL encoding and HTML "
    "references; letters in any case. Searched for were the addresses, full names, other values, tokens and mail "
    "keys counted under `sought`."
)

UNREACHED = (
    (
        "the export files",
        "they belong to the mail store, not to the lake; erased mail in them counts as known here",
    ),
    ("copies and backups of the lake", "this job cannot reach them"),
    (
        "a remote MLflow server, where one is configured",
        "it is not on this machine and was not scanned; it holds counts, and reasons of decisions on models, of which "
        "those that named the person were blanked",
    ),
    ("this certificate and its row in ops/erasures", "they hold salted and keyed hashes, and counts"),
    ("keyed hashes of the removed mail keys", "so that the same mail does not come back from an export"),
    (
        "rows of ops/reveals",
        "who looked at personal data must stay known; they hold a keyed hash of the value",
    ),
    ("rows of ops/ledger", "they account for the work; a path that named the person was blanked"),
    ("metrics, reports and drift", "they hold counts only"),
    (
        "label models",
        "they hold weights of hashed terms, learnt from the sample's gold, or from the operator's own file where "
        "jobs/train.py --labelled was given one: if the person's mails were in it, train again without them",
    ),
    (
        "paragraphs that workers cached",
        "they were in the memory of processes that have ended, never on disk",
    ),
    (
        "single names, and full names that also stand with other people's addresses",
        "they do not identify one person",
    ),
    ("mails that only compressed or encrypted attachments link to the person", "their content is not opened"),
    ("pseudonyms of Message-IDs in other people's threads", "they hold a thread together and name nobody"),
)
"""What an erasure leaves, and why."""
