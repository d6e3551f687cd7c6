"""The words with which people and their mail programs end a mail, by language."""

import re

# A line which a mail program adds of itself. It is short and is no sentence of a person.
_DEVICE_LINES = (
    r"(?:sent|envoyé|envoyée|gesendet|inviat[oa]|enviad[oa]|verzonden|verstuurd|skickat|sendt|"
    r"wysłan[eoy]|wysłano|отправлено|надіслано|відправлено|odesláno|odoslané|trimis|poslano|"
    r"lähetetty|küldve|elküldve|đã gửi)\s+"
    r"(?:from|via|with|using|by|de|d'|depuis|à partir de|à partir d'|avec|von|vom|mit|über|aus|da|"
    r"dal|dall'|desde|do|dos|pelo|vanaf|vanuit|met|via|från|fra|med|z|ze|za pomocą|c|с|з|із|из|"
    r"ze|zo|pomocí|din|s|từ)\s*\S",
    r"(?:von|vom) (?:meinem|mein) .{2,40} gesendet",
    r"(?:meinem|von) .{2,40} gesendet$",
    r"diese nachricht wurde von meinem .{2,60} gesendet",
    r"get (?:outlook|bluemail|\S+ ?mail) for \S",
    r"(?:holen sie sich|téléchargez|obtenir|obtener|obter|scarica|pobierz|hämta|hent|download|"
    r"получить|загрузить) outlook (?:für|pour|para|per|dla|för|til|voor|для) \S",
    r"outlook (?:für|pour|para|per|dla|för|til|voor|для) (?:ios|android)",
    r".{2,20}['’]?(?:u?mdan|[dt][ae]n) gönderildi",
    r"(?:从|發自|发自|來自|来自|从我的|傳自).{2,40}$",
    r".{2,30}(?:から送信|에서 보냄)",
    r"lähetetty .{2,30}",
    r"please excuse (?:my )?(?:brevity|typos)",
)
DEVICE_LINE = re.compile("|".join(_DEVICE_LINES), re.I)

_REGARDS = (
    r"(?:with |my )?(?:the )?(?:best|kind|kindest|warm|warmest|many|sincere)"
    r"(?: and (?:best|kind))? (?:regards|wishes)|"
    r"regards|rgds|best|cheers|sincerely|sincerely yours|yours sincerely|yours truly|"
    r"yours faithfully|respectfully|br|kr|"
    r"mit (?:freundlichen|besten|vielen|lieben|herzlichen) grü(?:ß|ss)en|"
    r"mit freundlichem gru(?:ß|ss)|"
    r"(?:freundliche|viele|beste|liebe|schöne|herzliche) grü(?:ß|ss)e|"
    r"(?:lieber|schöner) gru(?:ß|ss)|gru(?:ß|ss)|grü(?:ß|ss)e|mfg|lg|vg|hochachtungsvoll|"
    r"(?:bien )?(?:cordialement|amicalement|sincèrement)|bien à (?:vous|toi)|cdlt|"
    r"salutations(?: distinguées)?|meilleures salutations|"
    r"(?:un )?(?:cordial|atento|afectuoso) saludo|saludos(?: cordiales)?|un saludo|atentamente|"
    r"(?:cordiali|distinti|cari) saluti|un saluto|saluti|cordialmente|"
    r"(?:com os )?(?:melhores )?cumprimentos|atenciosamente|att|abraços?|"
    r"(?:met )?(?:vriendelijke|hartelijke) (?:groet|groeten)|groet(?:en|jes)?|mvg|hoogachtend|"
    r"z poważaniem|pozdrawiam(?: serdecznie)?|pozdrowienia|"
    r"(?:med )?(?:vänlig|venlig|vennlig|bästa|bedste|beste)(?:a|e)? "
    r"(?:hälsning|hälsningar|hilsen|hilsner)|"
    r"hälsningar|hilsen|mvh|kh|vh|med venlig hilsen|(?:ystävällisin |parhain )?terveisin|terv|"
    r"с уважением|с наилучшими пожеланиями|з повагою|з найкращими побажаннями|s pozdravem|"
    r"s úctou|s pozdravom|üdvözlettel|tisztelettel|cu stimă|cu respect|saygılarımla|"
    r"saygılarımızla|iyi çalışmalar|με εκτίμηση|с уважение|поздрави|lep pozdrav|srdačan pozdrav|"
    r"trân trọng|salam|hormat kami|此致|敬上|以上|よろしくお願いします"
)
REGARDS = re.compile(rf"(?:{_REGARDS})", re.I)

# Thanks belong to what somebody says; they open a signature only when an address follows.
THANKS = re.compile(
    r"(?:many )?thanks(?: (?:again|a lot|so much|in advance|and regards))?|"
    r"thank you(?: very much)?|thx|vielen dank(?: im voraus)?|danke|"
    r"merci(?: d'avance| beaucoup)?|gracias|grazie|obrigad[oa]|bedankt|dank u|tack|tak|kiitos|"
    r"dziękuję|спасибо|дякую|děkuji|teşekkürler",
    re.I,
)
CONTACT = re.compile(
    r"\S@\S|https?://|www\.|(?:tel|phone|mobile?|fax|telefon|telefax|handy|cell|tél|móvil)\b|"
    r"\+?\(?\d[\d ()/.-]{6,}\d|\[cid:",
    re.I,
)
POSTSCRIPT = re.compile(r"p\.? ?s\.?\b[:. ]", re.I)
