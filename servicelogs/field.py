"""Logging and finishing on the technician's phone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core.errors import RuleError
from core.http import add_rule_error
from core.submissions import made_before, once
from servicelogs import actions
from servicelogs.forms import FinishForm, LogForm, Result, opening_values
from tickets.models import Ticket


def job_for(request: HttpRequest, pk: int) -> Ticket:
    """The job, only if it is one's own; else 404."""
    rows = Ticket.objects.visible_to(request.user).mine(request.user).with_row()
    return get_object_or_404(rows, pk=pk)


def is_visit(job: Ticket) -> bool:
    """Whether somebody drives there."""
    return bool(job.booking_id or (job.category and job.category.is_onsite))


def field_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Log work and go on with the job."""
    job = job_for(request, pk)
    if made_before(request) is not None:
        return redirect("tickets:field_job", pk=pk)
    form = LogForm(initial=opening_values(started_at=job.started_at, is_onsite=is_visit(job)))
    if request.method == "POST":
        form = LogForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                once(
                    form.submission,
                    lambda: actions.log_work(job, actor=request.user, **form.work),
                    actor=request.user,
                )
            except RuleError as error:
                add_rule_error(form, error)
            else:
                messages.success(request, _("Work logged."))
                return redirect("tickets:field_job", pk=pk)
    return _show(request, "servicelogs/field_create.html", job, form)


def field_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Log the work and resolve, in one go; or leave the job with the reason."""
    job = job_for(request, pk)
    if made_before(request) is not None:
        return redirect("tickets:field_today")
    if not job.is_live:
        messages.warning(request, _("This job is already done."))
        return redirect("tickets:field_job", pk=pk)
    start = opening_values(started_at=job.started_at, is_onsite=is_visit(job))
    form = FinishForm(initial=start, job=job)
    if request.method == "POST":
        form = FinishForm(request.POST, request.FILES, job=job)
        if form.is_valid():
            try:
                _finish(job, form, request)
            except RuleError as error:
                add_rule_error(form, error)
            else:
                return redirect("tickets:field_today")
    return _show(request, "servicelogs/field_finish.html", job, form)


def _finish(job: Ticket, form: FinishForm, request: HttpRequest) -> None:
    result = Result(form.cleaned_data["result"])
    if result == Result.FIXED:
        once(
            form.submission,
            lambda: actions.finish_job(
                job,
                form.cleaned_data["resolution"],
                actor=request.user,
                custom=form.custom_values,
                **form.work,
            ),
            actor=request.user,
        )
        words = {"job": job.reference}
        messages.success(request, _("%(job)s is done. The customer is told.") % words)
    else:
        once(
            form.submission,
            lambda: actions.leave_job(job, str(result.label), actor=request.user, **form.work),
            actor=request.user,
        )
        messages.success(request, _("Logged. The desk reads why the job goes on."))


def _show(request: HttpRequest, template: str, job: Ticket, form: LogForm) -> HttpResponse:
    context = {"job": job, "form": form}
    return render(request, template, context, status=422 if form.errors else 200)
