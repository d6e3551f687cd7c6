"""Two agents and a ticket; run inside the desk by `manage.py shell`."""

from accounts.roles import Role
from tests.factories.people import make_customer, make_portal_user, make_user
from tests.factories.work import make_ticket

acme = make_customer("Brightwell Dental", email="office@brightwell.test")
amara = make_portal_user(acme, name="Amara Okafor", email="amara@brightwell.test")
make_user(Role.AGENT, name="Elena Kovács", email="elena@desk.test")
make_user(Role.AGENT, name="Dana Whitlock", email="dana@desk.test")
make_ticket(acme, requester=amara.contact, subject="Paper jam in tray two", actor=amara)
