"""Persons where mails name persons, in languages with and without capitals: `[...]` marks what must be found."""

from __future__ import annotations

import pytest

from tests.privacy.marked import check

CUED = {
    "title, double name": ("de", "Bitte rufen Sie [Frau Kirchhoff-Yildiz] (Durchwahl -318) an."),
    "title, given name and a word of the language": ("de", "Gestern war [Frau Erika Sechzig] im Büro."),
    "title, given name and a frequent word": ("en", "Ask [Mrs Barbara] Please wait."),
    "neighbour": ("de", "Mein Nachbar [Koch] sagt ja."),
    "family": ("de", "Das Paket für Familie [Oesterle] kam an."),
    "exported header, surname first": ("en", "X - From : [Kilmer III , Robert]"),
    "surname in capitals": ("en", "We met [Barbara SALESI] there."),
    "surname in capitals first": ("fr", "Nous avons vu [LEFEBVRE Odile] hier."),
    "initials as a signature": ("en", "Please do it.\nThanks,\n[MK]"),
    "initials below a German sign-off": ("de", "Bitte erledigen.\nViele Grüße\n[TW]"),
    "uncle": ("en", "we met Uncle [Robert] on the way"),
    "single name in a greeting": ("en", "Hi [Zbyszek],\nplease call back."),
    "Danish greeting": ("da", "Kære [Bodil],\nkasserne er kommet."),
    "Danish sign-off": ("da", "kasserne er kommet.\nMed venlig hilsen\n[Mogens Thygesen]"),
    "Danish introduction": ("da", "Jeg hedder [Sidsel Thorup] og venter."),
    "Danish header": ("da", "Fra: [Bodil Kjærsgaard]\nTil: [Mogens Thygesen]; Indkøb"),
    "Swedish sign-off": ("sv", "hyllan har kommit.\nMed vänliga hälsningar\n[Torbjörn Åkerlund]"),
    "Swedish introduction": ("sv", "Hej, jag heter [Gunilla Sandahl] och undrar."),
    "Norwegian greeting": ("nb", "Kjære [Solveig],\nvi venter."),
    "Norwegian field": ("nb", "Kontaktperson: [Øystein Haugland]"),
    "Dutch greeting with title": ("nl", "Geachte mevrouw [Terpstra],\nwij wachten."),
    "Dutch sign-off": ("nl", "wij wachten.\nMet vriendelijke groet,\n[Sjoerd Hoekema]"),
    "Dutch field": ("nl", "Contactpersoon: [Femke Terpstra]"),
    "Italian greeting with title": ("it", "Gentile dott.ssa [Bonfanti],\nattendiamo."),
    "Italian sign-off": ("it", "attendiamo.\nCordiali saluti\n[Ettore Passalacqua]"),
    "Italian introduction": ("it", "Buongiorno, mi chiamo [Livia Bonfanti]."),
    "Portuguese greeting": ("pt", "Prezada [Sra. Teles],\nesperamos."),
    "Portuguese sign-off": ("pt", "esperamos.\nCom os melhores cumprimentos,\n[Gonçalo Bragança]"),
    "Polish greeting": ("pl", "Szanowna Pani [Zawadzka],\nczekamy."),
    "Polish sign-off": ("pl", "czekamy.\nPozdrawiam serdecznie\n[Witold Grabowiecki]"),
    "Polish field": ("pl", "Osoba kontaktowa: [Jolanta Zawadzka]"),
    "Czech greeting": ("cs", "Vážená paní [Horáčková],\nčekáme."),
    "Czech sign-off": ("cs", "čekáme.\nS pozdravem\n[Zbyněk Doležal]"),
    "Finnish greeting": ("fi", "Hei [Pirjo],\nodotamme."),
    "Finnish introduction": ("fi", "Nimeni on [Väinö Lehtimäki]."),
    "Hungarian, title behind": ("hu", "Tisztelt [Szőllősi] Úr!\nvárunk."),
    "Hungarian, introduced behind": ("hu", "[Bárány Ildikó] vagyok, a csomagot várom."),
    "Hungarian sign-off": ("hu", "várunk.\nÜdvözlettel:\n[Bárány Ildikó]"),
    "Romanian greeting": ("ro", "Stimată doamnă [Ionescu],\nașteptăm."),
    "Romanian introduction": ("ro", "Mă numesc [Ruxandra Ionescu] și aștept."),
    "Turkish, title before and behind": ("tr", "Sayın [Gülşah] Hanım,\nbekliyoruz."),
    "Turkish, title behind": ("tr", "Dün [Mehmet] Bey aradı."),
    "Turkish sign-off": ("tr", "bekliyoruz.\nSaygılarımla\n[Tuğrul Özdemir]"),
    "Turkish header": ("tr", "Kimden: [Tuğrul Özdemir]\nKime: [Gülşah Yıldırım]"),
    "Greek greeting": ("el", "Αγαπητή κυρία [Καραγιάννη],"),
    "Greek sign-off": ("el", "περιμένουμε.\nΜε εκτίμηση,\n[Στέλιος Μπακογιάννης]"),
    "Greek introduction": ("el", "με λένε [Φωτεινή Καραγιάννη]."),
    "Greek abbreviated title": ("el", "τηλεφώνησε ο κ. [Παπαδόπουλος] χθες."),
    "Russian greeting": ("ru", "Уважаемая [Ирина Петровна]!\nмы ждём."),
    "Russian introduction": ("ru", "Меня зовут [Аркадий Белозёров]."),
    "Russian sign-off": ("ru", "мы ждём.\nС уважением,\n[Аркадий Белозёров]"),
    "Russian header": ("ru", "От: [Аркадий Белозёров]\nКому: [Ирина Смирнова]"),
    "Italian title in a sentence": ("it", "Ieri la signora [Eleonora Quaranta] non ha risposto."),
    "Spanish title in a sentence": ("es", "Ayer la señora [Berrueco] no contestó."),
    "an English word that is a short French title": ("en", "Can you tell me [Christophe] wrote?"),
    "French title in a sentence": ("fr", "Hier madame [Vauquelin] a rappelé."),
    "Portuguese title in a sentence": ("pt", "Ontem o senhor [Bragança] ligou."),
    "Polish title in a sentence": ("pl", "Wczoraj dzwoniła pani [Ćwiertnia] z biura."),
    "Czech title in a sentence": ("cs", "Včera volal pan [Zástěra] ze skladu."),
    "Dutch title in a sentence": ("nl", "Gisteren belde mevrouw [Terpstra] over de rekken."),
    "Danish title in a sentence": ("da", "I går ringede fru [Kjærsgaard] om kasserne."),
    "Swedish title in a sentence": ("sv", "I går ringde fru [Silfverhielm] om lådorna."),
    "Romanian title in a sentence": ("ro", "Ieri doamna [Ionescu] a sunat."),
    "Finnish title in a sentence": ("fi", "Eilen rouva [Pihkakorpi] soitti."),
    "Ukrainian greeting": ("uk", "Шановна [Олено Іванівно]!\nчекаємо."),
    "Ukrainian sign-off": ("uk", "чекаємо.\nЗ повагою,\n[Богдан Гречко]"),
    "German attribution, name behind": ("de", "Am 02.03.26 um 14:10 schrieb [Jörg Ebersbach]:"),
    "German attribution, name first": ("de", "[Jörg Ebersbach] schrieb am 02.03.2026 um 14:10 Uhr:"),
    "Danish attribution": ("und", "Den man. 2. mar. 2026 kl. 14.10 skrev [Mogens Thygesen]:"),
    "Czech attribution": ("cs", "po 2. 3. 2026 v 14:10 odesílatel [Zbyněk Doležal] napsal:"),
    "Danish header in an English mail": ("en", "Fra: [Bodil Kjærsgaard]\nTil: [Mogens Thygesen]"),
    "Polish header in a German mail": ("de", "Od: [Witold Grabowiecki]\nDo: [Jolanta Zawadzka]"),
    "Japanese header in an English mail": ("en", "差出人: [長谷川 みどり]\n宛先: [神宮寺 亮]"),
    "Korean header in an English mail": ("en", "보낸 사람: [김민수]\n받는 사람: [박지영]"),
}

NOBODY = {
    "word behind a title in a sentence": ("it", "Buongiorno signora Fattura"),
    "greeting to all": ("da", "Kære alle,\nkasserne er kommet."),
    "Danish letter": ("da", "Emne: kasser\nVenlig hilsen"),
    "Polish letter": ("pl", "Reklamacja\nDzień dobry,\nProszę o odpowiedź.\nPozdrawiam"),
    "Italian letter": ("it", "Fattura\nBuongiorno,\nCordiali saluti"),
    "Turkish letter": ("tr", "Merhaba Arkadaşlar,\nSaygılarımla"),
    "Czech letter": ("cs", "Faktura\nDobrý den,\nS pozdravem"),
    "Russian letter": ("ru", "Счёт пришёл дважды.\nС уважением,"),
    "English letter": ("en", "Dear Sirs,\nThanks,\nFYI"),
    "product and company in capitals": ("en", "The team uses Linux IBM machines."),
    "abbreviation below a sign-off": ("en", "see below.\nThanks,\nPS"),
}

CASELESS = {
    "self-introduction": ("ja", "倉庫の[長谷川]です。"),
    "humble self-introduction": ("ja", "私は[高橋]と申します。"),
    "surname that no list has": ("ja", "[小鳥遊]さんに聞いてください。"),
    "honorific alone in its line": ("ja", "[田中]様\n箱はいつ届きますか。"),
    "department before the name": ("ja", "株式会社山田商店 営業部 [佐藤]様"),
    "job title": ("ja", "[鈴木]部長と相談します。"),
    "foreign name": ("ja", "[マイケル・ジョンソン]様"),
    "field": ("ja", "担当者：[長谷川 みどり]"),
    "signature": ("ja", "よろしくお願いいたします。\n[長谷川 みどり]"),
    "attribution": ("ja", "2026/03/02 14:10、[長谷川]のメッセージ:"),
    "bare Chinese name": ("zh", "[王芳]"),
    "bare Chinese name, language unknown": ("und", "[王芳]"),
    "Chinese introduction": ("zh", "我是[王芳]。"),
    "Chinese compound surname": ("zh", "我叫[欧阳建国]，请联系[李明]。"),
    "Chinese honorific": ("zh", "请把箱子寄给[张伟]先生和[李娜]女士。"),
    "Chinese title in a greeting": ("zh", "尊敬的[王]女士：\n您好"),
    "Chinese greeting": ("zh", "[王芳]，你好！"),
    "Chinese field": ("zh", "联系人：[赵敏]"),
    "Chinese signature": ("zh", "谢谢！\n[陈静]"),
    "Chinese attribution": ("zh", "[王芳]写道："),
    "Korean introduction": ("ko", "안녕하세요, [김민수]입니다."),
    "Korean quoted name": ("ko", "저는 [박지영]이라고 합니다."),
    "Korean honorific": ("ko", "[김민수]님, 안녕하세요."),
    "Korean given name": ("ko", "[민수] 씨가 왔어요."),
    "Korean surname and job": ("ko", "[김] 과장님께 드립니다."),
    "Korean sign-off behind the name": ("ko", "감사합니다.\n[최지우] 드림"),
    "Korean field": ("ko", "담당자: [최지우]"),
    "Korean compound surname": ("ko", "[남궁민] 부장님"),
    "Chinese name in an English mail": ("en", "Please ask [王芳] <wang@huojia.example> about it."),
}

NOBODY_CASELESS = {
    "Japanese courtesy": ("ja", "皆様、お疲れ様です。お客様の仕様書は同様です。"),
    "Japanese statements": ("ja", "問題です。至急です。明日です。発送済みです。当日発送です。"),
    "Japanese form": ("ja", "請求書番号\n合計金額\n商品番号"),
    "Japanese office": ("ja", "営業部長は不在です。"),
    "Japanese prose": ("ja", "箱はいつ届きますか。来週発送します。"),
    "Chinese courtesy": ("zh", "尊敬的客户：您好\n这位先生来了"),
    "Chinese company": ("zh", "客户：华为技术有限公司"),
    "Chinese statements": ("zh", "我是高兴的。我是马上就来。"),
    "Chinese form": ("zh", "合计\n总金额\n金额：100元"),
    "Chinese prose": ("zh", "关于您上周订购的货架，我们今天已经从仓库发出"),
    "Korean courtesy": ("ko", "고객님, 안녕하세요. 부모님과 선생님"),
    "Korean weather": ("ko", "날씨가 좋아요."),
    "Korean statements": ("ko", "이것입니다. 주문서입니다. 문제입니다."),
    "Korean form": ("ko", "송장 번호\n합계\n주문서"),
}


def cases(*tables: dict[str, tuple[str, str]]) -> pytest.MarkDecorator:
    rows = {name: row for table in tables for name, row in table.items()}
    return pytest.mark.parametrize(("language", "marked"), rows.values(), ids=list(rows))


@cases(CUED, NOBODY)
def test_person_by_a_cue_of_the_language(language: str, marked: str) -> None:
    check("PERSON", marked, language)


@cases(CASELESS, NOBODY_CASELESS)
def test_person_in_a_script_without_capitals(language: str, marked: str) -> None:
    check("PERSON", marked, language)
