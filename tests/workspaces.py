"""Small workspaces written on the spot and built by the real pipeline."""

from pathlib import Path

from grappe.intake.workspace import load_workspace
from grappe.pipeline import build

HEAD = """
[workspace]
id = "essai"
title_fr = "Essai"
title_en = "Trial"
languages = ["fr", "en"]
place = "QC"
as_of = "2026-11-01"

[[cluster]]
id = "optonique"
name_fr = "Grappe fictive de photonique"
name_en = "Fictional photonics cluster"

[[cluster]]
id = "aero"
name_fr = "Grappe fictive d’aérospatiale"
name_en = "Fictional aerospace cluster"

[[sector]]
id = "laser"
name_fr = "Lasers"
name_en = "Lasers"
"""

SOURCE = """
[[source]]
id = "{id}"
path = "{path}"
reader = "spreadsheet"
title = "{title}"
publisher = "{publisher}"
licence = "CC0-1.0"
published = "{published}"
accessed = "2026-10-01"
visibility = "{visibility}"
"""

MEMBERS = """Nom;Nom (anglais);Sigle;Ville;Grappe;Rôle;Secteur;Site web;Nb d'employés;Description (FR);Description EN
Institut fictif d'optique;Fictional Optics Institute;IFO;Québec;optonique;membre;laser;ifo.example;120;Recherche appliquée.;Applied research.
Lasers Fictifs inc.;;;Québec;optonique;membre;laser;lasers.example;40;Fabrique des lasers à fibre.;Makes fibre lasers.
Lasers Fictifs inc.;;;Bromont;aero;membre;laser;;;;
Avions Imaginaires;;;Montréal;aero;membre;;;900;;Aircraft parts.
"""

REGISTER = """Nom;Ville;Nb d'employés;Grappe;Rôle
Institut fictif d'optique;Québec;150;aero;partenaire
"""


def write_workspace(
    folder: Path, *, members: str = MEMBERS, register: str = REGISTER, visibility="public"
) -> Path:
    """A workspace of two lists that disagree on one value; returns its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "membres.csv").write_text(members, "utf-8")
    (folder / "repertoire.csv").write_text(register, "utf-8")
    lists = [
        ("membres", "membres.csv", "Liste des membres", "Grappe fictive", "2026-03", "public"),
        ("repertoire", "repertoire.csv", "Répertoire", "Organisme fictif", "2024", visibility),
    ]
    keys = ("id", "path", "title", "publisher", "published", "visibility")
    blocks = [SOURCE.format(**dict(zip(keys, values, strict=True))) for values in lists]
    (folder / "grappe.toml").write_text(HEAD + "".join(blocks), "utf-8")
    return folder


def build_ecosystem(folder: Path, out: Path, **lists) -> Path:
    """Write the workspace in *folder* and build it into *out*."""
    build(load_workspace(write_workspace(folder, **lists)), out)
    return out
