"""Streets around the Severn with their postcodes and places on the map."""

from typing import NamedTuple


class Place(NamedTuple):
    """An address; latitude and longitude in degrees."""

    street: str
    postcode: str
    city: str
    region: str
    latitude: float
    longitude: float


PLACES: dict[str, Place] = {
    key: Place(*rest)
    for key, *rest in [
        ("whiteladies", "18 Whiteladies Road", "BS8 2LG", "Bristol", "", 51.4609, -2.6105),
        ("park", "42 Park Street", "BS1 5JG", "Bristol", "", 51.4541, -2.6036),
        ("queen", "5 Queen Square", "BS1 4JQ", "Bristol", "", 51.4502, -2.5958),
        ("gloucester", "120 Gloucester Road", "BS7 8NU", "Bristol", "", 51.4739, -2.5905),
        ("north", "77 North Street", "BS3 1HJ", "Bristol", "", 51.4407, -2.6063),
        ("corn", "9 Corn Street", "BS1 1HT", "Bristol", "", 51.4549, -2.5945),
        ("stapleton", "210 Stapleton Road", "BS5 0NX", "Bristol", "", 51.4637, -2.5670),
        ("clifton", "33 Clifton Down Road", "BS8 4AN", "Bristol", "", 51.4575, -2.6190),
        ("baldwin", "14 Baldwin Street", "BS1 1SA", "Bristol", "", 51.4530, -2.5955),
        ("avonmouth", "Unit 7, Avonmouth Way", "BS11 8DE", "Bristol", "", 51.5085, -2.6795),
        (
            "aztec",
            "800 Aztec West",
            "BS32 4UB",
            "Bristol",
            "South Gloucestershire",
            51.5390,
            -2.5710,
        ),
        ("fishponds", "661 Fishponds Road", "BS16 3BA", "Bristol", "", 51.4790, -2.5290),
        ("henleaze", "28 Henleaze Road", "BS9 4EX", "Bristol", "", 51.4847, -2.6087),
        ("brislington", "3 Bath Road", "BS4 3EW", "Bristol", "", 51.4410, -2.5600),
        ("east", "51 East Street", "BS3 4HB", "Bristol", "", 51.4420, -2.5960),
        ("westbury", "90 High Street", "BS9 3DZ", "Bristol", "", 51.4938, -2.6170),
        ("victoria", "19 Victoria Street", "BS1 6AA", "Bristol", "", 51.4518, -2.5875),
        (
            "staple",
            "24 Broad Street",
            "BS16 5HH",
            "Bristol",
            "South Gloucestershire",
            51.4810,
            -2.5050,
        ),
        (
            "kingswood",
            "7 Regent Street",
            "BS15 8JX",
            "Bristol",
            "South Gloucestershire",
            51.4615,
            -2.5065,
        ),
        ("milsom", "12 Milsom Street", "BA1 1DA", "Bath", "Somerset", 51.3846, -2.3621),
        ("bathqueen", "4 Queen Square", "BA1 2HA", "Bath", "Somerset", 51.3840, -2.3655),
        ("walcot", "27 Walcot Street", "BA1 5BN", "Bath", "Somerset", 51.3865, -2.3590),
        ("lowerbristol", "8 Lower Bristol Road", "BA2 3BA", "Bath", "Somerset", 51.3795, -2.3720),
        ("moorland", "36 Moorland Road", "BA2 3PW", "Bath", "Somerset", 51.3765, -2.3790),
        ("cardiffqueen", "15 Queen Street", "CF10 2BU", "Cardiff", "", 51.4823, -3.1730),
        ("cathedral", "48 Cathedral Road", "CF11 9LL", "Cardiff", "", 51.4845, -3.1925),
        ("city", "101 City Road", "CF24 3BN", "Cardiff", "", 51.4895, -3.1660),
        ("mermaid", "22 Mermaid Quay", "CF10 5BZ", "Cardiff", "", 51.4640, -3.1640),
        ("penarthroad", "Unit 3, Penarth Road", "CF11 8TT", "Cardiff", "", 51.4660, -3.1890),
        ("whitchurch", "70 Whitchurch Road", "CF14 3LX", "Cardiff", "", 51.4985, -3.1800),
        ("wellfield", "16 Wellfield Road", "CF24 3PB", "Cardiff", "", 51.4935, -3.1650),
        ("commercial", "30 Commercial Street", "NP20 1HE", "Newport", "", 51.5860, -2.9965),
        ("langstone", "2 Langstone Park", "NP18 2LH", "Newport", "", 51.6010, -2.9070),
        ("weston", "44 High Street", "BS23 1HB", "Weston-super-Mare", "Somerset", 51.3470, -2.9790),
        ("clevedon", "11 Hill Road", "BS21 7NE", "Clevedon", "Somerset", 51.4410, -2.8590),
        ("portishead", "65 High Street", "BS20 6EN", "Portishead", "Somerset", 51.4850, -2.7680),
        ("keynsham", "23 High Street", "BS31 1DP", "Keynsham", "Somerset", 51.4150, -2.4980),
        ("chippenham", "6 Market Place", "SN15 3HD", "Chippenham", "Wiltshire", 51.4600, -2.1160),
        ("chepstow", "18 High Street", "NP16 5LQ", "Chepstow", "Monmouthshire", 51.6410, -2.6750),
        (
            "thornbury",
            "31 High Street",
            "BS35 2AR",
            "Thornbury",
            "South Gloucestershire",
            51.6085,
            -2.5240,
        ),
        ("yate", "40 Station Road", "BS37 4AU", "Yate", "South Gloucestershire", 51.5400, -2.4250),
        ("frome", "9 Bath Street", "BA11 1DJ", "Frome", "Somerset", 51.2310, -2.3210),
        ("wells", "17 Sadler Street", "BA5 2RR", "Wells", "Somerset", 51.2090, -2.6460),
        ("barry", "88 Holton Road", "CF63 4HG", "Barry", "Vale of Glamorgan", 51.4055, -3.2670),
        ("penarth", "5 Windsor Road", "CF64 1JA", "Penarth", "Vale of Glamorgan", 51.4370, -3.1730),
        ("norton", "52 High Street", "BA3 2DQ", "Midsomer Norton", "Somerset", 51.2850, -2.4820),
    ]
}
