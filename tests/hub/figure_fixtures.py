"""A ledger to test: one document of figures, read by the real pipeline and loaded with its reviews."""

from grappe.hub.observatory.loading import load_figures
from grappe.hub.observatory.models import Figure
from grappe.hub.registry.loading import load_ecosystem
from grappe.intake.workspace import load_workspace
from grappe.pipeline import build
from grappe.statements.figures import read_figures
from workspaces import write_workspace

TEXT = """# Chiffres clés

## Les lasers au Québec

En 2025, les lasers comptent 1 200 emplois au Québec. En 2025, les lasers comptent 90 entreprises au Québec.

Selon Laser Québec, les lasers comptaient 900 emplois au Québec en 2012.

## La mode au Québec

Le secteur de la mode compte 82 540 emplois au Québec, dont 58 % dans le Grand Montréal.
"""
SOURCE = """
[[source]]
id = "chiffres"
path = "chiffres.md"
reader = "document"
title = "Chiffres clés"
publisher = "Grappe fictive"
licence = "CC0-1.0"
published = "2026-03"
accessed = "2026-10-01"
language = "fr"
visibility = "{visibility}"
"""
HEADER = "figure,verdict,who,why,at,subject\n"


def build_figures(folder, *, text=TEXT, reviews="", visibility="public"):
    """An ecosystem whose document says *text*, with the recorded *reviews* (lines of CSV)."""
    workspace, out = write_workspace(folder / "workspace"), folder / "ecosystem"
    (workspace / "chiffres.md").write_text(text, "utf-8")
    (workspace / "reviews.csv").write_text(HEADER + reviews, "utf-8")
    configuration = workspace / "grappe.toml"
    written = configuration.read_text("utf-8").replace(
        'languages = ["fr", "en"]', 'languages = ["fr", "en"]\nfigure_reviews = "reviews.csv"'
    )
    configuration.write_text(written + SOURCE.format(visibility=visibility), "utf-8")
    build(load_workspace(workspace), out)
    return out


def load_ledger(folder, at, **words):
    """Build and load; returns what changed in the ledger."""
    ecosystem = build_figures(folder, **words)
    load_ecosystem(folder=ecosystem, actor=None, at=at)
    return load_figures(folder=ecosystem, actor=None, at=at)


def proposed_in(folder):
    """The figures proposed in the ecosystem that ``build_figures`` made in *folder*, by surface."""
    return {figure.surface: figure for figure in read_figures(folder / "ecosystem")}


def figure_saying(surface):
    """The stored figure that was printed so."""
    return Figure.objects.get(proposed__surface=surface)


def ledger():
    """Every stored figure as plain values."""
    return list(Figure.objects.order_by("pk").values())
