"""Messages of allauth that Québec says otherwise than its French catalogue; ours comes first."""

from django.utils.translation import gettext_noop as _

SAID_OTHERWISE = (_("Username or email"),)
