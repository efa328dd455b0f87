"""Lists that are none, and addresses that lead where the server may not go: each said, none obeyed."""

import io
import threading
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import settings as law
from hypothesis import strategies as st
from openpyxl import Workbook

from grappe.hub.fetching import FetchRefused, Limits, fetch, is_public
from grappe.hub.registry.importing.mistakes import problems_of
from grappe.hub.registry.models import Import
from hub.desk_fixtures import person
from hub.import_fixtures import bring, everything, work

LOOPBACK = ip_address("127.0.0.1")


def zipped(**members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "/") + ".xml", body)
    return content.getvalue()


def locked():
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 9_000 + "EncryptedPackage".encode("utf-16-le")


def merged():
    """A workbook whose titles are merged over two lines, and one organisation over two rows."""
    book = Workbook()
    sheet = book.active
    sheet.append(["Nom", "Ville", "Site web"])
    sheet.append(["Nom", "Ville", "Site web"])
    sheet.append(["Optique Neuve", "Lévis", "a.example"])
    sheet.append([None, None, "b.example"])
    for place in ("A1:A2", "B1:B2", "C1:C2", "A3:A4", "B3:B4"):
        sheet.merge_cells(place)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


BOMB = zipped(xl__workbook="x", xl__worksheets__sheet1=" " * 90_000_000)
MANY = b"Nom;Ville\n" + b"".join(b"N%d;V\n" % number for number in range(60))
BAD = {
    "a zip bomb": ("b.xlsx", BOMB, "archive_too_large"),
    "an empty file": ("vide.csv", b"", "file_empty"),
    "blank lines": ("vide.csv", b"\n\n \n", "file_empty"),
    "a wrong encoding": ("l.csv", "Nom;Ville\nÉté;x\n".encode() + b"\xe9t\xe9;y\n", "unknown_encoding"),
    "a program renamed": ("membres.xlsx", b"MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff\0\0" * 300, "unknown_format"),
    "a locked workbook": ("membres.xlsx", locked(), "protected_file"),
    "a damaged workbook": ("membres.xlsx", b"PK\3\4" + b"x" * 900, "damaged_file"),
    "a PDF": ("membres.pdf", b"%PDF-1.7\n" + b"x" * 100, "unknown_format"),
    "rows without end": ("l.csv", MANY, "too_many_rows"),
    "twice the same key": ("l.csv", b"No;Nom\n1;Alpha\n2;Beta\n1;Gamma\n", "duplicate_key"),
}


@pytest.fixture
def admin(noon, site):
    return person(noon, "administrator")


@pytest.fixture
def client(admin):
    client = Client(headers={"accept-language": "fr"})
    client.force_login(admin)
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("bad", BAD)
def test_a_list_that_is_none_is_named_and_changes_nothing(admin, client, noon, settings, bad):
    settings.IMPORT_ROWS = 50
    before = everything()
    name, content, code = BAD[bad]
    brought = bring(admin, noon, content, name=name, title="Liste")
    assert (brought.state, [p.code for p in problems_of(brought, offset=0, limit=9)]) == ("refused", [code])
    shown = client.get(reverse("desk_import_mistakes", args=[brought.pk])).content.decode()
    assert "1 erreur arrête l’importation." in shown
    assert everything() == before


@pytest.mark.django_db
def test_a_list_without_titles_waits_for_a_person_to_say_where_they_are(admin, noon, client):
    words = {"title": "L", "publisher": "P", "licence": "CC0-1.0", "visibility": "public"}
    client.post(reverse("desk_bring"), {**words, "pasted": "x\ty\nAlpha\tQuébec\n"})
    brought = work(Import.objects.get())
    assert (brought.state, brought.mapping["sheet"][0]["ignore"]) == ("columns", True)
    url = reverse("desk_import_columns", args=[brought.pk])
    assert "rien ne serait lu" in client.post(url, {}).content.decode()
    page = client.post(url, {"retitle": "0", "sheet-0-read": "1", "sheet-0-titles": "1"}).content.decode()
    assert "A · x" in page


@pytest.mark.django_db
def test_merged_cells_are_one_organisation(admin, noon):
    brought = bring(admin, noon, merged(), name="m.xlsx", title="Liste")
    assert (brought.state, brought.counts["new"], brought.counts["errors"]) == ("ready", 1, 0)


@pytest.mark.django_db
def test_no_cell_of_the_mistakes_runs_as_a_formula(admin, noon, client):
    text = "Nom;Effectif\n=HYPERLINK(1);=cmd|' /C calc'!A0\n"
    brought = bring(admin, noon, text, title="Liste")
    content = client.get(reverse("desk_import_mistakes_csv", args=[brought.pk])).content.decode("utf-8-sig")
    assert "'=cmd" in content
    assert ",=cmd" not in content
    assert content.splitlines()[0] == "Gravité,Feuille,Ligne,Colonne,Trouvé,Que faire"


@pytest.mark.django_db
def test_a_file_larger_than_lists_may_be_is_refused_at_the_door(client, settings):
    settings.IMPORT_BYTES = 100
    words = {"title": "L", "publisher": "P", "licence": "CC0-1.0", "visibility": "public"}
    file = SimpleUploadedFile("l.csv", b"Nom\n" + b"x" * 200)
    page = client.post(reverse("desk_bring"), {**words, "file": file}).content.decode()
    assert "la limite est" in page
    assert Import.objects.count() == 0


@pytest.mark.django_db
def test_exactly_one_of_file_cells_and_address_is_given(client):
    words = {"title": "L", "publisher": "P", "licence": "CC0-1.0", "visibility": "public"}
    for given_ in ({}, {"pasted": "Nom\nAlpha", "address": "https://example.org/l.csv"}):
        page = client.post(reverse("desk_bring"), {**words, **given_}).content.decode()
        assert "l’un des trois" in page
    assert Import.objects.count() == 0
    client.post(reverse("desk_bring"), {**words, "pasted": "Nom\tVille\nAlpha\tLévis\n"})
    assert Import.objects.get().file_name == "colle.tsv"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1/l.csv",
        "http://169.254.169.254/latest/meta-data",
        "http://localhost/",
        "http://[::1]/",
    ],
)
def test_the_server_fetches_nothing_from_its_own_network(client, address):
    words = {"title": "L", "publisher": "P", "licence": "CC0-1.0", "visibility": "public"}
    page = client.post(reverse("desk_bring"), {**words, "address": address}).content.decode()
    assert "n’est pas sur le réseau public" in page or "Saisissez une URL valide" in page
    assert Import.objects.count() == 0


class Site(BaseHTTPRequestHandler):
    """A site on this machine: a list, redirects, an endless answer, a slow one."""

    def do_GET(self):
        path = self.path.split("?")[0]
        if path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
        elif path == "/slow":
            self.send_response(200)
            self.end_headers()
            for _ in range(100):
                self.wfile.write(b"x")
                time.sleep(0.05)
        elif path in ("/membres.csv", "/zipped"):
            body = b"Nom;Ville\nAlpha;Levis\n"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            if path == "/zipped":
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(body)
        else:
            self.send_response(404)
            self.end_headers()

    def log_message(self, *args):
        """Nothing."""


@pytest.fixture(scope="module")
def site_at():
    class Server(ThreadingHTTPServer):
        """Says nothing when its client hangs up."""

        def handle_error(self, request, client_address):
            """Nothing."""

    server = Server(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def limits(url, **given_):
    """Those of a test: this machine, and the port of its site."""
    port = int(url.rsplit(":", 1)[1])
    asked = {
        "most_bytes": 1_000,
        "is_allowed": lambda address: address == LOOPBACK,
        "ports": frozenset([port]),
    }
    return Limits(**{**asked, **given_})


def reason(url, rules):
    with pytest.raises(FetchRefused) as caught:
        fetch(url, rules)
    return caught.value.reason


def test_a_list_is_fetched_through_a_redirect(site_at):
    fetched = fetch(f"{site_at}/to//membres.csv?x=1", limits(site_at))
    assert (fetched.name, fetched.content) == ("membres.csv", b"Nom;Ville\nAlpha;Levis\n")


def test_each_address_of_a_chain_is_checked(site_at):
    rules = limits(site_at)
    for private in ("169.254.169.254/latest", "10.0.0.1/", "192.168.1.1/", "[::1]/", "[fd00::1]/"):
        assert reason(f"{site_at}/to/http://{private}", rules) == "network", private
    assert reason(f"{site_at}/to/file:///etc/passwd", rules) == "address"
    assert reason(f"{site_at}/to/http://user@127.0.0.1/", rules) == "address"
    assert reason(f"{site_at}/to/http://127.0.0.1:22/", rules) == "port"
    assert reason(f"{site_at}/to//to//to//to//to//to//to//x", rules) == "redirects"


def test_what_is_too_long_too_slow_or_zipped_is_refused(site_at):
    assert reason(f"{site_at}/membres.csv", limits(site_at, most_bytes=5)) == "size"
    began = time.monotonic()
    assert reason(f"{site_at}/slow", limits(site_at, seconds=0.3)) == "time"
    assert time.monotonic() - began < 3
    assert reason(f"{site_at}/zipped", limits(site_at)) == "encoding"
    assert reason(f"{site_at}/none", limits(site_at)) == "status"


def test_a_name_is_resolved_once_and_refused_if_any_of_its_addresses_is_private(site_at):
    port = int(site_at.rsplit(":", 1)[1])
    asked = []

    def rebound(host, _):
        asked.append(host)
        return [LOOPBACK if len(asked) == 1 else ip_address("10.0.0.1")]

    url = f"http://rebound.example:{port}/membres.csv"
    assert fetch(url, limits(site_at, resolve=rebound)).content.startswith(b"Nom")
    assert asked == ["rebound.example"]
    both = limits(site_at, resolve=lambda *_: [LOOPBACK, ip_address("10.0.0.1")])
    assert reason(url, both) == "network"


@law(deadline=None)
@given(st.ip_addresses())
def test_no_address_of_the_special_registries_is_public(address):
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        assert not is_public(address)


@pytest.mark.parametrize(
    "text",
    [
        *("0.0.0.1", "100.64.0.1", "169.254.169.254", "198.18.0.1", "224.0.0.1", "255.255.255.255"),
        *("::", "::1", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::a00:1", "2002:a00:1::", "2001:0:a00:1::"),
    ],
)
def test_addresses_that_lead_inside_are_not_public(text):
    assert not is_public(ip_address(text))
    assert is_public(ip_address("93.184.216.34"))
    assert is_public(ip_address("2606:2800:220:1:248:1893:25c8:1946"))
