"""The words with which mail programs introduce what they quote, by language."""

import re
from enum import StrEnum


class Role(StrEnum):
    """What a line of a quoted header ("From: …") tells; SENT is a date only mail programs write."""

    FROM = "from"
    SENT = "sent"
    DATE = "date"
    TO = "to"
    SUBJECT = "subject"
    OTHER = "other"


_LABELS = {
    Role.FROM: (
        "from|von|de|da|van|od|fra|från|lähettäjä|от|от кого|від|від кого|kimden|gönderen|feladó|"
        "de la|από|发件人|寄件者|寄件人|差出人|送信者|보낸 사람|보낸사람|من|מאת|expéditeur|"
        "remitente|mittente|remetente|absender|avsändare|afsender|avsender|nadawca|odesílatel|"
        "odosielateľ|từ|จาก|dari|saatja|nuo|frá|pošiljatelj|подател"
    ),
    Role.SENT: (
        "sent|gesendet|gesendet am|envoyé|envoyé le|date d'envoi|enviado|enviado el|enviada|"
        "enviada em|enviado em|inviato|inviato il|verzonden|verzonden op|wysłano|data wysłania|"
        "sendt|skickat|lähetetty|отправлено|відправлено|надіслано|изпратено|gönderildi|"
        "gönderme tarihi|odesláno|odoslané|elküldve|trimis|poslano|poslato|στάλθηκε|发送时间|"
        "發送時間|寄件日期|送信日時|보낸 날짜|נשלח|đã gửi|terkirim|message du|saadetud|išsiųsta|"
        "تاريخ الإرسال"
    ),
    Role.DATE: (
        "date|datum|data|fecha|dato|päivämäärä|päiväys|дата|tarih|dátum|ημερομηνία|日期|日付|"
        "日時|날짜|تاريخ|التاريخ|תאריך|ngày|วันที่|tanggal|kuupäev|dags"
    ),
    Role.TO: (
        "to|an|à|a|aan|para|do|til|till|vastaanottaja|кому|до|kime|alıcı|komu|címzett|către|"
        "catre|za|prima|προς|收件人|收件者|宛先|받는 사람|받는사람|إلى|אל|đến|ถึง|kepada|"
        "destinataire|destinatario|destinatário|empfänger|mottagare|modtager|kam"
    ),
    Role.SUBJECT: (
        "subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|temat|emne|ämne|aihe|тема|"
        "относно|konu|předmět|predmet|tárgy|subiect|subiectul|θέμα|主题|主題|主旨|件名|제목|"
        "الموضوع|נושא|chủ đề|tiêu đề|เรื่อง|perihal|subjek|teema|tema|efni"
    ),
    Role.OTHER: (
        "cc|bcc|cci|ccn|cco|kopie|kopie an|copie à|copie|cópia|copia|kopia|dw|копия|копія|kopio|"
        "kopi|bilgi|抄送|副本|참조|reply-to|antwort an|antworten an|répondre à|responder a|"
        "rispondi a|importance|wichtigkeit|priorité|attachments|anlagen|pièces jointes|adjuntos"
    ),
}
ROLES = {label: role for role, labels in _LABELS.items() for label in labels.split("|")}

# "wrote", before the colon or between the date and the name; of "a écrit" the last word, because
# mail programs break the line anywhere.
_VERBS = (
    "wrote writes schrieb schreef geschreven écrit ecrit scritto scrive escribió escribio escrito "
    "escreveu skrev skreiv kirjoitti napisał napisała pisze написал написала написав пишет пише "
    "написа yazdı napsal napsala napísal napísala írta scris έγραψε كتب כתב כתבה viết menulis "
    "napisao написао rašė rakstīja kirjutas escriure skrifaði zuen เขียน"
)
VERBS = frozenset(_VERBS.split())
# Written without spaces, so looked for inside of words.
VERBS_WITHIN = ("写道", "寫道", "작성", "書きました", "のメール")

# "On", at the start of an introduction; a number follows somewhere.
OPENER = re.compile(
    r"(?:on|am|le|el|il|op|den|em|no dia|dnia|w dniu|dne|dňa|în|in data|il giorno|på|pe|dana|στις|"
    r"vào|pada|в|у|el día|ngày)\s+\S|[在於于]\s*\d",
    re.I,
)
STARTS_WITH_DATE = re.compile(
    r"\d{1,4}[./年년-]|\d{1,2}[:h]\d\d|\d{1,2}\s+\w|\w{1,12}[.,]{0,2}\s+\d"
)
DATE = re.compile(
    r"\d{1,2}[:.h]\d\d(?!\d)|(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d[年月년]"
)
TIME = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
GMAIL_WITHOUT_A_VERB = re.compile(r"\d{4}-\d\d-\d\d \d{1,2}:\d\d GMT[+-]\d")

# Stems which stand in "Original Message", "Forwarded message", "Mensaje original" and the like.
_MESSAGE = (
    r"messag|messagg|mensaje|mensag|nachricht|bericht|wiadomoś|meddel|besked|melding|e-?mail|"
    r"mail|viesti|сообщени|повідомлен|письм|лист|съобщени|zpráv|správ|üzenet|mesaj|ileti|μήνυμα|"
    r"邮件|郵件|メッセージ|メール|메시지|메일|رسالة|הודעה|thư|poruka|sporočilo|missatge|brev|"
    r"correo"
)
_FORWARDED = (
    r"forward|weitergeleitet|transf[ée]r|réexpédi|inoltrat|reenviad|encaminhad|doorgestuur|"
    r"vidarebefordra|videresend|välitet|edelleen|przekaz|przesłan|переадрес|пересыл|пересла|"
    r"перенаправ|iletil|yönlendir|továbbít|redirec|přeposlan|preposlan|προωθ|转发|轉寄|転送|전달"
)
BETWEEN_DASHES = re.compile(rf"(?:{_MESSAGE}|{_FORWARDED}|original|quoted|reply)", re.I)
MESSAGE = re.compile(_MESSAGE, re.I)
FORWARDED = re.compile(_FORWARDED, re.I)

# What desks write on top of their mails, so that the answer stands above it.
REPLY_ABOVE = re.compile(r"\b(?:reply|response|respond|answer) above this line\b", re.IGNORECASE)
