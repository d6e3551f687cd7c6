"""Is a message nothing but thanks? Pure, and careful: whatever it does not know is no thanks.

A message is bare thanks when each of its words is a word of thanks, of politeness or of "it works",
or a name given, and at least one is a word of thanks. So "thanks, but it still jams" is not: "but",
"still" and "jams" are in no list. Nor is anything with a question mark, a digit or a link.
"""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 300  # characters
MOST_WORDS = 25
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_NOT_THANKS = re.compile(r"[?\d@]|://|\.{3}|…")
# Accents are folded before the look: "muchísimas" is "muchisimas".
_THANKS = """
thanks thank thx ty cheers thankyou appreciated appreciate grateful
danke dank bedanke bedanken vielen dankeschon herzlichen
merci remercie remercions
gracias agradezco agradecido agradecida
grazie ringrazio
obrigado obrigada agradeco
bedankt dankjewel dankuwel
dziekuje dzieki dziekujemy
tack takk kiitos dekuji diky
"""
_POLITE = """
a again all am and are as awesome best brilliant bye day dear everyone everything excellent
fantastic fast fixed fine for from good great have hello hey hi i indeed is it kind kindest lot
lots lovely many morning much my nice now ok okay once perfect perfectly quick quickly regards
regarding resolved evening afternoon sincerely so solved sorted super support team that the there
this to too very warm we weekend well wishes wonderful work worked working works you your yours
help helping helped alle alles auch dir euch fur gruss grusse gruesse guten hallo herzliche hilfe
ihre ihnen ich jetzt klappt mfg morgen prima schnelle sehr schonen freundlichen mit tag toll und
viele funktioniert wieder wochenende wunderbar gelost lieben liebe beaucoup bien bonjour bonne
cordialement journee parfait pour tout vous votre toi fonctionne ca marche nickel aide de la le et
je rapide rapidite equipe muchas muchisimas por todo tu su ayuda saludos perfecto genial ya
funciona dia buen buenos hola molte mille tutto per aiuto saluti cordiali perfetto ora buona
giornata ciao muito tudo pela ajuda abraco bom hartelijk voor hulp groet groeten werkt weer nu dag
goed bardzo za pomoc pozdrawiam dziala hjalpen hjelpen die das
"""


def fold(text: str) -> str:
    """Lower case without accents; one kind of apostrophe."""
    parts = unicodedata.normalize("NFKD", text.replace("’", "'").replace("ß", "ss"))
    plain = "".join(char for char in parts if not unicodedata.combining(char)).lower()
    return plain.replace("ł", "l").replace("ø", "o")


THANKS = frozenset(fold(_THANKS).split())
KNOWN = THANKS | frozenset(fold(_POLITE).split())


def is_bare_thanks(text: str, names: Iterable[str] = ()) -> bool:
    """Whether the text only says thanks. names: of people who may be greeted or have signed."""
    if len(text) > LONGEST or _NOT_THANKS.search(text):
        return False
    words = _WORD.findall(fold(text))
    if not words or len(words) > MOST_WORDS:
        return False
    allowed = {word for name in names for word in _WORD.findall(fold(name))}
    return any(word in THANKS for word in words) and all(
        word in KNOWN or word in allowed for word in words
    )
