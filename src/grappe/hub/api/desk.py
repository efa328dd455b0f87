"""API access in Wagtail's shell: one's own tokens, made, shown once, revoked."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from grappe.hub.api.actions import create_token, revoke_token
from grappe.hub.api.forms import TokenForm
from grappe.hub.api.models import SCOPES, Token
from grappe.hub.api.queries import tokens_of
from grappe.hub.people.queries import may
from grappe.hub.people.shell import DeskView


class TokensView(DeskView):
    """One's own tokens, and the form that makes another. One query for them."""

    needs = ("hold", "token")
    template_name = "hub/desk/tokens.html"
    header_icon = "key"

    def get_page_title(self) -> str:
        """The title of the page."""
        return gettext("API access")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The tokens with the words of their scopes, and the form."""
        words, now = dict(SCOPES), self.now()
        rows = [
            {
                "token": token,
                "scopes": [words.get(scope, scope) for scope in token.scopes],
                "is_over": token.expires_at is not None and token.expires_at <= now,
            }
            for token in tokens_of(self.request.user)  # type: ignore[arg-type]
        ]
        form = kwargs.pop("form", None) or TokenForm()
        return super().get_context_data(rows=rows, form=form, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make a token, and show its secret this once."""
        form = TokenForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        now = self.now()
        token, secret = create_token(
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            expires_at=form.expires_at(now),
            actor=request.user,  # type: ignore[arg-type]
            at=now,
        )
        # Wagtail lets no browser keep its pages: the secret is in none but this.
        return self.render_to_response(self.get_context_data(secret=secret, made=token))


class RevokeTokenView(DeskView):
    """Ends one of one's own tokens."""

    needs = ("hold", "token")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the list."""
        return redirect("desk_tokens")

    def post(self, request: HttpRequest, token: int) -> HttpResponse:
        """Revoke it. Raises Http404 for somebody else's."""
        found = get_object_or_404(Token, pk=token, user=request.user)
        revoke_token(token=found, actor=request.user, at=self.now())  # type: ignore[arg-type]
        self.tell(gettext("The token is revoked: whatever still uses it is refused."))
        return redirect("desk_tokens")


class _TokensItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        """Whether this person may hold tokens."""
        return may(request.user, "hold", "token")


def tokens_item() -> MenuItem:
    """The menu item of one's tokens."""
    return _TokensItem(
        _("API access"), reverse("desk_tokens"), name="desk_tokens", icon_name="key", order=950
    )


def urls() -> list[URLPattern]:
    """The addresses of tokens under the desk's."""
    return [
        path("tokens/", TokensView.as_view(), name="desk_tokens"),
        path("tokens/<int:token>/revoke/", RevokeTokenView.as_view(), name="desk_revoke_token"),
    ]
