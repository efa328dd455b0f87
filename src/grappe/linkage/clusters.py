"""Union of records under constraints: records judged different, or of other identifiers, stay apart."""

from collections.abc import Iterable, Mapping


class Clusters:
    """Disjoint sets of record ids that refuse a union which would put contradictory records together.

    *identifiers*: record → scheme → value; two values of one scheme never share a set.
    *different*: pairs of records that a person keeps apart.
    """

    def __init__(
        self, identifiers: Mapping[str, Mapping[str, str]], different: Iterable[tuple[str, str]] = ()
    ) -> None:
        self._parent: dict[str, str] = {}
        self._identifiers = {record: dict(values) for record, values in identifiers.items()}
        self._apart: dict[str, set[str]] = {}
        for left, right in different:
            self._apart.setdefault(left, set()).add(right)
            self._apart.setdefault(right, set()).add(left)

    def root(self, record: str) -> str:
        """The smallest record id of the set *record* is in."""
        path = []
        while (above := self._parent.get(record, record)) != record:
            path.append(record)
            record = above
        for passed in path:
            self._parent[passed] = record
        return record

    def may_join(self, left: str, right: str) -> bool:
        """Whether the sets of *left* and *right* contradict one another in nothing."""
        left, right = self.root(left), self.root(right)
        if left == right:
            return True
        known, other = self._identifiers.get(left, {}), self._identifiers.get(right, {})
        if any(other.get(scheme, value) != value for scheme, value in known.items()):
            return False
        return not any(self.root(record) == right for record in self._apart.get(left, ()))

    def join(self, left: str, right: str) -> None:
        """Make one set of the two, without asking."""
        left, right = sorted((self.root(left), self.root(right)))
        if left == right:
            return
        self._parent[right] = left
        merged = {**self._identifiers.pop(right, {}), **self._identifiers.get(left, {})}
        if merged:
            self._identifiers[left] = merged
        apart = self._apart.pop(right, set()) | self._apart.get(left, set())
        if apart:
            self._apart[left] = apart

    def gather(self, records: Iterable[str]) -> list[tuple[str, str]]:
        """Join each record to the first set among *records* that admits it; returns the new pairs."""
        heads: list[str] = []
        joined = []
        for record in sorted(records):
            head = next((head for head in heads if self.may_join(head, record)), None)
            if head is None:
                heads.append(record)
            elif self.root(head) != self.root(record):
                self.join(head, record)
                joined.append((head, record))
        return joined

    def roots(self) -> dict[str, str]:
        """Every record that is in a set of two or more, by the set's root (roots included)."""
        members = {record: self.root(record) for record in self._parent}
        return {**members, **{root: root for root in members.values()}}
