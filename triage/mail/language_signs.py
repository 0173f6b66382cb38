"""Weak signs of a short text's language: common words, forms of mail, the quoted text, and what the header says.

A mail is judged by what it holds itself, so that its language does not depend on the mails that are read with it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from triage.mail.structure.form_words import words_of
from triage.mail.structure.load import LANGUAGES as WITH_FORMS

_COMMON = {
    "en": "the a an and or of to in on at for from with by is are was be will would can could should have has had "
    "do does did not no yes this that it we you he she they i my your our their please when where what how "
    "who see go let me us him her them there here if but about any all just still now new get got need send "
    "sent know back soon sure",
    "de": "der die das den dem ein eine einen und oder von zu im am auf für mit bei ist sind war wird werden kann "
    "können soll haben hat nicht kein keine ja nein dies es wir sie ich mein unser ihr bitte wann wo was wie "
    "wer noch schon nur auch wenn aber über alle jetzt neu danke passt geht gut habe bis morgen heute mir uns "
    "ihnen gerne leider",
    "fr": "le la les un une des et ou de du à au aux en dans sur pour par avec est sont était sera peut pouvez avez "
    "ont ne pas plus non oui ce cette ça je nous vous il elle mon votre notre merci quand où quoi comment qui "
    "si mais tout bien bon ici encore déjà très c'est j'ai d'accord voici faire reçu ci-joint suis",
    "es": "el la los las un una unos y o de del al en con por para es son está están fue será puede pueden tiene "
    "han no sí este esta eso yo nosotros usted ustedes mi su nuestro gracias cuándo dónde qué cómo quién si "
    "pero todo bien ya aún muy más me le lo se hay hoy mañana vale recibido favor",
    "it": "il lo la gli le un una e o di del della al alla da dal in nel con su per è sono era sarà può potete ha "
    "hanno non sì no questo questa io noi voi mi ci vi lei mio vostro grazie quando dove cosa come chi se ma "
    "tutto bene già ancora molto più anche oggi domani va perfetto",
    "nl": "de het een en of van naar in op voor met bij is zijn was wordt kan kunnen kunt heeft hebben niet geen ja "
    "nee dit dat ik wij we u jij je mijn uw ons bedankt wanneer waar wat hoe wie als maar over alle nu nog al "
    "graag goed mij er om te aan hij ze ook",
    "pt": "o a os as um uma e ou de do da no na em com por para é são está estão foi será pode podem tem não sim "
    "este esta isto eu nós você vocês meu seu obrigado obrigada quando onde que como quem se mas tudo bem já "
    "ainda muito mais me lhe hoje amanhã à ao fico combinado",
    "da": "en et den det de og eller af til i på for fra med er var bliver kan skal vil har havde ikke nej ja jeg "
    "du vi i han hun min din vores tak hvornår hvor hvad hvordan hvem hvis men om alle nu ny noget også kun "
    "gerne fint godt mig os jer kommer send venligst",
    "sv": "en ett den det de och eller av till i på för från med är var blir kan ska vill har hade inte nej ja jag "
    "du vi ni han hon min din vår tack när var vad hur vem om men alla nu ny något också bara gärna bra mig "
    "oss er låter kommer skicka finns",
    "nb": "en et den det de og eller av til i på for fra med er var blir kan skal vil har hadde ikke nei ja jeg du "
    "vi dere han hun min din vår takk når hvor hva hvordan hvem hvis men om alle nå ny noe også bare gjerne "
    "fint bra meg oss kommer send vennligst",
    "pl": "i w na z do od dla po o się jest są był będzie może proszę nie tak to ten ta ja my pan pani mój nasz "
    "dziękuję kiedy gdzie co jak kto jeśli ale wszystko już jeszcze bardzo czy mi nam mam zgoda dobrze dzień "
    "jutro załączniku",
    "cs": "a v na z do od pro po o se je jsou byl bude může prosím ne ano to ten ta já my vy můj náš děkuji díky "
    "kdy kde co jak kdo jestli ale všechno už ještě velmi mi nám mám dobře dobrý den zítra příloze",
    "fi": "ja tai on ovat oli ei kyllä se tämä minä me te hän minun meidän kiitos milloin missä mitä miten kuka jos "
    "mutta kaikki nyt vielä jo hyvin hyvä voitko voisitteko olen liitteenä huomenna tänään ole hyvää",
    "hu": "a az egy és vagy nem igen ez azt én mi ön van vannak volt lesz kérem köszönöm mikor hol mit hogyan ki ha "
    "de minden most még már jól csak nagyon holnap ma rendben mellékelve",
    "ro": "un o și sau de la în pe cu din pentru este sunt era va poate aveți nu da acest această eu noi voi meu "
    "mulțumesc când unde ce cum cine dacă dar tot bine deja încă foarte mai vă îmi rog mâine atașat",
    "tr": "ve veya bir bu şu o ben biz siz var yok değil evet hayır için ile de da ne nerede nasıl kim ama çok daha "
    "iyi teşekkürler teşekkür ederim lütfen tamam zaman yarın bugün ekte mi mı",
}
"""Frequent words of mail's running text, by language."""

_ANY_LANGUAGE = frozenset(
    {"ok", "okay", "fyi", "asap", "re", "fwd", "fw", "cc", "info", "email", "fax", "tel", "test", "hi"}
)
"""Words that are written in mail of any language."""

_COUNTRIES = {
    "de": "de", "at": "de", "fr": "fr", "es": "es", "mx": "es", "ar": "es", "it": "it", "nl": "nl", "pt": "pt",
    "br": "pt", "dk": "da", "se": "sv", "no": "nb", "pl": "pl", "cz": "cs", "fi": "fi", "hu": "hu", "ro": "ro",
    "tr": "tr", "gr": "el", "ru": "ru", "ua": "uk", "jp": "ja", "cn": "zh", "tw": "zh", "kr": "ko", "il": "he",
    "uk": "en", "us": "en", "ie": "en", "au": "en", "nz": "en",
}  # fmt: skip
"""Top-level domains of countries where most mail is in one language."""

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MOST_WORDS = 60
_HEADER_SHARE, _SENDER_SHARE, _RECEIVER_SHARE = 0.4, 0.3, 0.15


def prior_of(content_language: str = "", sender: str = "", receivers: Iterable[str] = ()) -> dict[str, float]:
    """What the header says: a weight by language, of Content-Language (RFC 3282) and of the addresses' countries."""
    weights: defaultdict[str, float] = defaultdict(float)
    tag = content_language.partition(",")[0].strip().partition("-")[0].lower()
    if len(tag) == 2:
        weights["nb" if tag == "no" else tag] += _HEADER_SHARE
    if language := _of_country(sender):
        weights[language] += _SENDER_SHARE
    for language in {_of_country(receiver) for receiver in receivers} - {""}:
        weights[language] += _RECEIVER_SHARE
    return dict(weights)


def words_say(text: str) -> Mapping[str, float]:
    """Languages by how many of the text's first words they know, at most 1 and that for the best.

    A word counts the less the more languages know it, so that one word of many says little.
    """
    known = _languages_by_word()
    scores: defaultdict[str, float] = defaultdict(float)
    for word in dict.fromkeys(_WORD.findall(text.casefold())[:_MOST_WORDS]):
        languages = known.get(word, ())
        for language in languages:
            scores[language] += 1 / len(languages)
    scale = max([1.0, *scores.values()])
    return {language: score / scale for language, score in scores.items()}


def _of_country(address: str) -> str:
    return _COUNTRIES.get(address.rpartition(".")[2].strip("> ").lower(), "") if "@" in address else ""


@cache
def _languages_by_word() -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for language in dict.fromkeys((*_COMMON, *WITH_FORMS)):
        forms = words_of(language) if language in WITH_FORMS else frozenset[str]()
        for word in {*_COMMON.get(language, "").split(), *forms} - _ANY_LANGUAGE:
            found[word].append(language)
    return {word: tuple(languages) for word, languages in found.items()}
