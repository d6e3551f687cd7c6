"""Who may do what with incoming mail."""

from typing import Any

from mailbox.models import Fate, InboundMail, InboundSms, SmsFate


def can_see_mail(user: Any) -> bool:
    """The desk: a mail may belong to any ticket."""
    return bool(user.is_desk)


def can_move(user: Any, mail: InboundMail) -> bool:
    """Say to which ticket it belongs. What a machine sent about a mail of ours stays filed."""
    return bool(user.is_desk) and mail.fate != Fate.BOUNCE


def can_run_again(user: Any, mail: InboundMail) -> bool:
    """Let it pass although the desk held it back."""
    return bool(user.is_desk)


def can_read_source(user: Any) -> bool:
    """The bytes as they came, with every header and every hidden part."""
    return bool(user.is_manager)


def can_see_sms(user: Any) -> bool:
    """The desk: an SMS may belong to any ticket."""
    return bool(user.is_desk)


def can_place_sms(user: Any, sms: InboundSms) -> bool:
    """Let it through, or say to which ticket it belongs."""
    return bool(user.is_desk) and sms.fate == SmsFate.QUARANTINED
