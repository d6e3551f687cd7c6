"""Into how many parts an SMS falls: each of them is paid."""

# GSM 03.38: one of these is a septet, one of EXTENDED two; anything else turns the whole to UCS-2.
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")
GSM_SINGLE, GSM_PART = 160, 153  # septets
UCS_SINGLE, UCS_PART = 70, 67  # UTF-16 units


def segments_of(text: str) -> int:
    """Parts of a text, at least one."""
    if all(char in BASIC or char in EXTENDED for char in text):
        size = len(text) + sum(char in EXTENDED for char in text)
        single, part = GSM_SINGLE, GSM_PART
    else:
        size = len(text.encode("utf-16-le", "surrogatepass")) // 2
        single, part = UCS_SINGLE, UCS_PART
    return 1 if size <= single else -(-size // part)
