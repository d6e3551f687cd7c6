"""The people of the main job; run inside the desk by `manage.py shell`."""

from accounts.models import Channel, ChannelPreference, NewsKind
from accounts.roles import Role
from tests.factories.people import make_customer, make_portal_user, make_technician, make_user
from tests.factories.work import make_category, make_device, make_product

acme = make_customer("Brightwell Dental", email="office@brightwell.test")
amara = make_portal_user(
    acme, name="Amara Okafor", email="amara@brightwell.test", phone="+447700900201"
)
ChannelPreference.objects.create(
    user=amara, kind=NewsKind.VISITS, channels=[Channel.SMS, Channel.BELL]
)
make_device(acme, serial="KLP420-7F3A-20871", product=make_product("Kestrel", "LaserPro 420"))
make_category("Printing", skills={"Printers": 3}, is_onsite=True)
make_user(Role.AGENT, name="Elena Kovács", email="elena@desk.test")
joel = make_user(Role.TECHNICIAN, name="Joel Becker", email="joel@desk.test", phone="+447700900301")
make_technician(user=joel, skills={"Printers": 5})
samira = make_user(Role.TECHNICIAN, name="Samira Haddad", email="samira@desk.test")
make_technician(user=samira, skills={"Networks": 5})
