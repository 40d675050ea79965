"""Who works at the local desk: one agent and one lead, with passwords that are made up once on each machine."""

import secrets
from pathlib import Path

from infra.local.deployment import Handles
from infra.local.secrets import local_secrets

PEOPLE = {"marta": "agents", "lena": "leads"}
"""By name, the group that each is in."""


def seed_people(handles: Handles, file: Path) -> dict[str, str]:
    """Let them in, as whoever looks after Nightbell would; returns their passwords."""
    passwords = local_secrets(file, {"desk": dict.fromkeys(PEOPLE, _make_up)})["desk"]
    users, pool = handles.client("cognito-idp"), handles.outputs["DeskPoolId"]
    for name, group in PEOPLE.items():
        users.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
        users.admin_set_user_password(UserPoolId=pool, Username=name, Password=passwords[name], Permanent=True)
        users.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=group)
    return passwords


def _make_up() -> str:
    return secrets.token_urlsafe(12)
