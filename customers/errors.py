"""The ways a customer refuses."""

from django.utils.translation import gettext_lazy as _

from core.errors import RuleError


class CustomerEmailTaken(RuleError):
    """Another customer has the address, in whatever case."""

    message = _("Another customer already has this e-mail address.")
    field = "email"


class ContactEmailTaken(RuleError):
    """Another contact has the address, in whatever case."""

    message = _("Another contact already has this e-mail address.")
    field = "email"


class ExternalIdTaken(RuleError):
    """The number in another system belongs to somebody else."""

    message = _("Another record already has this number of the other system.")
    field = "external_id"


class SignInTaken(RuleError):
    """One person signs in for one customer only."""

    message = _("This sign-in already belongs to another contact.")
    field = "user"


class NameMissing(RuleError):
    """Nobody can be called nothing."""

    message = _("Enter a name.")
    field = "name"
    status = 422


class PlaceHalfGiven(RuleError):
    """A latitude without a longitude is no place."""

    message = _("Give latitude and longitude, or neither.")
    field = "latitude"
    status = 422
