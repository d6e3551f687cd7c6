"""What the rig's worker loads besides the desk: a mail to POISON ends the process building it."""

import os
from typing import Any

from notifications.transport import email

POISON = "poison@faults.test"
build_email = email.build_email


def build_or_die(row: Any) -> Any:
    if row.address == POISON:
        os._exit(1)
    return build_email(row)


email.build_email = build_or_die
