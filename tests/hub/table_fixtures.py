"""A visibly fictional table as Statistics Canada would publish it, and what it takes to load it."""

from grappe.hub.observatory.actions.tables import Described
from grappe.hub.observatory.official import load_official

NAICS = "North American Industry Classification System (NAICS)"
TITLE = f"REF_DATE,GEO,Employment size,{NAICS},VALUE,STATUS"
#: (industry, region) → its value in 2020, 2022 and 2024; None is suppressed.
VALUES = {
    ("Lasers fictifs [3345]", "Île fictive"): (100, 110, 150),
    ("Lasers fictifs [3345]", "Terre fictive"): (100, 100, 110),
    ("Lasers fictifs [3345]", "Côte fictive"): (40, 30, 20),
    ("Meubles fictifs [337]", "Île fictive"): (300, 310, 330),
    ("Meubles fictifs [337]", "Terre fictive"): (500, 490, 495),
    ("Meubles fictifs [337]", "Côte fictive"): (200, 210, 225),
    ("Mines fictives [211]", "Île fictive"): (10, 10, 10),
    ("Mines fictives [211]", "Terre fictive"): (50, None, None),
    ("Mines fictives [211]", "Côte fictive"): (0, 5, 5),
}
PERIODS = ("2020", "2022", "2024")
DESCRIBED = {
    "key": "emplois-fictifs",
    "title_fr": "Emplois fictifs par région",
    "title_en": "Fictional jobs by region",
    "layout": "statcan",
    "unit": "jobs",
    "published": "2026-03",
    "where": {"Employment size": "Total"},
    "home_region": "Île fictive",
    "followed": {"3345": "laser", "211": ""},
}


def table_text(values=None, size="Total"):
    """The file; *values* in place of those above."""
    lines = [
        f"{period},{region},{size},{industry},{'' if value is None else value},{'x' if value is None else ''}"
        for (industry, region), told in {**VALUES, **(values or {})}.items()
        for period, value in zip(PERIODS, told, strict=True)
    ]
    return "\n".join([TITLE, *lines]) + "\n"


def load_table(folder, at, *, text=None, actor=None, **changes):
    """Load the table; returns what ``load_official`` does."""
    path = folder / "emplois.csv"
    path.write_text(text or table_text(), "utf-8")
    described = Described(**{**DESCRIBED, **changes})
    return load_official(path=path, described=described, actor=actor, at=at)
