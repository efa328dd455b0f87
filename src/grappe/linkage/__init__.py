"""Statements → judgements → organisations: which records are the same, and what they come to.

At this stage identity is strong identifiers and exact normalised name + place; every merge is a judgement
with its reason, so it can be undone.
"""
