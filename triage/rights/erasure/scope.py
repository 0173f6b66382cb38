"""What a certificate says of its reach, in words that do not change from one to the next."""

from __future__ import annotations

SCOPE = (
    "Every file under the lake, the reports and MLflow's local store: its name, its bytes, the values inside "
    "Parquet pages, gzip and zip members, and sealed values after opening them; in UTF-8, Latin-1 and UTF-16, and "
    "under up to two layers of base64 at any alignment, quoted-printable, URL encoding and HTML references; letters "
    "in any case. Sought were the addresses, full names, tokens and mail keys counted under `sought`."
)

FORGOTTEN = (
    "erased, but not proven in clear: after an attempt that was interrupted, its tokens and mail keys alone could be "
    "sought, and no more what the pseudonym stands for; erase by the address to have it proven"
)

STAYS = (
    (
        "the export files",
        "they are the mail store's, not the lake's; erased mail in them counts as known here",
    ),
    ("copies and backups of the lake", "they are outside of what this job can reach"),
    (
        "a remote MLflow server, where one is configured",
        "it is not on this machine; only counts are sent to it",
    ),
    ("this certificate and its row in ops/erasures", "they hold salted and keyed hashes, and counts"),
    ("keyed hashes of the removed mail keys", "so that the same mail does not come back from an export"),
    (
        "rows of ops/reveals",
        "who looked at personal data must stay known; they hold a keyed hash of the value",
    ),
    ("rows of ops/ledger", "the account of the work; a path that named the person was blanked"),
    ("metrics, reports and drift", "they hold counts only"),
    (
        "label models",
        "they hold weights of hashed terms, learnt from the sample's gold, or from the operator's own file where "
        "jobs/train.py --labelled was given one: if the person's mails stood in it, train again without them",
    ),
    (
        "paragraphs that workers remember",
        "they lie in the memory of processes that have ended, never on disk",
    ),
    (
        "single names, and full names that stand with other people's addresses, too",
        "they do not tell one person",
    ),
    ("mails that only compressed or encrypted attachments link to the person", "their content is not opened"),
    ("pseudonyms of Message-IDs in other people's threads", "they hold a thread together and name nobody"),
)
