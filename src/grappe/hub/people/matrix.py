"""Who may do what, in one table: the tests execute it and the reference prints it.

``yes``: in the clusters the role is held for; ``all``: only when it is held for all clusters; ``no``: never.
"""

from collections.abc import Mapping
from functools import cache

from grappe.hub.people.models import RoleName

VISITOR = "visitor"
TABLE = """
object            verb        administrator manager editor viewer representative funder visitor
page              read        yes           yes     yes    yes    yes            yes    yes
members_statement read        yes           yes     yes    yes    yes            yes    no
private_statement read        yes           yes     yes    no     no             no     no
desk              enter       yes           yes     yes    yes    no             no     no
organisation      consult     yes           yes     yes    yes    no             no     no
organisation      edit        yes           yes     yes    no     no             no     no
organisation      judge       yes           yes     no     no     no             no     no
source            consult     yes           yes     yes    yes    no             no     no
source            retract     yes           all     no     no     no             no     no
import            consult     yes           yes     yes    no     no             no     no
import            prepare     yes           yes     yes    no     no             no     no
import            confirm     yes           yes     no     no     no             no     no
note              read        yes           yes     yes    yes    no             no     no
note              write       yes           yes     yes    no     no             no     no
contact           read        yes           yes     yes    yes    no             no     no
contact           write       yes           yes     yes    no     no             no     no
membership        consult     yes           yes     yes    yes    no             no     no
membership        record      yes           yes     yes    no     no             no     no
claim             decide      yes           yes     no     no     no             no     no
proposal          make        no            no      no     no     yes            no     no
proposal          decide      yes           yes     yes    no     no             no     no
confirmation      ask         yes           yes     yes    no     no             no     no
account           invite      yes           yes     no     no     no             no     no
account           administer  yes           no      no     no     no             no     no
figure            consult     yes           yes     yes    yes    no             no     no
figure            check       yes           yes     yes    no     no             no     no
figure            publish     yes           yes     no     no     no             no     no
table             consult     yes           yes     yes    yes    no             no     no
table             load        yes           all     no     no     no             no     no
facility          run           yes           yes     no     no     no             no     no
booking           make          yes           yes     yes    no     yes            no     no
request           make          yes           yes     yes    no     yes            no     no
request           follow        yes           yes     yes    no     no             no     no
token             hold        yes           yes     yes    yes    no             no     no
webhook           manage      yes           yes     no     no     no             no     no
journal           read        yes           yes     no     no     no             no     no
"""
Cells = Mapping[str, str]


@cache
def cells() -> Mapping[tuple[str, str], Cells]:
    """(verb, object) → role → ``yes``, ``all`` or ``no``. Raises ValueError for a table that is not whole."""
    head, *lines = [line.split() for line in TABLE.strip().splitlines()]
    roles = head[2:]
    if roles != [*RoleName.values, VISITOR]:
        raise ValueError("the matrix has one column a role, in the order of the roles")
    read = {}
    for kind, verb, *values in lines:
        row = dict(zip(roles, values, strict=True))
        if not set(values) <= {"yes", "all", "no"}:
            raise ValueError(f"{kind} {verb}: yes, all or no expected")
        read[verb, kind] = row
    return read


def rows() -> list[tuple[str, str, Cells]]:
    """(object, verb, cells) in the order of the table, for those who print it."""
    return [(kind, verb, row) for (verb, kind), row in cells().items()]
