"""The addresses of members, in each language."""

from django.urls import path
from django.utils.translation import pgettext_lazy

from grappe.hub.registry.views import links, members

per_language = [
    path(pgettext_lazy("url", "organisations/<str:canonical_id>/represent/"), links.claim, name="claim"),
    path(pgettext_lazy("url", "represent/<str:token>/"), links.claim_confirm, name="claim_confirm"),
    path(pgettext_lazy("url", "confirm/<str:token>/"), links.confirm, name="confirm"),
    path(pgettext_lazy("url", "member/"), members.member_home, name="member_home"),
    path(
        pgettext_lazy("url", "member/<str:canonical_id>/"),
        members.member_organisation,
        name="member_organisation",
    ),
    path(
        pgettext_lazy("url", "member/<str:canonical_id>/propose/<str:prop>/"),
        members.propose,
        name="propose",
    ),
    path(
        pgettext_lazy("url", "member/<str:canonical_id>/proposals/<int:proposal>/withdraw/"),
        members.withdraw,
        name="withdraw_proposal",
    ),
    path(
        pgettext_lazy("url", "member/<str:canonical_id>/confirm/"),
        members.confirm_mine,
        name="confirm_mine",
    ),
    path(
        pgettext_lazy("url", "member/<str:canonical_id>/colleagues/"),
        members.invite_colleague,
        name="invite_colleague",
    ),
]
