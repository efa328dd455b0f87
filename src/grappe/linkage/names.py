"""Organisation names as identity compares them."""

from grappe.statements.text import words

#: Legal forms written after a name, as folded words. Dots are gone: « S.E.N.C. » is s e n c.
_LEGAL_FORMS = tuple(
    tuple(form.split())
    for form in (
        "incorporated",
        "incorporee",
        "limited liability company",
        "limited partnership",
        "limited",
        "limitee",
        "corporation",
        "societe en commandite",
        "societe en nom collectif",
        "s e n c r l",
        "s e n c",
        "s e c",
        "s r l",
        "senc",
        "sencrl",
        "sec",
        "srl",
        "inc",
        "ltee",
        "ltd",
        "corp",
        "llc",
        "llp",
        "lp",
        "ulc",
        "enr",
        "reg d",
        "co",
    )
)
#: The same by their last word, which most names do not end with.
_BY_LAST_WORD = {
    last: tuple(form for form in _LEGAL_FORMS if form[-1] == last)
    for last in {form[-1] for form in _LEGAL_FORMS}
}


def normalise_name(name: str) -> str:
    """The words of *name* without a final legal form or a leading article, folded: its identity key.

    « Société Grappe-Test Ltée » → ``societe grappe test``; a name made only of legal forms keeps them.
    """
    kept = words(name.replace("&", " et "))
    while kept:
        forms = _BY_LAST_WORD.get(kept[-1], ())
        form = next((f for f in forms if len(f) < len(kept) and kept[-len(f) :] == f), None)
        if form is None:
            break
        kept = kept[: -len(form)]
    if len(kept) > 1 and kept[0] in ("the", "le", "la", "les"):
        kept = kept[1:]
    return " ".join(kept)
