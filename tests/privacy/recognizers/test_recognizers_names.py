"""Names by lists and by what a capital says in a language: `[...]` marks what must be covered, all else must stay."""

from __future__ import annotations

import pytest

from tests.privacy.marked import check

CASES = {
    "da given and surname": ("da", "Jeg talte med [Lars Bille] om fakturaen."),
    "da surname inside a sentence": ("da", "I går ringede [Sørensen] igen."),
    "da first word of a sentence": ("da", "Kasserne er fremme. Leveringen mangler. Emne følger."),
    "da closing": ("da", "Venlig hilsen"),
    "sv first words": ("sv", "Även fakturan saknas. Enligt avtalet betalar vi. Beställningen kom."),
    "sv name": ("sv", "Enligt [Björn Lindqvist] kom den i går."),
    "nb name with an ordinary surname": ("nb", "Vi møtte [Kari Bakke] i går."),
    "nl first words": ("nl", "Het pakket is er niet. Omdat ik wacht, bel ik. Bovendien is het koud."),
    "nl name with a particle": ("nl", "Ik sprak met [Jeroen van der Berg] daarover."),
    "it letter": ("it", "Buongiorno, la fattura manca. Cordiali saluti"),
    "it name": ("it", "Ho parlato con [Chiara Esposito] ieri."),
    "it name with an ordinary surname": ("it", "Ho scritto a [Roberto Fontana] ieri."),
    "pt letter": ("pt", "Estou à espera. Infelizmente não chegou. Atenciosamente"),
    "pt name": ("pt", "Falei com a [Beatriz Gonçalves] hoje."),
    "pl letter": ("pl", "Dzień dobry, reklamacja została wysłana. Proszę o odpowiedź. Kierowca nie przyjechał."),
    "pl names in cases": ("pl", "Rozmawiałem z [Agnieszką Wróblewską] i z [Pawłem]."),
    "pl ordinary surname behind a given name": ("pl", "Dzwonił do mnie [Wojciech Grzyb] wczoraj."),
    "cs letter": ("cs", "Dobrý den, faktura nepřišla. Děkuji. Objednávka chybí."),
    "cs names in cases": ("cs", "Mluvil jsem s panem a psal jsem [Petrovi Novákovi]."),
    "fi letter": ("fi", "Hyvää päivää, lasku puuttuu. Kiitos. Terveisin"),
    "fi names in cases": ("fi", "Puhuin eilen [Minnalle] ja [Pekka Virtasen] kanssa."),
    "hu letter": ("hu", "Tisztelt ügyfélszolgálat, a számla hiányzik. Köszönöm."),
    "hu surname first": ("hu", "Tegnap beszéltem vele, [Szilágyi Katalin] is ott volt."),
    "ro letter": ("ro", "Bună ziua, factura lipsește. Mulțumesc. Comanda nu a ajuns."),
    "ro name": ("ro", "Am vorbit cu [Ioana Popescu] ieri."),
    "tr letter": ("tr", "Merhaba, fatura gelmedi. Teşekkürler. Sipariş eksik."),
    "tr name before an apostrophe": ("tr", "Dün [Ahmet'in] evine gittim."),
    "el letter": ("el", "Καλημέρα, η παραγγελία δεν έχει φτάσει. Ευχαριστώ."),
    "el names": ("el", "Μίλησα με τον [Γιώργο Παπαδόπουλο] χθες."),
    "ru letter": ("ru", "Здравствуйте, счёт не пришёл. Спасибо. Заказ не доставлен."),
    "ru names in cases": ("ru", "Я говорил с [Ольгой Ивановой] вчера."),
    "ru first word of a subject": ("ru", "Счёт за октябрь"),
    "uk names in cases": ("uk", "Я говорив з [Олександром Шевченком] вчора."),
    "uk letter": ("uk", "Доброго дня, рахунок не надійшов. Дякую. Замовлення відсутнє."),
    "en noun in lower case": ("en", "we meet in the small hall, bring rice and a silk horn"),
    "en numbered thing": ("en", "Bring the keys for Hall 3 and Hall no. 4."),
    "en noun with an article": ("en", "the Priest and the Princess stay"),
    "en full name in lower case": ("en", "please ask [anna hall] today"),
    "en name in lower case": ("en", "yesterday [marta] left her bag"),
    "en common noun that is a surname": ("en", "I met [Sarah Hall] there."),
    "en short code in capitals": ("en", "moved from ENA to the LON desk"),
    "en name in a line in capitals": ("en", "PLEASE CALL [IDA] NOW"),
    "en point ends a name": ("en", "I asked [Hannah Abernathy]. [Jamal] agreed."),
    "en initial ends no sentence": ("en", "I asked [Hannah J. Abernathy] again."),
    "en two given names that are words": ("en", "[May] and [Mark] will visit. [Rose] and [Hope] stay."),
    "en two months": ("en", "May and June are warm."),
    "en who is in charge": ("en", "[Hope] is in charge of the art. [Bill] said no."),
    "en words and verbs": ("en", "The bill said so. Hope is lost. The mark was set."),
    "en who told whom": ("en", "[Manny] told [Dag] about it."),
    "en relatives": ("en", "my uncle [Robert], my aunt [Mae] and my neighbour [Rose]"),
    "en who is out": ("en", "[Ed] is out until Monday. The lid is out."),
    "de noun beside a surname": ("de", "Das Stativ von Weber fehlt."),
    "de relation and who speaks": ("de", "Mein Nachbar [Koch] sagt ja, [Schneider] sagte nein."),
    "de trades that speak": ("de", "Der Koch sagt ja, ein Schneider sagt nein."),
    "fr relation": ("fr", "ma voisine [Claire] est venue"),
    "es relation": ("es", "mi vecina [Rosa] dijo que sí"),
    "it who writes": ("it", "Ieri [Bianca] scrive di nuovo."),
    "nl who says": ("nl", "Gisteren [Roos] zei dat het klopt."),
    "da neighbour": ("da", "min nabo [Storm] ringede"),
    "de form words": ("de", "Rechnung und Zwischensumme\nKontaktdaten\nZahlungsinformationen"),
}


@pytest.mark.parametrize("case", CASES)
def test_listed_names(case: str) -> None:
    language, marked = CASES[case]
    check("PERSON", marked, language)
