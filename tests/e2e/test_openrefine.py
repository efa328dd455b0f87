"""A client library of the reconciliation protocol, made by others, asks the served demo about 200 rows."""

import csv
import subprocess
import unicodedata
import venv

import httpx
import pytest

ROWS = 200
#: Its numpy is older than ours; the library breaks rows without a candidate otherwise.
CLIENT = """
import sys, numpy
numpy.NaN = numpy.nan
import pandas
from reconciler import reconcile
sheet = pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False)
towns = {"municipality": sheet["town"]}
found = reconcile(sheet["name"], property_mapping=towns, reconciliation_endpoint=sys.argv[3])
found.to_csv(sys.argv[2], index=False)
"""


@pytest.fixture(scope="session")
def client_python(tmp_path_factory):
    """A Python that has the client library, and nothing of ours."""
    home = tmp_path_factory.mktemp("client")
    venv.create(home, with_pip=True)
    asked = [home / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "reconciler>=0.2.2"]
    done = subprocess.run(asked, check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"the client library can't be installed here: {done.stderr[-200:]}")
    return home / "bin" / "python"


def misspelled(name):
    """A name as lists have it: capitals, no accents, a legal form it has not."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return f"{bare.upper()} INC." if len(bare) % 2 else bare.upper()


def organisations(base_url):
    """The first organisations that have a name and a town, one of each name."""
    page, found = f"{base_url}/api/v1/organisations?limit=200", {}
    while page and len(found) < ROWS:
        answer = httpx.get(page).json()
        for each in answer["items"]:
            name, town = each["name_fr"] or each["name_en"], each["place"]["municipality"]
            if name and town:
                found.setdefault(misspelled(name), (each["id"], town))
        page = answer["next"]
    return dict(list(found.items())[:ROWS])


def test_a_sheet_is_reconciled_by_a_client_of_others(base_url, client_python, tmp_path):
    wanted = organisations(base_url)
    sheet, out = tmp_path / "sheet.csv", tmp_path / "found.csv"
    with sheet.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("name", "town"), *((name, town) for name, (_, town) in wanted.items())])
    (tmp_path / "client.py").write_text(CLIENT, "utf-8")
    asked = [client_python, tmp_path / "client.py", sheet, out, f"{base_url}/api/reconcile"]
    subprocess.run(asked, check=True, capture_output=True)
    with out.open(encoding="utf-8") as file:
        found = {row["input_value"]: row for row in csv.DictReader(file)}
    right = [name for name, (key, _) in wanted.items() if found[name]["id"] == key]
    accepted = [name for name in wanted if found[name]["match"] == "True"]
    print(f"{len(right)} of {len(wanted)} rows find theirs first; {len(accepted)} are accepted")
    assert (len(wanted), len(right) >= 0.95 * ROWS) == (ROWS, True), sorted(set(wanted) - set(right))
    assert len(set(accepted) - set(right)) <= 0.02 * len(accepted)
