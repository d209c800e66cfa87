"""The views of setting up and of rules that are looked at, by the names of their pictures."""

from __future__ import annotations

import re

VIEWS = {
    "setup": "/setup",
    "setup-list": "/setup/lists/zones",
    "setup-object": "/setup/lists/people/enno",
    "setup-import": "/setup/import",
    "setup-users": "/setup/users",
    "setup-keys": "/setup/keys",
    "setup-account": "/setup/account",
    "setup-webhooks": "/setup/webhooks",
    "setup-webhook": "/setup/webhooks",
    "setup-hooks": "/setup/hooks",
    "setup-placements": "/setup/placements",
    "setup-placement": "/setup/placements?subject=gw1-t3",
    "setup-mappings": "/setup/mappings",
    "setup-mapping": "/setup/mappings/+?from=tasmota",
    "setup-policies": "/setup/policies",
    "setup-loggers": "/setup/logger-files",
    "rules": "/rules",
    "rules-profile": "/rules/tender",
    "rules-edit": "/rules/tender",
    "rules-catalogue": "/rules?tab=catalogue",
    "rules-proposals": "/rules?tab=proposals",
}
OPENED = {
    "setup-webhook": re.compile("^(Change|修改)$"),
    "setup-placement": re.compile("^(Place|登记位置)$"),
    "rules-edit": re.compile("^(Change limits|修改限值)$"),
}
"""What is pressed there first."""
