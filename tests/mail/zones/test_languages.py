"""What mail programs write around a mail, and people at its ends, in each language."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.mail.zones.test_split import kinds_of_lines
from triage.mail.structure import LANGUAGES

PROSE = {
    "ja": "先週ご注文いただいた棚の件ですが、倉庫から本日発送いたしましたので、到着までもう少々お待ちくださいますようお願い申し上げます。なお、不在の場合は再配達となります。",
    "zh": "关于您上周订购的货架，我们今天已经从仓库发出，请您再耐心等待几天，如果到时候还没有收到，请随时与我们联系，我们会马上为您查询具体的情况。非常抱歉给您带来不便，望谅解。",
    "ko": "지난주에 주문하신 선반은 오늘 창고에서 발송되었으니 도착할 때까지 조금만 더 기다려 주시기 바라며, 혹시 다음 주까지 도착하지 않으면 언제든지 저희에게 다시 연락을 주시기 바랍니다.",
}
LONG = "The shelves that were ordered last week have left the warehouse this morning and should arrive on time."


class Mail(NamedTuple):
    language: str
    greeting: str
    sign_off: str
    name: str
    header: str
    attribution: str
    separator: str


MAILS = [
    Mail(
        "en", "Dear Ms Whitlock,", "Kind regards,", "Edmund Tarrant",
        "From: Edmund Tarrant <e.tarrant@shelf.example>|Sent: Monday, 2 March 2026 14:10|To: Rosalind Whitlock|Subject: Shelves",
        "On Mon, 2 Mar 2026 at 14:10, Edmund Tarrant <e.tarrant@shelf.example> wrote:", "---------- Forwarded message ---------",
    ),
    Mail(
        "de", "Sehr geehrte Frau Lindqvist,", "Mit freundlichen Grüßen", "Jörg Ebersbach",
        "Von: Jörg Ebersbach <j.ebersbach@regal.example>|Gesendet: Montag, 2. März 2026 14:10|An: Karin Lindqvist|Betreff: Regale",
        "Am 02.03.26 um 14:10 schrieb Jörg Ebersbach:", "-----Ursprüngliche Nachricht-----",
    ),
    Mail(
        "fr", "Chère Madame Vasseur,", "Bien cordialement,", "Hervé Pelletan",
        "De : Hervé Pelletan <h.pelletan@etagere.example>|Envoyé : lundi 2 mars 2026 14:10|À : Odile Vasseur|Objet : Étagères",
        "Le lun. 2 mars 2026 à 14:10, Hervé Pelletan <h.pelletan@etagere.example> a écrit :", "Début du message transféré :",
    ),
    Mail(
        "es", "Estimada señora Quiroga:", "Un cordial saludo,", "Íñigo Belaunde",
        "De: Íñigo Belaunde <i.belaunde@estante.example>|Enviado el: lunes, 2 de marzo de 2026 14:10|Para: Pilar Quiroga|Asunto: Estantes",
        "El lun, 2 mar 2026 a las 14:10, Íñigo Belaunde (<i.belaunde@estante.example>) escribió:", "-----Mensaje original-----",
    ),
    Mail(
        "it", "Gentile signora Bonfanti,", "Cordiali saluti", "Ettore Passalacqua",
        "Da: Ettore Passalacqua <e.passalacqua@scaffale.example>|Inviato: lunedì 2 marzo 2026 14:10|A: Livia Bonfanti|Oggetto: Scaffali",
        "Il giorno lun 2 mar 2026 alle ore 14:10 Ettore Passalacqua <e.passalacqua@scaffale.example> ha scritto:",
        "-----Messaggio originale-----",
    ),
    Mail(
        "nl", "Geachte mevrouw Terpstra,", "Met vriendelijke groet,", "Sjoerd Hoekema",
        "Van: Sjoerd Hoekema <s.hoekema@plank.example>|Verzonden: maandag 2 maart 2026 14:10|Aan: Femke Terpstra|Onderwerp: Planken",
        "Op ma 2 mrt 2026 om 14:10 schreef Sjoerd Hoekema <s.hoekema@plank.example>:", "-----Oorspronkelijk bericht-----",
    ),
    Mail(
        "pt", "Prezada Sra. Teles,", "Com os melhores cumprimentos,", "Gonçalo Bragança",
        "De: Gonçalo Bragança <g.braganca@prateleira.example>|Enviada em: segunda-feira, 2 de março de 2026 14:10|Para: Inês Teles|Assunto: Prateleiras",
        "Em seg., 2 de mar. de 2026 às 14:10, Gonçalo Bragança <g.braganca@prateleira.example> escreveu:", "---------- Mensagem encaminhada ---------",
    ),
    Mail(
        "pl", "Szanowna Pani Zawadzka,", "Z poważaniem", "Witold Grabowiecki",
        "Od: Witold Grabowiecki <w.grabowiecki@polka.example>|Wysłano: poniedziałek, 2 marca 2026 14:10|Do: Jolanta Zawadzka|Temat: Półki",
        "pon., 2 mar 2026 o 14:10 Witold Grabowiecki <w.grabowiecki@polka.example> napisał(a):", "---------- Wiadomość przekazana dalej ---------",
    ),
    Mail(
        "da", "Kære Bodil,", "Venlig hilsen", "Mogens Thygesen",
        "Fra: Mogens Thygesen <m.thygesen@hylde.example>|Sendt: 2. marts 2026 14:10|Til: Bodil Kjærsgaard|Emne: Hylder",
        "Den man. 2. mar. 2026 kl. 14.10 skrev Mogens Thygesen <m.thygesen@hylde.example>:", "-----Oprindelig meddelelse-----",
    ),
    Mail(
        "sv", "Bästa Gunilla,", "Med vänliga hälsningar", "Torbjörn Åkerlund",
        "Från: Torbjörn Åkerlund <t.akerlund@hylla.example>|Skickat: den 2 mars 2026 14:10|Till: Gunilla Sandahl|Ämne: Hyllor",
        "Den mån 2 mars 2026 kl 14:10 skrev Torbjörn Åkerlund <t.akerlund@hylla.example>:", "-----Ursprungligt meddelande-----",
    ),
    Mail(
        "nb", "Kjære Solveig,", "Med vennlig hilsen", "Øystein Haugland",
        "Fra: Øystein Haugland <o.haugland@hylle.example>|Sendt: mandag 2. mars 2026 14:10|Til: Solveig Myklebust|Emne: Hyller",
        "man. 2. mars 2026 kl. 14:10 skrev Øystein Haugland <o.haugland@hylle.example>:", "---------- Videresendt melding ---------",
    ),
    Mail(
        "fi", "Hei Pirjo,", "Ystävällisin terveisin", "Väinö Lehtimäki",
        "Lähettäjä: Väinö Lehtimäki <v.lehtimaki@hylly.example>|Lähetetty: maanantai 2. maaliskuuta 2026 14.10|Vastaanottaja: Pirjo Hautala|Aihe: Hyllyt",
        "ma 2. maalisk. 2026 klo 14.10 Väinö Lehtimäki (v.lehtimaki@hylly.example) kirjoitti:", "-----Alkuperäinen viesti-----",
    ),
    Mail(
        "cs", "Vážená paní Horáčková,", "S pozdravem", "Zbyněk Doležal",
        "Od: Zbyněk Doležal <z.dolezal@police.example>|Odesláno: pondělí 2. března 2026 14:10|Komu: Vendula Horáčková|Předmět: Police",
        "po 2. 3. 2026 v 14:10 odesílatel Zbyněk Doležal <z.dolezal@police.example> napsal:", "---------- Přeposlaná zpráva ---------",
    ),
    Mail(
        "hu", "Kedves Ildikó!", "Üdvözlettel:", "Csanád Szőllősi",
        "Feladó: Csanád Szőllősi <cs.szollosi@polc.example>|Elküldve: 2026. március 2., hétfő 14:10|Címzett: Ildikó Bárány|Tárgy: Polcok",
        "Csanád Szőllősi <cs.szollosi@polc.example> ezt írta (időpont: 2026. márc. 2., H, 14:10):", "----- Eredeti üzenet -----",
    ),
    Mail(
        "ro", "Stimată doamnă Ionescu,", "Cu stimă,", "Ștefan Munteanu",
        "De la: Ștefan Munteanu <s.munteanu@raft.example>|Trimis: luni, 2 martie 2026 14:10|Către: Ruxandra Ionescu|Subiect: Rafturi",
        "Pe lun., 2 mar. 2026 la 14:10, Ștefan Munteanu <s.munteanu@raft.example> a scris:", "---------- Mesaj redirecționat ---------",
    ),
    Mail(
        "tr", "Sayın Gülşah Hanım,", "Saygılarımla,", "Tuğrul Özdemir",
        "Kimden: Tuğrul Özdemir <t.ozdemir@raf.example>|Gönderildi: 2 Mart 2026 Pazartesi 14:10|Kime: Gülşah Yıldırım|Konu: Raflar",
        "Tuğrul Özdemir <t.ozdemir@raf.example>, 2 Mar 2026 Pzt, 14:10 tarihinde şunu yazdı:", "---------- İletilen ileti ---------",
    ),
    Mail(
        "el", "Αγαπητή κυρία Καραγιάννη,", "Με εκτίμηση,", "Στέλιος Μπακογιάννης",
        "Από: Στέλιος Μπακογιάννης <s.bako@rafi.example>|Εστάλη: Δευτέρα, 2 Μαρτίου 2026 14:10|Προς: Φωτεινή Καραγιάννη|Θέμα: Ράφια",
        "Στις Δευ 2 Μαρ 2026 στις 14:10, ο χρήστης Στέλιος Μπακογιάννης <s.bako@rafi.example> έγραψε:", "---------- Προωθημένο μήνυμα ---------",
    ),
    Mail(
        "ru", "Уважаемая Ирина Петровна!", "С уважением,", "Аркадий Белозёров",
        "От: Аркадий Белозёров <a.belozerov@polka.example>|Отправлено: понедельник, 2 марта 2026 г. 14:10|Кому: Ирина Смирнова|Тема: Полки",
        "пн, 2 мар. 2026 г. в 14:10, Аркадий Белозёров <a.belozerov@polka.example>:", "-------- Пересылаемое сообщение --------",
    ),
    Mail(
        "uk", "Шановна Олено Іванівно!", "З повагою,", "Богдан Гречко",
        "Від: Богдан Гречко <b.hrechko@polytsia.example>|Надіслано: понеділок, 2 березня 2026 р. 14:10|Кому: Олена Кравчук|Тема: Полиці",
        "пн, 2 бер. 2026 р. о 14:10 Богдан Гречко <b.hrechko@polytsia.example> пише:", "-------- Переслане повідомлення --------",
    ),
    Mail(
        "ja", "神宮寺様", "よろしくお願いいたします。", "長谷川 みどり",
        "差出人: 長谷川 みどり <midori.hasegawa@souko.example>|送信日時: 2026年3月2日 14:10|宛先: 神宮寺 亮|件名: 棚の件",
        "2026年3月2日(月) 14:10 長谷川 みどり <midori.hasegawa@souko.example>:", "----- 元のメッセージ -----",
    ),
    Mail(
        "zh", "尊敬的王女士：", "此致", "欧阳建国",
        "发件人: 欧阳建国 <ouyang@huojia.example>|发送时间: 2026年3月2日 14:10|收件人: 王芳|主题: 货架",
        "欧阳建国 <ouyang@huojia.example> 于2026年3月2日周一 14:10写道：", "------------------ 原始邮件 ------------------",
    ),
    Mail(
        "ko", "박지영 님,", "감사합니다.", "김민수 드림",
        "보낸 사람: 김민수 <minsu.kim@seonban.example>|보낸 날짜: 2026년 3월 2일 월요일 오후 2:10|받는 사람: 박지영|제목: 선반",
        "2026년 3월 2일 (월) 오후 2:10, 김민수 <minsu.kim@seonban.example>님이 작성:", "-----원본 메시지-----",
    ),
]  # fmt: skip
ALL = pytest.mark.parametrize("mail", MAILS, ids=lambda mail: mail.language)


def test_every_language_has_a_mail() -> None:
    assert [mail.language for mail in MAILS] == list(LANGUAGES)


def prose(mail: Mail) -> str:
    return PROSE.get(mail.language, LONG)


@ALL
def test_answer_above_an_outlook_header(mail: Mail) -> None:
    header = mail.header.split("|")
    lines = [mail.greeting, "", prose(mail), "", mail.sign_off, mail.name, "", *header, "", mail.greeting, prose(mail)]
    assert kinds_of_lines("\n".join(lines)) == "n.n.ss.hhhh.qq"


@ALL
def test_header_with_full_width_colons_and_bold_names(mail: Mail) -> None:
    header = [
        f"*{name.strip()}:* {value.strip()}" for name, _, value in (f.partition(":") for f in mail.header.split("|"))
    ]
    wide = [field.replace(": ", "：", 1) for field in mail.header.split("|")]
    assert kinds_of_lines("\n".join([prose(mail), "", *header, "", prose(mail)])) == "n.hhhh.q"
    assert kinds_of_lines("\n".join([prose(mail), "", *wide, "", prose(mail)])) == "n.hhhh.q"


@ALL
def test_attribution_above_a_quotation(mail: Mail) -> None:
    lines = [prose(mail), "", mail.attribution, f"> {prose(mail)}", "> ", f"> {prose(mail)}"]
    assert kinds_of_lines("\n".join(lines)) == "n.hq.q"


@ALL
def test_attribution_over_two_lines(mail: Mail) -> None:
    name = mail.attribution.index("<") if "<" in mail.attribution else mail.attribution.rindex(" ")
    first, second = mail.attribution[:name].rstrip(), mail.attribution[name:].lstrip()
    if mail.language not in ("hu", "tr", "zh"):  # there the first line would be a name alone
        assert kinds_of_lines("\n".join([prose(mail), "", first, second, f"> {prose(mail)}"])) == "n.hhq"


FORWARDED = ("en", "fr", "pt", "pl", "nb", "cs", "ro", "tr", "el", "ru", "uk")
"""The languages whose mail here has the separator of a forwarded mail, and not that of an answered one."""


@ALL
def test_other_mail_below_its_separator(mail: Mail) -> None:
    follows = "f" if mail.language in FORWARDED else "q"
    assert kinds_of_lines("\n".join([prose(mail), "", mail.separator, "", prose(mail)])) == f"n.h.{follows}"


@ALL
def test_sign_off_alone_ends_the_mail(mail: Mail) -> None:
    assert kinds_of_lines("\n".join([mail.greeting, prose(mail), prose(mail), mail.sign_off, mail.name])) == "nnnss"


@pytest.mark.parametrize(
    "line",
    [
        "To be clear, the room is free again from Monday to Friday, and I told them so in the meeting on 2 May:",
        "Best way to get there is by train, and it takes about two hours from the airport to the hotel today",
        "Message",
        "Da: nichts zu machen, sagt der Hausmeister, und er hat damit leider auch noch recht gehabt dieses Mal",
        "Data: the table of last week is still the one that counts until we get a newer version from the lab",
        "-----BEGIN PGP SIGNED MESSAGE-----",
        "Ihr Antrag liegt uns vor, wir melden uns dann in den nächsten Tagen noch einmal bei Ihnen zu Hause",
    ],
)
def test_prose_that_begins_like_a_form_stays_prose(line: str) -> None:
    assert kinds_of_lines(f"{LONG}\n{line}\n{LONG}\n{LONG}") == "nnnn"
