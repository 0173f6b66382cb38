"""The keys of tokens and vault: what they are, and where the secret comes from that they are derived from."""

from triage.privacy.pseudonyms.keys.load import KeyOrigin, key_origin, load_keys, load_new_keys
from triage.privacy.pseudonyms.keys.material import DataKey, Keys, derive, keyed_name, keys_from_secret
from triage.privacy.pseudonyms.keys.secret_text import DEVELOPMENT_MARK, SECRET_BYTES

__all__ = [
    "DEVELOPMENT_MARK",
    "SECRET_BYTES",
    "DataKey",
    "KeyOrigin",
    "Keys",
    "derive",
    "key_origin",
    "keyed_name",
    "keys_from_secret",
    "load_keys",
    "load_new_keys",
]
