"""What pages of ours share when they are served: who may enter, and what is kept out.

The form for side effects (`tolerogen.safety.web`) and the workbench (`tolerogen.workbench`) are
two applications with one set of rules. On this machine alone (127.0.0.1) nobody has to prove who
they are; anywhere else everybody needs a token with a role (`tokens`). A session remembers who
entered, and the secret that every form must bring back (`sessions`). The guard refuses what is too
large or was sent from another page, and gives every answer its headers (`guard`).
"""

from __future__ import annotations

from tolerogen.serving.tokens import (
    ROLES,
    Person,
    Tokens,
    check_serving,
    new_token,
    read_tokens,
)

__all__ = ["ROLES", "Person", "Tokens", "check_serving", "new_token", "read_tokens"]
