"""Messages of allauth that Québec says otherwise than its French catalogue; ours comes first.

Those of logging in and out, of passwords and of addresses: « courriel », never « e-mail »; « session ».
"""

from django.utils.translation import gettext_noop as _

SAID_OTHERWISE = (
    # The names of fields.
    _("Username or email"),
    _("Email"),
    _("Email address"),
    _("Login"),
    # What a form refuses.
    _("The email address and/or password you specified are not correct."),
    _("The username and/or password you specified are not correct."),
    _("The email address is not assigned to any user account."),
    _("Invalid login."),
    _("Too many failed login attempts. Try again later."),
    _("A user is already registered with this email address."),
    _("This email address is already associated with this account."),
    _("You must type the same email each time."),
    _("You cannot remove your primary email address."),
    _("Your primary email address must be verified."),
    _("You cannot add more than %d email addresses."),
    # The pages.
    _("Sign In"),
    _("Sign Out"),
    _("Are you sure you want to sign out?"),
    _("Password Reset"),
    _(
        "Forgotten your password? Enter your email address below, and we'll send you an email allowing you to reset it."  # noqa: E501
    ),
    _("Please contact us if you have any trouble resetting your password."),
    _(
        "We have sent you an email. If you have not received it please check your spam folder. Otherwise contact us if you do not receive it in a few minutes."  # noqa: E501
    ),
    _("Bad Token"),
    # What follows.
    _("Successfully signed in as %(name)s."),
    _("You have signed out."),
    # The messages sent.
    _("Hello from %(site_name)s!"),
    _("Thank you for using %(site_name)s!\n%(site_domain)s"),
    _("Password Reset Email"),
    _(
        "You're receiving this email because you or someone else has requested a password reset for your user account.\nIt can be safely ignored if you did not request a password reset. Click the link below to reset your password."  # noqa: E501
    ),
    _("In case you forgot, your username is %(username)s."),
    _(
        "You are receiving this email because you, or someone else, tried to access an account with email %(email)s. However, we do not have any record of such an account in our database."  # noqa: E501
    ),
    _("This mail can be safely ignored if you did not initiate this action."),
    _("You are receiving this mail because the following change was made to your account:"),
)
