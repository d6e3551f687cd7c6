"""How the person of a session is read."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.models import User
from core.prepared import Prepared

_PERSON = Prepared(lambda pk: User.objects.with_roles().filter(pk=pk))


class Backend(AuthenticationBackend):
    """As allauth does it, with the person's roles in the same query: every page asks for them."""

    def get_user(self, user_id: Any) -> User | None:
        user = next(iter(_PERSON.rows(int(user_id))), None)
        return user if user is not None and self.user_can_authenticate(user) else None
