"""Background tasks: Django's own from 6.0, their backport before. The database keeps the queue."""

import django

if django.VERSION >= (6, 0):
    from django.tasks import task
else:
    from django_tasks import task  # type: ignore[no-redef]

__all__ = ["task"]
