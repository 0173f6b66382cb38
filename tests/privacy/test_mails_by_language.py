"""Whole mails with a quoted header, a greeting and a sign-off: `[...]` must be hidden, `{...}` must stay."""

from __future__ import annotations

import re

import pytest

from triage.privacy.anonymizer import Anonymizer

MAILS = {
    "da": """Hej,

det er i orden. {Kasserne kommer i morgen.}

Fra: [Bodil Kjærsgaard] <[bodil.kjaersgaard@gaard.example]>
Sendt: 2. marts 2026 14:10
Til: [Mogens Thygesen]; Indkøb <[indkob@gaard.example]>
{Emne: SV: Kasser} til [Bodil]

Hej [Mogens],

hvornår kommer kasserne? Ring til [Bodil].

{Venlig hilsen}
[Bodil Kjærsgaard]""",
    "ja": """お世話になっております。

承知しました。{来週発送します}。

-----Original Message-----
差出人: [長谷川 みどり] <[midori.hasegawa@souko.example]>
送信日時: 2026年3月2日 14:10
宛先: [神宮寺 亮] <[t.jinguji@souko.example]>
{件名: 箱の件}

[神宮寺]様

{箱はいつ届きますか}。

[長谷川 みどり]""",
    "ru": """Добрый день,

{посылка пришла вчера}.

От: [Аркадий Белозёров] <[a.belozerov@polka.example]>
Отправлено: понедельник, 2 марта 2026 г. 14:10
Кому: [Ирина Смирнова]
{Тема}: Полки

Уважаемая [Ирина Петровна]!

{когда придёт посылка}? Позвоните [Аркадию].

{С уважением},
[Аркадий Белозёров]""",
    "uk": """Вітаю,

{посилка прийшла вчора}.

Від: [Богдан Гречко] <[b.hrechko@polytsia.example]>
Надіслано: понеділок, 2 березня 2026 р. 14:10
Кому: [Олена Кравчук]
{Тема}: Полиці

Шановна [Олено Іванівно]!

{коли прийде посилка}? Зателефонуйте [Богдану].

{З повагою},
[Богдан Гречко]""",
    "pl": """Dzień dobry,

{paczka przyszła wczoraj}.

Od: [Witold Grabowiecki] <[w.grabowiecki@polka.example]>
Wysłano: poniedziałek, 2 marca 2026 14:10
Do: [Jolanta Zawadzka]
{Temat}: Półki

Szanowna Pani [Zawadzka],

{kiedy przyjdzie paczka}? Proszę dzwonić do [Witolda].

{Z poważaniem}
[Witold Grabowiecki]""",
    "cs": """Dobrý den,

{zásilka přišla včera}.

Od: [Zbyněk Doležal] <[z.dolezal@police.example]>
Odesláno: pondělí 2. března 2026 14:10
Komu: [Vendula Horáčková]
{Předmět}: Police

Vážená paní [Horáčková],

{kdy přijde zásilka}? Volejte pana [Doležala].

{S pozdravem}
[Zbyněk Doležal]""",
    "hu": """Jó napot,

{a csomag tegnap megjött}.

Feladó: [Csanád Szőllősi] <[cs.szollosi@polc.example]>
Elküldve: 2026. március 2., hétfő 14:10
Címzett: [Ildikó Bárány]
{Tárgy}: Polcok

Kedves [Ildikó]!

{mikor jön a csomag}? Kérdezze meg [Csanádtól].

{Üdvözlettel}:
[Csanád Szőllősi]""",
    "fi": """Hei,

{paketti tuli eilen}.

Lähettäjä: [Väinö Lehtimäki] <[v.lehtimaki@hylly.example]>
Lähetetty: maanantai 2. maaliskuuta 2026 14.10
Vastaanottaja: [Pirjo Hautala]
{Aihe}: Hyllyt

Hei [Pirjo],

{milloin paketti tulee}? Soita [Väinölle].

{Ystävällisin terveisin}
[Väinö Lehtimäki]""",
    "tr": """Merhaba,

{paket dün geldi}.

Kimden: [Tuğrul Özdemir] <[t.ozdemir@raf.example]>
Gönderildi: 2 Mart 2026 Pazartesi 14:10
Kime: [Gülşah Yıldırım]
{Konu}: Raflar

Sayın [Gülşah] Hanım,

{paket ne zaman gelecek}? Lütfen [Tuğrul'u] arayın.

{Saygılarımla},
[Tuğrul Özdemir]""",
    "ko": """안녕하세요,

{상자는 어제 도착했습니다}.

보낸 사람: [김민수] <[minsu.kim@seonban.example]>
보낸 날짜: 2026년 3월 2일 월요일 오후 2:10
받는 사람: [박지영]
{제목: 선반}

[박지영] 님,

{상자는 언제 도착합니까}? [민수]에게 전화 주세요.

감사합니다.
[김민수] 드림""",
    "zh": """您好，

{箱子昨天到了}。

发件人: [欧阳建国] <[ouyang@huojia.example]>
发送时间: 2026年3月2日 14:10
收件人: [王芳]
{主题: 货架}

[王]女士：

{箱子什么时候到}？请打电话给[欧阳]先生。

此致
[欧阳建国]""",
    "el": """Γεια σας,

{η παραγγελία δεν έφτασε ακόμη}.

Από: [Στέλιος Μπακογιάννης] <[s.bako@rafi.example]>
Εστάλη: Δευτέρα, 2 Μαρτίου 2026 14:10
Προς: [Φωτεινή Καραγιάννη]
{Θέμα}: Ράφια

Αγαπητή κυρία [Καραγιάννη],

{πότε θα έρθει το δέμα};

Με εκτίμηση,
[Στέλιος Μπακογιάννης]""",
}
_MARK = re.compile(r"[\[\]{}]")


@pytest.mark.parametrize("language", MAILS)
def test_people_go_and_words_stay(language: str, anonymizer: Anonymizer) -> None:
    marked = MAILS[language]
    hidden, kept, text = set[int](), set[int](), ""
    inside = ""
    for character in marked:
        if _MARK.match(character):
            inside = character
            continue
        (hidden if inside == "[" else kept if inside == "{" else set[int]()).add(len(text))
        text += character
    covered = {place for span in anonymizer.detect(text, {}, language) for place in range(span.start, span.end)}
    letters = {place for place, character in enumerate(text) if character.isalnum()}
    missed = "".join(text[place] for place in sorted((hidden - covered) & letters))
    surplus = "".join(text[place] for place in sorted(kept & covered & letters))
    assert (missed, surplus) == ("", "")
