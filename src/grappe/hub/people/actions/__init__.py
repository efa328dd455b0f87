"""Writes on accounts: roles, invitations, the demonstration's log-ins."""

from grappe.hub.people.actions.roles import DESK_GROUPS, DemoLogin, create_demo_users, grant_role, revoke_role

__all__ = ["DESK_GROUPS", "DemoLogin", "create_demo_users", "grant_role", "revoke_role"]
