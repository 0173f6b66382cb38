"""Small mails, each of a kind that once was read or anonymized wrongly, and what must be in their published rows.

The first eight were written after public reports about programs that parse mail or hide personal data; all names,
numbers and addresses are made up or published samples. The mails are files in `data/cases`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Case:
    """What stays and what goes: texts as written, `digits` however they are written, and columns of `silver/mail`.

    Blanks and line ends are compared as one blank. `gone` may not be anywhere as a word, `subject` is a part of the
    subject, and `fewest` has how many findings of an entity there are at least.
    """

    stays: tuple[str, ...]
    gone: tuple[str, ...] = ()
    digits: tuple[str, ...] = ()
    subject: str = ""
    columns: Mapping[str, object] = field(default_factory=dict)
    fewest: Mapping[str, int] = field(default_factory=dict)


CASES: dict[str, Case] = {
    "15-invite-empty-plain": Case(
        ("small hall", "new shelves"),
        ("Zofia", "Kwiatek", "Ludmila", "Hradecka"),
    ),
    "17-outlook-html": Case(
        ("Der Boiler im Keller tropft seit gestern", "Bitte schicken Sie jemanden"),
        ("behavior:url", "mso-style", "MsoNormal", "OfficeDocumentSettings", "iVBORw0KGgo", "Knörr", "Roswitha",
         "45\N{NON-BREAKING HYPHEN}67", "45-67"),
        ("711234567",),
        columns={"has_html": True},
    ),
    "18-header-charset-beats-meta": Case(
        ("Счёт за доставку пришёл дважды",), ("Ð", "Ñ"), subject="Счёт за доставку", columns={"language": "ru"}
    ),
    "23-ibans": Case(
        ("bitte überweisen Sie auf", "und das Schweizer"),
        ("3704 0044 0987", "370400440987", "NWBK-6016-1331", "2004 1010", "0505 0001 3M02 606", "CH9300762011",
         "623852957"),
        ("34370400440987654321", "200410100505"),
        fewest={"IBAN_CODE": 4},
    ),
    "31-invisible-and-fullwidth": Case(
        ("From abroad",),
        ("kasimir", "wollny", "ｋａｓｉｍｉｒ", "ｗｏｌｌｎｙ", "pilzhof", "901\N{SOFT HYPHEN}820",
         "820\N{SOFT HYPHEN}155"),
        ("30901820155",),
    ),
    "33-danish-quote-header": Case(
        ("Kasserne kommer i morgen", "hvornår kommer kasserne?", "Venlig hilsen", "Emne: SV: Kasser til", "Ring til"),
        ("Bodil", "Kjærsgaard", "Mogens", "Thygesen"),
        columns={"reply": True},
    ),
    "34-japanese-iso-2022-jp": Case(
        ("来週発送します", "箱はいつ届きますか"),
        ("長谷川", "みどり", "神宮寺", "hasegawa", "jinguji", "\x1b"),
        subject="箱の件について",
        columns={"language": "ja"},
    ),
    "35-greek-sender": Case(
        ("η παραγγελία δεν έφτασε ακόμη",),
        ("Φωτεινή Καραγιάννη", "Καραγιάννη", "7946 123"),
        ("2107946123",),
        columns={"language": "el"},
    ),
    "folded-es": Case(
        ("la bomba del sótano hace mucho ruido desde el lunes", "La devolución puede ir a la cuenta"),
        ("Leocadia", "Berrueco", "leocadia", "berrueco", "almazara", "zara.example"),
        ("612345678", "9121000418"),
        subject="Datos de contacto",
        columns={"language": "es"},
        fewest={"PHONE_NUMBER": 1, "EMAIL_ADDRESS": 1, "IBAN_CODE": 1},
    ),
    "folded-pl": Case(
        ("przesyłka dotarła uszkodzona, proszę o wymianę towaru", "Pozdrawiam"),
        ("Zdzisława", "Ćwiertnia"),
        ("601234567", "41111111"),
        columns={"language": "pl"},
        fewest={"PHONE_NUMBER": 1, "CREDIT_CARD": 1},
    ),
    "wrapped-fr": Case(
        ("le virement est parti ce matin", "avant midi, et de verser sur le compte"),
        digits=("612345678", "612345", "5678", "763000600001", "3456789018", "55555555"),
        columns={"language": "fr"},
        fewest={"PHONE_NUMBER": 1, "IBAN_CODE": 1, "CREDIT_CARD": 1},
    ),
    "wrapped-it": Case(
        ("il pacco è arrivato ieri senza danni", "Il bonifico va sul conto", "Cordiali saluti"),
        ("Odoardo", "Casagrande", "odoardo", "casagrande", "frantoio"),
        ("605428111010", "123456"),
        columns={"language": "it"},
        fewest={"IBAN_CODE": 1, "EMAIL_ADDRESS": 1},
    ),
    "quoted-sv": Case(
        ("det går bra. Lådorna skickas på fredag.", "när kommer lådorna?", "Med vänlig hälsning", "Ämne: Lådor"),
        ("Torbjörn", "Ekenstierna", "Gunvor", "Silfverhielm", "t.ekenstierna"),
        subject="SV: Lådor",
        columns={"language": "sv", "reply": True},
    ),
    "quoted-fi": Case(
        ("laatikot lähtevät perjantaina. Lasku seuraa erikseen.", "milloin laatikot tulevat?", "Aihe: Laatikot"),
        ("Eeva-Liisa", "Pihkakorpi", "Väinö", "Hautsalo", "pihkakorpi"),
        subject="VS: Laatikot",
        columns={"language": "fi", "reply": True},
    ),
    "quoted-cs": Case(
        ("bedny odešleme v pátek. Faktura přijde zvlášť.", "Předmět: Bedny", "Reklamace ještě trvá."),
        ("Květoslava", "Hrubínová", "Dobromil", "Zástěra", "hrubinova"),
        columns={"language": "cs", "reply": True},
    ),
    "quoted-pl": Case(
        ("skrzynie wysyłamy w piątek. Faktura przyjdzie osobno.", "Reklamacja nadal trwa.", "Z poważaniem"),
        ("Wiesława", "Gwiździel", "Zbigniew", "Trzebuchowski", "gwizdziel"),
        subject="Odp: Skrzynie",
        columns={"language": "pl", "reply": True},
    ),
    "quoted-hu": Case(
        ("a dobozok pénteken indulnak. A számla külön érkezik.", "Tárgy: Dobozok", "Mikor jönnek a dobozok?"),
        ("Kökényesi", "Zsuzsanna", "Tarnóczy", "Barnabás", "kokenyesi"),
        columns={"language": "hu", "reply": True},
    ),
    "script-ja": Case(
        ("見積書を添付いたしました。ご確認をお願いします。", "見積書はいつ届きますか。"),
        ("小田切", "千尋", "佐久間", "小田切 千尋", "佐久間さん", "odagiri"),
        ("9012345678",),
        subject="見積書について",
        columns={"language": "ja", "reply": True},
    ),
    "script-zh": Case(
        ("箱子下周发货。发票会另外寄出。", "箱子什么时候到?", "主题: 箱子"),
        ("欧阳晓燕", "晓燕", "钱志远", "志远", "钱先生", "ouyang", "zhiyuan"),
        columns={"language": "zh"},
    ),
    "script-ko": Case(
        ("상자는 다음 주에 발송합니다.", "상자는 언제 도착합니까?", "제목: 상자"),
        ("남궁미정", "미정", "황보석진", "석진", "namgung", "hwangbo"),
        columns={"language": "ko", "reply": True},
    ),
    "script-el": Case(
        ("το τιμολόγιο ήρθε δύο φορές και το ποσό είναι λάθος", "Πότε θα έρθουν τα κουτιά;", "Με εκτίμηση"),
        ("Σταμάτης", "Κουρουπάκης", "Ευτυχία", "Λαμπροπούλου", "lampropoulou"),
        ("2310946127",),
        subject="Σχετικά με το τιμολόγιο",
        columns={"language": "el"},
    ),
    "script-ru": Case(
        ("Ящики отправим в пятницу. Заказ оплачен полностью.", "Когда придут ящики?", "С уважением"),
        ("Аграфена", "Подберёзкина", "Емельян", "Сыромятников", "podberezkina"),
        subject="Заказ на ящики",
        columns={"language": "ru", "reply": True},
    ),
    "born-de": Case(
        ("geb. am 2011, ist mitversichert", "Die Rechnung vom 24.12.2025 ist bezahlt.", "geboren am 1961"),
        ("Friedegund", "Hasselbrink", "Alwine", "Juli"),
        ("17082011",),
        columns={"language": "de"},
        fewest={"BIRTH_DATE": 2},
    ),
    "born-it": Case(
        ("La signora", "Il pagamento è stato fatto il 24/12/2025.", "1984"),
        ("Eleonora", "Quaranta", "marzo", "3 marzo"),
        columns={"language": "it"},
        fewest={"BIRTH_DATE": 1},
    ),
    "born-en": Case(
        ("the claim form is attached", "DOB: 1958", "date of birth 1957", "The bill of 24/12/2025 has been paid."),
        ("Hepzibah", "Thornquist", "Ebenezer", "June"),
        ("21091958",),
        columns={"language": "en"},
        fewest={"BIRTH_DATE": 2},
    ),
    "invitation-fr": Case(
        ("petite salle au premier étage", "Nous parlons des nouvelles étagères avec", "2026-03-12 09:00 – 10:00 UTC"),
        ("Apolline", "Vauquelin", "Théophane", "Quesnoy"),
        subject="Réunion",
        columns={"language": "fr"},
    ),
    "invitation-nl": Case(
        ("We spreken in de kleine zaal over de nieuwe rekken.", "Neem de pakbon mee.", "09:00 – 10:00 UTC"),
        ("Roelof", "Dijksterhuis", "Geesje", "Terpstra"),
        subject="Overleg",
        columns={"language": "nl"},
    ),
}  # fmt: skip
"""By the name of the mail's file."""
