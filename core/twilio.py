"""Whether a request really comes from Twilio."""

from django.conf import settings
from django.http import HttpRequest


def is_from_twilio(request: HttpRequest) -> bool:
    """Whether it is signed with our account's token, for the public address of this page.

    Without a token nothing is: anybody could sign with an empty one.
    """
    if not settings.TWILIO_AUTH_TOKEN:
        return False
    from twilio.request_validator import RequestValidator  # half a second few processes need

    signature = request.headers.get("X-Twilio-Signature", "")
    url = settings.SITE_URL + request.get_full_path()
    try:
        validator = RequestValidator(settings.TWILIO_AUTH_TOKEN)
        return bool(validator.validate(url, request.POST, signature))
    except (UnicodeError, ValueError):  # lone surrogates, an impossible port
        return False
