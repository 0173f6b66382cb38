"""Addresses of cryptocurrencies."""

from __future__ import annotations

from stdnum import bitcoin

from triage.privacy.patterns.pattern import Pattern
from triage.privacy.recognizers.common.table import ScoredPattern, TableRecognizer, announced

_BASE58 = r"[13][1-9A-HJ-NP-Za-km-z]{25,34}"
_EDGE, _END = r"(?<![\w.\-/+=])", r"(?![\w+=]|[/\-]\w)"


class CryptoWallet(TableRecognizer):
    """Bitcoin's in base58 by checksum, in bech32 (BIP 173, BIP 350) by form, Ethereum's by form; others after a word.

    A bech32 address needs no checksum: nothing else begins like it, and a mistyped one names its owner as well.
    """

    entity = "CRYPTO"
    needs = Pattern(r"\w{26}")
    table = (
        ScoredPattern(rf"{_EDGE}{_BASE58}{_END}", 0.9, bitcoin.is_valid),
        ScoredPattern(rf"{_EDGE}(?:bc1[02-9ac-hj-np-z]{{25,87}}|BC1[02-9AC-HJ-NP-Z]{{25,87}}){_END}", 0.9),
        ScoredPattern(rf"{_EDGE}0x[0-9a-fA-F]{{40}}{_END}", 0.9),
        announced(r"bitcoin|btc|wallets?|crypto|ethereum|eth|litecoin|ltc|monero|xmr|dogecoin|doge|solana|tron", r"(?=[A-Za-z]{0,20}\d)[A-Za-z0-9]{26,95}(?!\w)", 0.8, between=r"(?:[ \-]\p{L}{1,12}){0,3}?"),
    )  # fmt: skip
