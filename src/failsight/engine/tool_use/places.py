"""States, countries, languages and currencies by name and code: "NY" rests on "New York", "GBP" on "pounds"."""

from __future__ import annotations

_STATES = """
al alabama|ak alaska|az arizona|ar arkansas|ca california|co colorado|ct connecticut|de delaware|fl florida|ga georgia
hi hawaii|id idaho|il illinois|in indiana|ia iowa|ks kansas|ky kentucky|la louisiana|me maine|md maryland
ma massachusetts|mi michigan|mn minnesota|ms mississippi|mo missouri|mt montana|ne nebraska|nv nevada
nh new hampshire|nj new jersey|nm new mexico|ny new york|nc north carolina|nd north dakota|oh ohio|ok oklahoma
or oregon|pa pennsylvania|ri rhode island|sc south carolina|sd south dakota|tn tennessee|tx texas|ut utah|vt vermont
va virginia|wa washington|wv west virginia|wi wisconsin|wy wyoming|dc district of columbia
"""
_COUNTRIES = """
us united states|usa united states|uk united kingdom|gb great britain|fr france|de germany|it italy|es spain
pt portugal|nl netherlands|be belgium|ch switzerland|at austria|pl poland|cz czech republic|se sweden|no norway
dk denmark|fi finland|ie ireland|gr greece|tr turkey|ru russia|ua ukraine|cn china|jp japan|kr south korea|in india
id indonesia|my malaysia|th thailand|vn vietnam|ph philippines|sg singapore|au australia|nz new zealand|ca canada
mx mexico|br brazil|ar argentina|cl chile|co colombia|pe peru|za south africa|eg egypt|ma morocco|ng nigeria|ke kenya
il israel|ae united arab emirates|sa saudi arabia|qa qatar|pk pakistan|bd bangladesh|ir iran|iq iraq|hu hungary
ro romania|bg bulgaria|hr croatia|rs serbia|sk slovakia|si slovenia|ee estonia|lv latvia|lt lithuania|is iceland
hk hong kong|tw taiwan|gt guatemala|ec ecuador|uy uruguay|ve venezuela|cu cuba|cr costa rica
"""


_LANGUAGES = """
en english|es spanish|fr french|de german|it italian|pt portuguese|nl dutch|pl polish|ru russian|uk ukrainian
sv swedish|da danish|no norwegian|fi finnish|tr turkish|el greek|he hebrew|ar arabic|fa persian|hi hindi
bn bengali|ur urdu|ta tamil|zh chinese|cn chinese|ja japanese|jp japanese|ko korean|kr korean|th thai
vi vietnamese|id indonesian|ms malay
"""
_CURRENCIES = """
usd dollar|eur euro|gbp pound|jpy yen|cny yuan|cny renminbi|inr rupee|chf franc|sek krona|nok krone|dkk krone
mxn peso|brl real|krw won|rub ruble|try lira|thb baht|sgd singapore|zar rand|pln zloty|hkd hong kong
nzd new zealand
"""


def _pairs(table: str) -> list[tuple[str, str]]:
    rows = [row.strip() for row in table.replace("\n", "|").split("|") if row.strip()]
    return [(row.split(" ", 1)[0], row.split(" ", 1)[1]) for row in rows]


_CODED = [*_pairs(_LANGUAGES), *_pairs(_CURRENCIES)]
_ALL = [*_pairs(_STATES), *_pairs(_COUNTRIES), ("england", "england"), ("scotland", "scotland")]
REGION_CODES = frozenset(code for code, _ in _ALL)
REGION_NAMES = frozenset(name for _, name in _ALL)
NAMES_OF_CODE: dict[str, tuple[str, ...]] = {
    code: tuple(name for other, name in _ALL if other == code) for code in REGION_CODES
}
SPOKEN_OF_CODE: dict[str, tuple[str, ...]] = {
    code: tuple(name for other, name in _CODED if other == code) for code in {code for code, _ in _CODED}
}
ALIASES: dict[str, tuple[str, ...]] = {
    "nyc": ("new york",), "la": ("los angeles",), "sf": ("san francisco",), "sd": ("san diego",), "dc": ("washington",),
    "usa": ("america", "american", "u s"), "uk": ("britain", "british", "england", "english"), "us": ("america", "u s"),
    "usd": ("us", "u s"), "gbp": ("british",), "cad": ("canadian",), "aud": ("australian",),
}  # fmt: skip
CITY_NAMES: dict[str, tuple[str, ...]] = {
    "new york": ("nyc", "ny", "big apple"), "los angeles": ("la",), "san francisco": ("sf", "bay area", "frisco"),
    "san diego": ("sd",), "washington": ("dc",),
}  # fmt: skip


def is_region(text: str) -> bool:
    """Whether folded text names a state or country, or is the code of one."""
    return text in REGION_CODES or text in REGION_NAMES
