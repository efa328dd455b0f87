"""What the grammar finds: a number with its unit and qualifier, before anything is attached to it."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from grappe.figures.lexicon import Language, Lexicon, lexicon
from grappe.figures.tokens import Tokens

Form = Literal["count", "amount", "percent", "points", "rank", "times", "measure"]
#: Digits beyond which a number is no figure.
MOST_DIGITS = 18


@dataclass(slots=True)
class Mention:
    """A figure's number: tokens [first, last) are its surface, [opening, closing) with qualifier and noun.

    *value* is absolute (15.5 billion is 15500000000), None for a range; *power* and *decimals* say how it was
    printed; *noun* is the index of the counted noun's token, if any; *marks* are hints for later steps
    (``superlative``, ``from``, ``to``, ``lower``, ``typed``: digits mended).
    """

    first: int
    last: int
    opening: int
    closing: int
    form: Form
    value: Decimal | None
    lower: Decimal | None = None
    upper: Decimal | None = None
    qualifier: str = "exact"
    unit: str | None = None
    indicator: str | None = None
    currency: str | None = None
    power: int = 0
    decimals: int = 0
    noun: int | None = None
    marks: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number that ends before token *last*; *typed* when letters stood for digits, *spelled* in words,
    *decimals* as printed, *power* of ten of its magnitude, *collective* for « une quarantaine »."""

    value: Decimal
    last: int
    decimals: int = 0
    power: int = 0
    typed: bool = False
    spelled: bool = False
    collective: bool = False


@dataclass(slots=True)
class Reading:
    """A passage while it is read: its tokens, its language, and how far numbers are already taken."""

    tokens: Tokens
    language: Language
    taken: int = 0
    counted: tuple[int, str, str | None] | None = None
    paid: tuple[int, str] | None = None
    numerals: dict[int, "Numeral | None"] = field(default_factory=dict)
    words: Lexicon = field(default_factory=lexicon)

    def key(self, index: int) -> str:
        """The key of token *index*; "" outside."""
        keys = self.tokens.keys
        return keys[index] if 0 <= index < len(keys) else ""

    def word(self, index: int) -> str:
        """The word of token *index* as printed; "" outside."""
        words = self.tokens.words
        return words[index] if 0 <= index < len(words) else ""

    def is_number(self, index: int) -> bool:
        """Whether token *index* is a number in digits."""
        numeric = self.tokens.numeric
        return 0 <= index < len(numeric) and numeric[index]

    def glued(self, index: int) -> bool:
        """Whether token *index* touches the one before."""
        return 0 < index < len(self.tokens.words) and self.tokens.glued(index)


def set_bounds(mention: Mention) -> Mention:
    """Give *lower* and *upper* what the qualifier says of the value."""
    value = mention.value
    if value is not None:
        mention.lower = value if mention.qualifier in ("more_than", "at_least") else None
        mention.upper = value if mention.qualifier in ("less_than", "up_to", "almost", "within_top") else None
    return mention
