"""What a section is about when its sentences don't say: the nearest heading that names something."""

import re
from functools import lru_cache

from grappe.figures.outline import Block, Outline, topic_of
from grappe.figures.wordsets import word_set
from grappe.statements.text import words

_DOMAINS = word_set("topics.domains")
_LONGEST_ACRONYM = 6


def topic_for(plan: Outline, block: Block, title: str | None) -> str | None:
    """The topic of the innermost telling heading above *block*, else of the document's title; None."""
    told = [
        topic
        for number in reversed(block.headings)
        if (topic := topic_of(plan.headings.get(number, "")))
        and not _is_sentence(topic)
        and not _FINITE.search(topic)
    ]
    if told:
        return next((topic for topic in told if names_domain(topic)), told[0])
    # The document's title speaks for what stands under no heading, or under one that names nothing.
    return title_topic(title) if title else None


_SECTOR = re.compile(
    r"\b(?:industries?|secteurs?|filières?|grappes?|sector|industry|cluster)\b"
    r"(?: (?:de la |de l['’]|des |du |de |d['’]|of )?[^,.;:–—()]{3,60})?",
    re.IGNORECASE,
)


#: A heading that asserts something names no sector.
_FINITE = re.compile(r"\b(?:est|sont|a|ont|fait|font|reste|is|are|has|have)\b|\bse \w+e(?:nt)?\b")


@lru_cache(maxsize=4096)
def names_domain(topic: str) -> bool:
    """Whether *topic* names a field of activity or a body (« INO »), not what a section does (« Hiring »)."""
    shouted = topic.isupper() and len(topic) > _LONGEST_ACRONYM
    if not shouted and any(word.isupper() and len(word) > 1 for word in topic.split()):
        return True
    return any(word in _DOMAINS or word.rstrip("s") in _DOMAINS for word in words(topic))


@lru_cache(maxsize=1024)
def title_topic(title: str) -> str | None:
    """What a title is about; of a long one, the sector it names."""
    topic = None if _FINITE.search(title) else topic_of(title)
    if topic and len(topic.split()) <= 8 and not re.search(r"\d", topic):
        return topic
    match = _SECTOR.search(title)
    return topic_of(match[0].strip()) and match[0].strip() if match else topic


def _is_sentence(text: str) -> bool:
    return bool(re.search(r"\d{2,}", text)) or len(text.split()) > 14
