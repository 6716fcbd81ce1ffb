"""States and countries by name and code, so that "NY" rests on "New York" and "Rome, Italy" on "Rome"."""

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


def _pairs(table: str) -> list[tuple[str, str]]:
    rows = [row.strip() for row in table.replace("\n", "|").split("|") if row.strip()]
    return [(row.split(" ", 1)[0], row.split(" ", 1)[1]) for row in rows]


_ALL = [*_pairs(_STATES), *_pairs(_COUNTRIES), ("england", "england"), ("scotland", "scotland")]
REGION_CODES = frozenset(code for code, _ in _ALL)
REGION_NAMES = frozenset(name for _, name in _ALL)
NAMES_OF_CODE: dict[str, tuple[str, ...]] = {
    code: tuple(name for other, name in _ALL if other == code) for code in REGION_CODES
}
ALIASES: dict[str, tuple[str, ...]] = {
    "nyc": ("new york",), "la": ("los angeles",), "sf": ("san francisco",), "sd": ("san diego",), "dc": ("washington",),
    "usa": ("america", "american", "u s"), "uk": ("britain", "british", "england", "english"), "us": ("america", "u s"),
}  # fmt: skip
CITY_NAMES: dict[str, tuple[str, ...]] = {
    "new york": ("nyc", "ny", "big apple"), "los angeles": ("la",), "san francisco": ("sf", "bay area", "frisco"),
    "san diego": ("sd",), "washington": ("dc",),
}  # fmt: skip


def is_region(text: str) -> bool:
    """Whether folded text names a state or country, or is the code of one."""
    return text in REGION_CODES or text in REGION_NAMES
