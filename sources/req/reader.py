"""The six files of the enterprise register, each read once, row by row: nothing is joined in memory."""

import re
from collections.abc import Iterator

from grappe.intake.recipes import Entry, Fact, Recipe
from grappe.intake.register_files import RegisterFiles

#: IM: registered; RD, RO, RX: struck off on request, by the registrar, under section 59. Others say neither.
_STATUS = {"IM": "active", "RD": "inactive", "RO": "inactive", "RX": "inactive"}
_TOWN = re.compile(
    r"^(?P<town>.*?)\s*(?:\((?P<province>[^()]+)\)|\b(?P<code>QC|Q[uU][eéEÉ][bB][eE][cC]))\s*$"
)
_POSTAL = re.compile(r"[A-Z]\d[A-Z] ?\d[A-Z]\d", re.IGNORECASE)
_SIZES = (("micro", 1, 4), ("small", 5, 99), ("medium", 100, 499), ("large", 500, 10**9))


def read(files: RegisterFiles, _recipe: Recipe) -> Iterator[Entry]:
    """Enterprises first (the entries that count), then what the other files add about them."""
    labels = {
        (row["TYP_DOM_VAL"], row["COD_DOM_VAL"]): row["VAL_DOM_FRAN"].strip()
        for _, row in files.rows("DomaineValeur.csv", ["TYP_DOM_VAL", "COD_DOM_VAL", "VAL_DOM_FRAN"])
    }
    for number, row in files.rows(
        "Entreprise.csv", ["NEQ", "COD_STAT_IMMAT", "COD_FORME_JURI", "ADR_DOMCL_LIGN1_ADR"]
    ):
        yield Entry(row["NEQ"].strip(), f"Entreprise.csv row {number}", _enterprise(row, labels))
    for number, row in files.rows("Nom.csv", ["NEQ", "NOM_ASSUJ", "TYP_NOM_ASSUJ", "STAT_NOM"]):
        yield Entry(row["NEQ"].strip(), f"Nom.csv row {number}", _names(row), main=False)
    for number, row in files.rows("Etablissements.csv", ["NEQ", "NOM_ETAB"]):
        if row["NOM_ETAB"].strip():
            facts = [Fact("name", row["NOM_ETAB"], "trade", "fr")]
            yield Entry(row["NEQ"].strip(), f"Etablissements.csv row {number}", facts, main=False)
    if files.has("FusionScissions.csv"):
        for number, row in files.rows("FusionScissions.csv", ["NEQ", "NEQ_ASSUJ_REL", "DAT_EFCTVT"]):
            if row["NEQ_ASSUJ_REL"].strip():
                fact = Fact(
                    "related_to", f"neq:{row['NEQ_ASSUJ_REL'].strip()}", valid_from=_date(row["DAT_EFCTVT"])
                )
                yield Entry(row["NEQ"].strip(), f"FusionScissions.csv row {number}", [fact], main=False)


def _enterprise(row: dict[str, str], labels: dict[tuple[str, str], str]) -> Iterator[Fact]:
    status = _STATUS.get(row["COD_STAT_IMMAT"].strip())
    if status:
        yield Fact("status", status, valid_from=_date(row.get("DAT_STAT_IMMAT")))
    form = labels.get(("FORM_JURI", row["COD_FORME_JURI"].strip()))
    if form:
        yield Fact("legal_form", form)
    founded = _date(row.get("DAT_CONSTI"))
    if founded:
        yield Fact("founded", founded)
    for column in ("DESC_ACT_ECON_ASSUJ", "DESC_ACT_ECON_ASSUJ2"):
        if row.get(column, "").strip():
            yield Fact("offer", row[column], language="fr")
    size = _size(row.get("COD_INTVAL_EMPLO_QUE", "").strip(), labels)
    if size:
        yield Fact("size", size)
    yield from _address([row.get(f"ADR_DOMCL_LIGN{line}_ADR", "").strip() for line in (1, 2, 3, 4)])


def _names(row: dict[str, str]) -> Iterator[Fact]:
    """A legal name (N) that is no longer in force (A) is a former one; a number (M) is one only for want of
    another; other names (A) are those the enterprise trades under."""
    in_force = row["STAT_NOM"].strip() != "A"
    kind = {"N": "legal", "M": "legal"}.get(row["TYP_NOM_ASSUJ"].strip(), "trade")
    since, until = _date(row.get("DAT_INIT_NOM_ASSUJ")), _date(row.get("DAT_FIN_NOM_ASSUJ"))
    qualifier = kind if in_force or kind == "trade" else "former"
    yield Fact("name", row["NOM_ASSUJ"], qualifier, "fr", since, until)
    if row.get("NOM_ASSUJ_LANG_ETRNG", "").strip():
        yield Fact("name", row["NOM_ASSUJ_LANG_ETRNG"], "translation", None, since, until)


def _address(lines: list[str]) -> Iterator[Fact]:
    """Four free lines: the postal code alone is the last, the town the last of the others."""
    lines = [line for line in lines if line]
    if lines and _POSTAL.fullmatch(lines[-1]):
        yield Fact("postal_code", lines.pop())
    if len(lines) > 1:
        match = _TOWN.match(lines[-1])
        if match:
            lines.pop()
            yield Fact("municipality", match["town"])
            yield Fact("province", match["province"] or "QC")
    if lines:
        yield Fact("address", ", ".join(lines))


def _size(code: str, labels: dict[tuple[str, str], str]) -> str | None:
    """Our class when the publisher's range of employees lies within one."""
    label = next((text for (kind, value), text in labels.items() if "EMPLO" in kind and value == code), "")
    numbers = [int(number) for number in re.findall(r"\d+", re.sub(r"(?<=\d)[\s\u00a0](?=\d{3})", "", label))]
    if len(numbers) == 1 and "plus" in label.lower():
        numbers.append(10**9)
    if len(numbers) != 2:
        return None
    return next((size for size, least, most in _SIZES if least <= numbers[0] and numbers[1] <= most), None)


def _date(text: str | None) -> str | None:
    match = re.match(r"\d{4}-\d{2}-\d{2}", (text or "").strip())
    return match.group(0) if match else None
