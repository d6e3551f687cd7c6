"""Log lines that cannot be forged: one event, one line, control characters escaped."""

import logging
import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029]")


def escape(text: str) -> str:
    """Text with every control character written as \\xNN (A43)."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found.group()):02x}", text)


class OneLineFormatter(logging.Formatter):
    """time level logger message; a traceback follows on indented lines of our own making."""

    default_time_format = "%Y-%m-%dT%H:%M:%S"

    def format(self, record: logging.LogRecord) -> str:
        line = (
            f"{self.formatTime(record)} {record.levelname} {record.name} "
            f"{escape(record.getMessage())}"
        )
        if record.exc_info:
            trace = self.formatException(record.exc_info)
            line += "".join(f"\n    {escape(part)}" for part in trace.splitlines())
        return line
