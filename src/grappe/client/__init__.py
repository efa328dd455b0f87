"""A small client of the API of a Grappe: ``pip install grappe[client]``.

    from grappe.client import Grappe

    with Grappe("https://grappe.example.org", token=token) as grappe:
        for organisation in grappe.organisations(cluster="optonique"):
            print(organisation["id"], organisation["name_fr"])

It imports neither the hub nor the rooms of the core: only httpx.
"""

from grappe.client.calls import Grappe
from grappe.client.refusals import Refusal
from grappe.client.shapes import Organisation, OrganisationDetail, Source, Statement

__all__ = ["Grappe", "Organisation", "OrganisationDetail", "Refusal", "Source", "Statement"]
