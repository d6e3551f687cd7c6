"""Sessions in PostgreSQL, as Django keeps them. Every page reads one, so it is asked plainly."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

_ONE = """
SELECT session_key, session_data, expire_date FROM django_session
WHERE session_key = %s AND expire_date > %s"""


class SessionStore(DatabaseStore):
    """Django writes this query down anew each time, which takes longer than answering it."""

    def _get_session_from_db(self) -> Any:
        """The row, or None; then a new session begins under a new key."""
        rows = self.model._default_manager.raw(_ONE, [self.session_key, timezone.now()])
        found = next(iter(rows), None)
        if found is None:
            self._session_key = None
        return found
