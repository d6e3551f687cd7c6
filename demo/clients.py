"""Customers of the demo company and their people."""

from typing import NamedTuple


class Client(NamedTuple):
    """A customer. people: (name, job title), the first is the main contact; empty for a person.

    likes: kinds of product it mostly owns; size: about how many devices; sign_ins: how many of
    its people use the portal.
    """

    name: str
    place: str
    people: tuple[tuple[str, str], ...]
    likes: tuple[str, ...]
    size: int
    sign_ins: int = 1
    notes: str = ""


CLIENTS = [
    Client("Brightwell Dental", "whiteladies",
           (("Amara Okafor", "Practice manager"), ("Niamh Byrne", "Reception"),
            ("Sana Iqbal", "Dentist")),
           ("printer", "computer", "phone"), 8, 2,
           "Closed for lunch 12:30 to 13:15. Park behind No. 20, ring the side bell."),
    Client("Casa Verde Hotels", "mermaid",
           (("Lucía Fernández", "General manager"), ("Inés Castro", "Front office"),
            ("Gareth Powell", "Night manager")),
           ("terminal", "phone", "network"), 8, 2,
           "Deliveries and technicians through the yard in Bute Crescent. Bar closes at 01:00."),
    Client("Solberg Logistics", "avonmouth",
           (("Henrik Solberg", "Owner"), ("Nils Dahl", "IT and fleet"),
            ("Paula Reeves", "Dispatch office")),
           ("server", "computer", "network"), 8, 2,
           "Hi-vis and safety shoes on the yard. Sign in at the gatehouse."),
    Client("Al-Sayed Pharmacy", "stapleton", (("Fatima Al-Sayed", "Owner"), ("Yusuf Karim", "Dispenser")),
           ("printer", "terminal", "computer"), 4, 1, "Prayer break on Friday 13:00 to 14:00."),
    Client("Tanaka Architects", "queen", (("Mei Tanaka", "Partner"), ("Callum Reid", "BIM lead")),
           ("network", "computer", "printer"), 6, 1),
    Client("Grant Accountancy", "corn", (("Oliver Grant", "Partner"), ("Beth Lomas", "Office manager")),
           ("computer", "printer"), 5, 1, "January is their busiest month: no planned work then."),
    Client("Hargreaves & Sons", "brislington", (("Rob Hargreaves", "Director"), ("Jean Hargreaves", "Accounts")),
           ("power", "computer", "terminal"), 4),
    Client("Severn Vale Vets", "thornbury", (("Catrin Howells", "Practice manager"), ("Adam Pike", "Vet nurse")),
           ("computer", "printer", "network"), 4),
    Client("Redcliffe Books", "east", (("Maya Lindsay", "Owner"),), ("terminal", "printer"), 3),
    Client("Pennard Legal", "bathqueen", (("Charlotte Pennard", "Partner"), ("Desmond Achebe", "Legal secretary")),
           ("printer", "computer", "server"), 5, 1, "Confidential waste: swapped disks stay with them."),
    Client("The Walcot Kitchen", "walcot", (("Luca Bianchi", "Chef owner"), ("Ellie Marsh", "Front of house")),
           ("terminal", "network"), 3, 1, "Call before 11:00 or after 15:00, never in service."),
    Client("Taff Cycle Works", "city", (("Iwan Davies", "Owner"),), ("terminal", "computer"), 2),
    Client("Bay Lettings", "cardiffqueen", (("Rhiannon Price", "Branch manager"), ("Marek Novák", "Lettings")),
           ("computer", "printer", "phone"), 4),
    Client("Henleaze Opticians", "henleaze", (("Anita Desai", "Optometrist"), ("Paul Garner", "Dispensing")),
           ("computer", "printer"), 3),
    Client("Kingswood Community Centre", "kingswood", (("Denise Carter", "Manager"),),
           ("network", "computer", "printer"), 3, 1, "Hall is let on Tuesday evenings; key at the library."),
    Client("Clevedon Pier Café", "clevedon", (("Jo Hartley", "Owner"),), ("terminal",), 2),
    Client("Westbury Primary School", "westbury", (("Simon Okoro", "Business manager"), ("Helen Brand", "School office")),
           ("computer", "network", "printer"), 6, 1, "DBS badge needed. No work in classrooms 09:00 to 15:15."),
    Client("Portway Garage", "portishead", (("Steve Mallett", "Owner"), ("Kirsty Mallett", "Service desk")),
           ("computer", "terminal"), 3),
    Client("Yate Timber Supplies", "yate", (("Darren Fry", "Yard manager"),), ("terminal", "printer", "phone"), 3),
    Client("Milsom Gallery", "milsom", (("Beatrice Lowell", "Director"),), ("network", "terminal"), 2),
    Client("Cathedral Road Surgery", "cathedral", (("Dr Alun Rees", "GP partner"), ("Menna Thomas", "Practice manager")),
           ("computer", "printer", "phone"), 5, 1, "Clinical systems: nothing installed without Menna's yes."),
    Client("Moorland Bakery", "moorland", (("Peter Kowalski", "Baker"),), ("terminal", "printer"), 2),
    Client("Usk Valley Cheese", "langstone", (("Sarah Beynon", "Owner"), ("Tomos Beynon", "Packing")),
           ("printer", "computer"), 3),
    Client("Fishponds Fitness", "fishponds", (("Andre Clarke", "Manager"),), ("terminal", "network"), 3),
    Client("Chippenham Seeds", "chippenham", (("Margaret Dowding", "Owner"), ("Lewis Dowding", "Web shop")),
           ("computer", "printer"), 3),
    Client("Wellfield Print Studio", "wellfield", (("Huw Griffiths", "Owner"), ("Zoe Bell", "Designer")),
           ("printer", "computer", "server"), 5),
    Client("Harbourside Brewing", "north", (("Finn Gallagher", "Head brewer"), ("Tess Moran", "Taproom")),
           ("terminal", "network", "power"), 4),
    Client("Aztec Insurance Brokers", "aztec", (("Karen Whitlock", "Operations"), ("Jamal Edwards", "Claims")),
           ("computer", "server", "phone"), 6, 1, "Visitors sign in at building 800, level 2."),
    Client("Keynsham Upholstery", "keynsham", (("Graham Pole", "Owner"),), ("computer",), 1),
    Client("Frome Film Co-op", "frome", (("Isla Templeton", "Coordinator"), ("Ravi Menon", "Editor")),
           ("server", "computer"), 4),
    Client("Wells Guest House", "wells", (("Marion Speed", "Owner"),), ("network", "phone"), 2),
    Client("Penarth Marina Chandlery", "penarth", (("Geraint Lewis", "Owner"),), ("terminal", "printer"), 2),
    Client("Chepstow Saddlery", "chepstow", (("Lorna Prosser", "Owner"),), ("terminal",), 2),
    Client("Newport Tool Hire", "commercial", (("Craig Vaughan", "Depot manager"), ("Leanne Cox", "Counter")),
           ("printer", "terminal", "phone"), 4),
    Client("Park Street Studio", "park", (("Nadia Rahman", "Creative director"), ("Ed Foster", "Editor")),
           ("computer", "server", "network"), 5),
    Client("Whitchurch Nursery", "whitchurch", (("Angharad Jenkins", "Manager"),), ("computer", "printer"), 2),
    Client("Eleanor Voss", "clifton", (), ("computer", "printer"), 2),
    Client("David Olusoga-Hart", "gloucester", (), ("computer",), 1),
    Client("Patricia Nunn", "weston", (), ("computer", "printer"), 1),
    Client("Bryn Llewellyn", "barry", (), ("computer",), 1),
    Client("Samira Haddad", "staple", (), ("printer",), 1),
    Client("Colin Fairweather", "norton", (), ("computer",), 1),
]  # fmt: skip

# For --scale: "<family> <trade>", numbered when they run out.
FAMILIES = [
    "Ashdown",
    "Barlow",
    "Calder",
    "Denholm",
    "Ellery",
    "Farrant",
    "Garland",
    "Hollis",
    "Ingram",
    "Jessop",
    "Kemble",
    "Larkin",
    "Mercer",
    "Norris",
    "Orchard",
    "Pascoe",
    "Quill",
    "Rowan",
    "Sefton",
    "Tarrant",
    "Upton",
    "Verity",
    "Winslow",
    "Yardley",
]
TRADES = (
    "Motors", "Joinery", "Interiors", "Solicitors", "Foods", "Florists", "Engineering", "Travel",
    "Electrical", "Estates", "Roofing", "Physiotherapy", "Optics", "Catering", "Couriers", "Press",
)  # fmt: skip
FIRST_NAMES = [
    "Alice",
    "Brian",
    "Chloe",
    "Dylan",
    "Emma",
    "Farid",
    "Gwen",
    "Hugo",
    "Isobel",
    "Jack",
    "Keira",
    "Liam",
    "Megan",
    "Noor",
    "Oscar",
    "Petra",
    "Quentin",
    "Rosa",
    "Seth",
    "Tara",
    "Umar",
    "Vera",
    "Will",
    "Xenia",
    "Yasmin",
    "Zak",
]
