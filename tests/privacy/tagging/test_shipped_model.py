"""The name model that comes with the project: it finds names in running text of its languages, and little else."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import spacy

from triage.errors import PrivacyError
from triage.privacy.name_models import stored
from triage.privacy.name_models.stored import read_card, shipped_models
from triage.privacy.tagging import ner
from triage.privacy.tagging.name_network import add_recall_bias, pipeline, set_weights
from triage.privacy.tagging.ner import Ner

MODEL = "names_latin_1"

NAMES = {
    "de: surnames in prose": ("de", "Gestern hat Wieczorek angerufen, und Frau Abendroth weiß davon.", ["Wieczorek", "Abendroth"]),
    "de: genitive": ("de", "Das ist die Mappe von Anneliese Burmeister aus dem Archiv.", ["Anneliese Burmeister"]),
    "de: an article before a name": ("de", "Hat der Przybylski schon geantwortet? Frag beim Wojtkowiak nach.", ["Przybylski", "Wojtkowiak"]),
    "es: two surnames": ("es", "Ayer llamó Remedios Ibarguren Solís por el recibo.", ["Remedios Ibarguren Solís"]),
    "it: beside a verb": ("it", "Ieri Ermenegildo Brancaleoni ha chiamato il magazzino.", ["Ermenegildo Brancaleoni"]),
    "nl: with a particle": ("nl", "Gisteren belde Wietske van der Molen over de levering.", ["Wietske van der Molen"]),
    "pt: with a particle": ("pt", "Ontem a Conceição Brandão da Silveira ligou por causa da fatura.", ["Conceição Brandão"]),
    "pl: inflected": ("pl", "Wczoraj rozmawiałem z Bogumiłą Krzeszowską o fakturze.", ["Bogumiłą Krzeszowską"]),
    "da: in prose": ("da", "I går ringede Ingeborg Vestergaard om leveringen.", ["Ingeborg Vestergaard"]),
    "sv: in prose": ("sv", "I går ringde Gunborg Ljungkvist om leveransen.", ["Gunborg Ljungkvist"]),
    "nb: a language beside": ("nb", "I går ringte Solveig Tangen om leveringen.", ["Solveig Tangen"]),
    "it: without capitals": ("it", "ieri giuseppe ferrari ha chiamato per la consegna.", ["giuseppe ferrari"]),
}  # fmt: skip

HARMLESS = {
    "de": "Die Rechnung für die Bohrmaschine liegt im Anhang.\nZwischensumme und Mehrwertsteuer stehen auf der Rückseite.",
    "es": "Adjunto la factura del taladro.\nNúmero de pedido y forma de pago están al dorso.\nSaludos cordiales",
    "it": "In allegato la fattura del trapano.\nTotale parziale e modalità di pagamento sono sul retro.\nCordiali saluti",
    "nl": "Bijgaand de factuur van de boormachine.\nSubtotaal en betaalwijze staan op de achterkant.\nMet vriendelijke groet",
    "pt": "Segue em anexo a fatura da máquina.\nSubtotal e forma de pagamento estão no verso.\nCom os melhores cumprimentos",
    "pl": "W załączniku faktura za wiertarkę.\nRazem i sposób płatności są na odwrocie.\nPozdrawiam serdecznie",
    "da": "Vedhæftet er fakturaen for boremaskinen.\nSubtotal og betalingsmåde står på bagsiden.\nVenlig hilsen",
    "sv": "Bifogat finns fakturan för borrmaskinen.\nDelsumma och betalningssätt står på baksidan.\nVänliga hälsningar",
}


@pytest.mark.parametrize(("language", "text", "names"), NAMES.values(), ids=NAMES)
def test_names_in_running_text(language: str, text: str, names: list[str]) -> None:
    (results,) = Ner(MODEL, language).find([text], language)
    hidden = {place for result in results for place in range(result.start, result.end)}
    for name in names:
        start = text.index(name)
        assert hidden >= set(range(start, start + len(name)))
    assert len(hidden) <= sum(map(len, names)) + 12


@pytest.mark.parametrize(("language", "text"), HARMLESS.items(), ids=HARMLESS)
def test_letters_without_names(language: str, text: str) -> None:
    (results,) = Ner(MODEL, language).find([text], language)
    assert [text[result.start : result.end] for result in results] == []


@pytest.mark.parametrize("language", ["de", "pl", "nb"])
def test_computed_as_spacy_computes_it(language: str) -> None:
    """The same weights in spaCy's own code give the same names."""
    made = pipeline(language)
    set_weights(made.get_pipe("ner"), stored.read_weights(MODEL))
    add_recall_bias(made.get_pipe("ner"), read_card(MODEL).bias_of(language))
    tagger = ner.load_shipped(MODEL, language)
    texts = [text for _, text, _ in NAMES.values()] + list(HARMLESS.values())
    assert tagger.is_fast
    expected = [[(e.label_, e.start_char, e.end_char) for e in doc.ents] for doc in made.pipe(texts)]
    assert list(tagger.find(texts)) == expected
    assert sum(map(len, expected)) > 5


def test_a_changed_model_ends_the_job(tmp_path: Path) -> None:
    shutil.copytree(stored.FOLDER / MODEL, tmp_path / "changed")
    with (tmp_path / "changed" / "weights.npz").open("ab") as file:
        file.write(b"x")
    with pytest.raises(PrivacyError, match=r"not those that its card names.*train_names"):
        stored.read_weights("changed", tmp_path)


def test_every_language_of_the_card_has_a_tokenizer() -> None:
    assert all(spacy.blank(language) for name in shipped_models() for language in read_card(name).languages)
