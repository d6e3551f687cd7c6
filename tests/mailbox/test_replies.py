"""split_reply: what is new, what is quoted, what is a signature."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailbox.parsing.line_labels import MAX_LINES
from mailbox.parsing.replies import split_reply

INTRODUCTIONS = [
    "On Mon, Feb 1, 2016 at 6:32 PM, Jane Doe <jane@example.com> wrote:",
    "On 1 Feb 2016, at 18:32, Jane Doe wrote:",
    "On Mon, Feb 1, 2016, Jane Doe (Acme) <\njane@example.com> wrote:",
    "On Mon, Feb 1, 2016 at 6:32 PM Jane Doe <jane@example.com>\nwrote:",
    "- On 2016-02-01 18:32, Jane Doe wrote:",
    "---- On Mon, 01 Feb 2016 18:32:01 +0100 Jane <jane@example.com> wrote ----",
    "Jane Doe <jane@example.com> wrote:",
    "Jane Doe <jane@example.com> schrieb am Mo., 1. Feb. 2016, 18:32:",
    "Am 01.02.2016 um 18:32 schrieb Jane Doe:",
    "Am Mo., 1. Feb. 2016 um 18:32 Uhr schrieb Jane Doe <jane@example.com>:",
    "Am Montag, 1. Februar 2016 schrieb Jane Doe <jane@example.com>:",
    "Le 1 févr. 2016 à 18:32, Jane Doe <jane@example.com> a écrit :",
    "Le lun. 1 févr. 2016 à 18:32, Jane Doe <jane@example.com> a\nécrit :",
    "El lun, 1 feb 2016 a las 18:32, Jane Doe (<jane@example.com>) escribió:",
    "El 01/02/2016 a las 18:32, Jane Doe escribió:",
    "Il giorno lun 1 feb 2016 alle ore 18:32 Jane Doe <jane@example.com> ha scritto:",
    "Il 01/02/2016 18:32, Jane Doe ha scritto:",
    "Em seg., 1 de fev. de 2016 às 18:32, Jane Doe <jane@example.com> escreveu:",
    "Op ma 1 feb. 2016 om 18:32 schreef Jane Doe <jane@example.com>:",
    "Op 1 feb. 2016 om 18:32 heeft Jane Doe <jane@example.com> het volgende geschreven:",
    "Den mån 1 feb. 2016 kl 18:32 skrev Jane Doe <jane@example.com>:",
    "Den 1. feb. 2016 kl. 18.32 skrev Jane Doe <jane@example.com>:",
    "man. 1. feb. 2016 kl. 18:32 skrev Jane Doe <jane@example.com\n>:",
    "ma 1. helmik. 2016 klo 18.32 Jane Doe (jane@example.com) kirjoitti:",
    "pon., 1 lut 2016 o 18:32 Jane Doe <jane@example.com> napisał(a):",
    "W dniu 01.02.2016 o 18:32, Jane Doe pisze:",
    "пн, 1 февр. 2016 г. в 18:32, Jane Doe <jane@example.com>:",
    "1 февраля 2016 г., 18:32 пользователь Jane Doe <jane@example.com> написал:",
    "01.02.2016 18:32, Jane Doe пишет:",
    "пн, 1 лют. 2016 р. о 18:32 Jane Doe <jane@example.com> пише:",
    "po 1. 2. 2016 v 18:32 odesílatel Jane Doe <jane@example.com> napsal:",
    "Dne 1. 2. 2016 v 18:32 Jane Doe napsal(a):",
    "1 Şub 2016 Pzt 18:32 tarihinde Jane Doe <jane@example.com> şunu yazdı:",
    "Jane Doe <jane@example.com> ezt írta (időpont: 2016. febr. 1., H, 18:32):",
    "În lun., 1 feb. 2016 la 18:32, Jane Doe <jane@example.com> a scris:",
    "Στις Δευ, 1 Φεβ 2016 στις 6:32 μ.μ., ο χρήστης Jane Doe <jane@example.com>\nέγραψε:",
    "Jane Doe <jane@example.com> 于2016年2月1日周一 18:32写道：",
    "在 2016年2月1日，下午6:32，Jane Doe <jane@example.com> 写道：",
    "2016年2月1日(月) 18:32 Jane Doe <jane@example.com>:",
    "2016년 2월 1일 (월) 오후 6:32, Jane Doe <jane@example.com>님이 작성:",
    "Vào Th 2, 1 thg 2, 2016 vào lúc 18:32 Jane Doe <jane@example.com> đã viết:",
    "Pada tanggal Sen, 1 Feb 2016 pukul 18.32 Jane Doe <jane@example.com> menulis:",
    "01.02.2016, 18:32, \"Jane Doe\" <jane@example.com>:",
    "2016-02-01 18:32 GMT+01:00 Jane Doe <jane@example.com>:",
]  # fmt: skip


@pytest.mark.parametrize("intro", INTRODUCTIONS)
@pytest.mark.parametrize("quote", ["> The old text.", "The old text."])
def test_what_an_introduction_introduces_is_quoted(intro, quote):
    reply = split_reply(f"Thanks, that helped.\n\n{intro}\n\n{quote}\n")
    assert reply.visible == "Thanks, that helped."
    assert reply.quoted.endswith(quote)
    assert reply.signature == ""


@pytest.mark.parametrize("intro", INTRODUCTIONS)
def test_without_a_blank_line_before_it_an_introduction_takes_nothing_else(intro):
    assert split_reply(f"It is done\n{intro}\n> Old.").visible == "It is done"


HEADERS = [
    "From: Jane Doe <jane@example.com>\nSent: Monday, 1 February 2016 18:32\nTo: Joe\nSubject: Hi",
    "*From:* Jane Doe [mailto:jane@example.com]\n*Sent:* Monday\n*To:* Joe\n*Subject:* Hi",
    "________________________________\nFrom: Jane\nSent: Monday\nTo: Joe\nSubject: Hi",
    "-----Original Message-----\nFrom: Jane\nTo: Joe\nSubject: Hi",
    "Von: Jane Doe\nGesendet: Montag, 1. Februar 2016 18:32\nAn: Joe\nBetreff: AW: Hi",
    "-----Ursprüngliche Nachricht-----\nVon: Jane\nAn: Joe\nBetreff: Hi",
    "De : Jane Doe\nEnvoyé : lundi 1 février 2016 18:32\nÀ : Joe\nObjet : RE: Hi",
    "-------- Message original --------\nSujet : Hi\nDe : Jane\nÀ : Joe",
    "De: Jane\nEnviado el: lunes\nPara: Joe\nAsunto: Hi",
    "De: Jane\nEnviada em: segunda-feira\nPara: Joe\nAssunto: Hi",
    "Da: Jane\nInviato: lunedì\nA: Joe\nOggetto: Hi",
    "Van: Jane\nVerzonden: maandag\nAan: Joe\nOnderwerp: Hi",
    "Fra: Jane\nSendt: mandag\nTil: Joe\nEmne: Hi",
    "Från: Jane\nSkickat: måndag\nTill: Joe\nÄmne: Hi",
    "Lähettäjä: Jane\nLähetetty: maanantai\nVastaanottaja: Joe\nAihe: Hi",
    "Od: Jane\nWysłano: poniedziałek\nDo: Joe\nTemat: Hi",
    "От: Jane\nОтправлено: понедельник\nКому: Joe\nТема: Hi",
    "Від: Jane\nНадіслано: понеділок\nКому: Joe\nТема: Hi",
    "Od: Jane\nOdesláno: pondělí\nKomu: Joe\nPředmět: Hi",
    "Kimden: Jane\nGönderildi: Pazartesi\nKime: Joe\nKonu: Hi",
    "Feladó: Jane\nElküldve: hétfő\nCímzett: Joe\nTárgy: Hi",
    "De la: Jane\nTrimis: luni\nCătre: Joe\nSubiect: Hi",
    "Από: Jane\nΣτάλθηκε: Δευτέρα\nΠρος: Joe\nΘέμα: Hi",
    "发件人: Jane\n发送时间: 2016年2月1日 18:32\n收件人: Joe\n主题: Hi",
    "差出人: Jane\n送信日時: 2016年2月1日\n宛先: Joe\n件名: Hi",
    "보낸 사람: Jane\n보낸 날짜: 2016년\n받는 사람: Joe\n제목: Hi",
    "---------- Forwarded message ---------\nFrom: Jane <jane@example.com>\nDate: Mon\nSubject: Hi",
    "---------- Weitergeleitete Nachricht ---------\nVon: Jane <jane@example.com>\nDate: Mon",
    "Begin forwarded message:\n\nFrom: Jane <jane@example.com>\nSubject: Hi",
    "Anfang der weitergeleiteten Nachricht:\n\nVon: Jane <jane@example.com>\nBetreff: Hi",
    "-------- Пересылаемое сообщение --------\n01.02.2016, 18:32, Jane <jane@example.com>:",
    "------------------ 原始邮件 ------------------\n发件人: \"Jane\" <jane@example.com>;",
]  # fmt: skip


@pytest.mark.parametrize("header", HEADERS)
def test_what_stands_below_a_header_is_quoted(header):
    reply = split_reply(f"See below.\n\n{header}\n\nThe old text.")
    assert reply.visible == "See below."
    assert reply.quoted.endswith("The old text.")


@pytest.mark.parametrize("header", HEADERS)
def test_a_mail_forwarded_without_a_word_is_what_it_forwards(header):
    assert split_reply(f"{header}\n\nThe old text.").visible == "The old text."


@pytest.mark.parametrize(
    "text",
    [
        "On the other hand, 12 of them wrote nothing.",
        "As I wrote in my mail of 12.03.2016:\n\nIt does not start.",
        "I need a van.\n\nFrom: London\nTo: Paris\nDate: 12 May\n\nHow much is it?",
        "Steps:\n1. On\n2. Off\n\nResult: nothing",
        "Something wrote:\nDuis ut libero",
        "The log says\n\nERROR\n-----\nDisk full\n\nWhat now?",
        "Name | Value\n------------\nfan  | 12:30\nheat | off",
        "a\n\n----------\n" + "b\n\n" * 20 + "c",
        "Sent from my desk, is much easier than my mobile phone.",
        "It was sent\nfrom my iPhone app to all users.",
        "```\n-- \nOn 1 Feb 2016, at 18:32, Jane wrote:\n> x\n```",
        "Does it cost\nmore than\n\nBest regards\nJane\n\nor not?",
        "-5 degrees\n-Jane will come tomorrow with the part",
        "subject: the fan is loud",
        "Please write to:\n\nJane Doe\nTel: +49 123 45678\nFax: +49 123 45679\nWeb: www.x.test",
        "The forwarding of my message is broken:\nno bell",
    ],
)
def test_what_a_person_says_stays(text):
    reply = split_reply(text)
    assert reply.visible == text
    assert reply.quoted == reply.signature == ""


@pytest.mark.parametrize(
    ("signature", "said"),
    [
        ("-- \nJane Doe\nAcme", "Please call."),
        ("--\nJane", "Please call."),
        ("________________\nusers mailing list\nhttps://lists.example.com", "Please call."),
        ("—————\nJane Doe\n📱 +1 555-0123", "Please call."),
        ("Sent from my iPhone", "Please call."),
        ("Sent from my Verizon Wireless BlackBerry", "Please call."),
        ("Get Outlook for iOS<https://example.com/x>", "Please call."),
        ("Von meinem iPhone gesendet", "Bitte anrufen."),
        ("Gesendet von Mail für Windows", "Bitte anrufen."),
        ("Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.", "Bitte."),
        ("Envoyé de mon iPhone", "Appelez."),
        ("Enviado desde mi iPhone", "Por favor."),
        ("Enviado do meu iPhone", "Por favor."),
        ("Inviato da iPhone", "Per favore."),
        ("Verstuurd vanaf mijn iPhone", "Graag."),
        ("Skickat från min iPhone", "Ring."),
        ("Sendt fra min iPhone", "Ring."),
        ("Lähetetty iPhonesta", "Soita."),
        ("Wysłane z iPhone'a", "Proszę."),
        ("Отправлено с iPhone", "Позвоните."),
        ("Надіслано з iPhone", "Подзвоніть."),
        ("iPhone'umdan gönderildi", "Lütfen."),
        ("发自我的iPhone", "请回电。"),
        ("iPhoneから送信", "お願いします。"),
        ("나의 iPhone에서 보냄", "전화 주세요."),
        ("Mit freundlichen Grüßen\n\nJane Doe\nTechnik\nTel. +49 123 4567890", "Bitte anrufen."),
        ("Best regards,\nJane", "Please call."),
        ("Cordialement,\nJane", "Appelez."),
        ("Pozdrawiam,\nJane", "Proszę."),
        ("С уважением,\nИван", "Позвоните."),
        ("Thanks,\nJane Doe\nAcme\n+1 (555) 010-4477", "Please call."),
        ("Jane Doe\nTechnik\nTel: +49 123 45678\nFax: +49 123 45679\nWeb: www.x.test", "Bitte."),
        ("-Jane Doe", "Please call."),
        ("/Jane", "Ring."),
    ],
)
def test_signatures_are_folded_away(signature, said):
    reply = split_reply(f"{said}\n\n{signature}\n\nOn 1 Feb 2016, at 18:32, Joe wrote:\n> Old")
    assert reply.visible == said
    assert reply.signature == signature
    assert reply.quoted == "On 1 Feb 2016, at 18:32, Joe wrote:\n> Old"


def test_thanks_and_a_name_are_said():
    text = "Please call.\n\nThanks,\nJane"
    assert split_reply(text).visible == text


def test_a_postscript_is_never_folded_away():
    text = "Please call.\n\nBest regards\nJane\n\nP.S. The door is open."
    assert split_reply(text).visible == text


def test_the_senders_own_name_opens_a_signature():
    text = "Please call.\n\nJane Doe\nvia mobile"
    assert split_reply(text).visible == text
    assert split_reply(text, "Jane Doe").signature == "Jane Doe\nvia mobile"


def test_answers_between_quotes_stay_with_what_they_answer():
    text = "On 1 Feb 2016, at 18:32, Jane wrote:\n> One?\n\nYes.\n\n> Two?\n\nNo.\n\n> Three?\n"
    reply = split_reply(text)
    assert reply.visible == "> One?\n\nYes.\n\n> Two?\n\nNo."
    assert reply.quoted == "On 1 Feb 2016, at 18:32, Jane wrote:\n\n> Three?"


def test_an_answer_below_the_quote_is_what_is_new():
    reply = split_reply("On 1 Feb 2016, at 18:32, Jane wrote:\n> One?\n> Two?\n\nYes and no.")
    assert reply.visible == "Yes and no."


def test_the_end_of_a_long_quoted_line_belongs_to_the_quote():
    quote = "> " + "word " * 14 + "\nand the rest\n> more"
    assert split_reply(f"New.\n\n{quote}").visible == "New."


def test_a_short_answer_between_quotes_without_blank_lines_stays():
    text = "> One?\nYes.\n> Two?\nNo."
    assert split_reply(text).visible == text


@pytest.mark.parametrize("text", ["> Only a quote.", "-- \nJane", "Sent from my iPhone", "--"])
def test_nothing_is_cut_to_nothing(text):
    assert split_reply(text).visible == text


@pytest.mark.parametrize("text", ["", " \n\t\n", "\r\n"])
def test_nothing_is_nothing(text):
    assert split_reply(text) == split_reply("")
    assert split_reply(text).visible == ""


def test_windows_line_ends_are_line_ends():
    assert split_reply("One\r\ntwo\r\n\r\n-- \r\nJane\r\n").visible == "One\ntwo"


def test_a_text_longer_than_is_looked_into_is_all_there():
    text = "\n".join(f"line {n}" for n in range(MAX_LINES * 3))
    assert split_reply(text).visible == text
    assert split_reply("New.\n\n-----Original Message-----\n" + text).visible == "New."


TRAPS = {
    "colons": "a:\n", "writers": "1@b wrote:\n", "from": "From: a\n", "brackets": "On 12:12 <\n",
    "rules": "--\nx\n\n", "regards": "Best regards\nx\n", "blanks": "\n", "fences": "```\n",
    "answers": "On 2016 a@b wrote:\n> b\nx\n", "wrote": "On 12:12 a@b wrote " * 15 + ":\n",
    "stars": "* " * 150 + "\n", "labels": " *_|" * 70 + ":\n", "ats": "a@" * 150 + ":\n",
    "one": ">", "spaces": " ", "dashes": "-" * 250 + " a " + "-" * 50 + "\n",
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_no_body_takes_long(trap):
    unit = TRAPS[trap]
    text = unit * (800_000 // len(unit))
    began = time.process_time()
    split_reply(text)
    assert time.process_time() - began < 0.3  # 0.1 on an idle machine


LINES = st.sampled_from(
    ["", "text", "> quote", "-- ", "---", "```", "On 1.2.2016 10:00 Jane <j@x> wrote:", "From: a",
     "Subject: b", "Sent: c", "Best regards,", "Jane", "Sent from my iPhone", "JD> x", "____", ">:",
     "-----Original Message-----", "\ufeff", "P.S. x", "Jane <"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES | st.text(max_size=30), max_size=25).map("\n".join), st.text(max_size=8))
def test_every_line_goes_to_one_part(text, sender):
    reply = split_reply(text, sender)
    assert bool(reply.visible.strip()) == bool(text.strip())
    parts = f"{reply.visible}\n{reply.quoted}\n{reply.signature}"
    assert sorted(parts.split()) == sorted(text.split())


@pytest.mark.parametrize(
    "marker",
    [
        "## Please type your reply above this line ##",
        "##- Please type your REPLY above this line -##",
        "--- Reply above this line ---",
    ],
)
def test_what_a_desk_marks_as_old(marker):
    reply = split_reply(f"It works.\n\n{marker}\n\nYour ticket was updated.")
    assert reply.visible == "It works."
    assert "updated" in reply.quoted


def test_a_person_may_speak_of_a_line_above():
    text = "The value above this line is wrong.\nAnd so is the next."
    assert split_reply(text).visible == text
