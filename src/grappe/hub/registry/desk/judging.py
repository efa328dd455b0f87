"""Judgements at the desk: one organisation or two, and what they are to one another."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext

from grappe.hub.registry import search
from grappe.hub.registry.access import may_do
from grappe.hub.registry.actions.judgements import (
    NotObeyed,
    NotOurs,
    merge_organisations,
    relate_organisations,
    retract_judgement,
    split_records,
)
from grappe.hub.registry.desk.shell import OrganisationView
from grappe.hub.registry.forms import JudgementForm, ReasonForm
from grappe.hub.registry.index import IndexMissing
from grappe.hub.registry.models import Judgement, Organisation
from grappe.hub.registry.queries import organisations_in_order, visible_organisations
from grappe.hub.registry.wording import name_of, relation_labels

_MOST_FOUND = 10


class JudgeView(OrganisationView):
    """Finds the other organisation, shows both side by side, and stores what one is to the other."""

    needs = ("judge", "organisation")
    template_name = "hub/desk/judge.html"

    def get_page_title(self) -> str:
        """What is done here."""
        return gettext("Merge or relate")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The other organisation, or those that may be meant."""
        other = self._other()
        words = self.request.GET.get("q", "").replace("\x00", "")[:200]
        context: dict[str, Any] = {"organisation": self.organisation, "other": other, "words": words}
        if other is None:
            context["found"] = self._found(words or name_of(self.organisation))
        else:
            relations = relation_labels()
            form = kwargs.pop("form", None) or JudgementForm(relations=relations)
            pair = [self.organisation, other]
            context |= {"form": form, "pair": [(each, each.records.count()) for each in pair]}
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest, canonical_id: str) -> HttpResponse:
        """Store the judgement and apply it; said when another judgement forbids it."""
        other = self._other()
        form = JudgementForm(request.POST, relations=relation_labels())
        if other is None or not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        relation, why = form.cleaned_data["relation"], form.cleaned_data["why"]
        try:
            kept = self._judge(other, relation, why)
        except NotObeyed as refusal:
            who = ", ".join(sorted({each.who for each in refusal.judgements}))
            form.add_error(None, gettext("They were judged different by %s: take that back first.") % who)
            return self.render_to_response(self.get_context_data(form=form), status=409)
        self.tell(gettext("It is judged; the history undoes it."))
        return redirect("desk_organisation", kept.pk)

    def _judge(self, other: Organisation, relation: str, why: str) -> Organisation:
        said = {"why": why, "actor": self.request.user, "at": self.now()}
        if relation == "same_as":
            return merge_organisations(first=self.organisation, second=other, **said)  # type: ignore[arg-type]
        relate_organisations(left=self.organisation, right=other, relation=relation, **said)  # type: ignore[arg-type]
        return self.organisation

    def _other(self) -> Organisation | None:
        key = self.request.GET.get("other", "")[:16]
        found = visible_organisations(self.request.user).filter(pk=key).exclude(pk=self.organisation.pk)
        return found.first() if key else None

    def _found(self, words: str) -> list[Organisation]:
        """The nearest by *words*; by the longest word that finds any, when all of them find none."""
        by_length = sorted(words.split(), key=len, reverse=True)
        for tried in (words, *by_length):
            if found := self._nearest(tried):
                return found
        return []

    def _nearest(self, words: str) -> list[Organisation]:
        try:
            ids = search.find_organisations(words, {}, limit=_MOST_FOUND + 1).ids
        except IndexMissing:
            return []
        found = organisations_in_order(self.request.user, ids)
        return [each for each in found if each != self.organisation][:_MOST_FOUND]


class SplitView(OrganisationView):
    """Takes a record out of an organisation that it is not."""

    needs = ("judge", "organisation")
    template_name = "hub/desk/split.html"

    def get_page_title(self) -> str:
        """What is done here."""
        return gettext("Take a record out")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The record and the reason asked."""
        record = get_object_or_404(self.organisation.records, pk=self.kwargs["entity"])
        context: dict[str, Any] = {"organisation": self.organisation, "record": record}
        context["form"] = kwargs.pop("form", None) or ReasonForm()
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest, canonical_id: str, entity: str) -> HttpResponse:
        """Store the judgement and apply it."""
        record = get_object_or_404(self.organisation.records, pk=entity)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        if not may_do(request.user, "judge", self.organisation) or self.organisation.records.count() < 2:
            self.warn(gettext("This record cannot be taken out by you, or is the only one."))
            return self.back()
        split_records(
            organisation=self.organisation,
            entity=record.entity,
            why=form.cleaned_data["why"],
            actor=request.user,  # type: ignore[arg-type]
            at=self.now(),
        )
        self.tell(gettext("The record is an organisation of its own; the history undoes it."))
        record.refresh_from_db()
        return redirect("desk_organisation", record.organisation_id or self.organisation.pk)


class RetractJudgementView(OrganisationView):
    """Takes a judgement back: what it had merged or split is as before."""

    needs = ("judge", "organisation")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the organisation."""
        return self.back()

    def post(self, request: HttpRequest, canonical_id: str, judgement: str) -> HttpResponse:
        """Take it back."""
        found = get_object_or_404(Judgement, pk=judgement, retracted_at="")
        try:
            retract_judgement(judgement=found, actor=request.user, at=self.now())  # type: ignore[arg-type]
        except NotOurs:
            self.warn(gettext("This judgement comes with the workspace: it is taken back there."))
        else:
            self.tell(gettext("The judgement is taken back; the history brings it back."))
        return self.back()
