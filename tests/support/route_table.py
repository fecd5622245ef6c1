"""Who may call each route and follow each topic of a server, and a good body for it. A new one needs
a row: tests/security/server goes through all of them.
"""

import json
import re

from api_people import PASSWORD, document

from tidegate.ids import new_id
from tidegate.services.identity.permissions import Action

A = Action
OPEN, SELF = "open", "self"
"""Whoever calls; whoever has signed in."""
INSTALLATION = "installation"

W, E, C, V = "workflow", "execution", "credential", "variable"

TABLE: dict[tuple[str, str], tuple] = {
    ("get", "/healthz"): (OPEN,),
    ("get", "/readyz"): (OPEN,),
    ("get", "/metrics"): (INSTALLATION, A.METRICS_READ),
    ("post", "/session"): (OPEN, {"email": "nobody@example.org", "password": "x"}),
    ("get", "/session"): (SELF,),
    ("delete", "/session"): (SELF,),
    ("get", "/session/ways"): (OPEN,),
    ("post", "/links/accept"): (OPEN, {"token": "x" * 40, "password": PASSWORD}),
    ("get", "/oidc/start"): (OPEN,),
    ("get", "/oidc/callback"): (OPEN,),
    ("post", "/password_resets"): (OPEN, {"email": "nobody@example.org"}),
    ("patch", "/account"): (SELF, {}),
    ("post", "/account/second_factor"): (SELF, {"password": "wrong"}),
    ("put", "/account/second_factor"): (SELF, {"code": "000000"}),
    ("post", "/account/second_factor/off"): (SELF, {"password": "wrong", "code": "000000"}),
    ("get", "/api_keys"): (SELF,),
    ("post", "/api_keys"): (SELF, {"name": "mine"}),
    ("delete", "/api_keys/{key_id}"): (SELF,),
    ("get", "/users"): (INSTALLATION, A.USERS_MANAGE),
    ("patch", "/users/{user_id}"): (INSTALLATION, A.USERS_MANAGE, {}),
    ("delete", "/users/{user_id}"): (INSTALLATION, A.USERS_MANAGE),
    ("delete", "/users/{user_id}/second_factor"): (INSTALLATION, A.USERS_MANAGE),
    ("post", "/users/{user_id}/password_reset"): (INSTALLATION, A.USERS_MANAGE, {}),
    ("post", "/invitations"): (INSTALLATION, A.USERS_MANAGE, {"email": "no address"}),
    ("get", "/projects"): (SELF,),
    ("post", "/projects"): (INSTALLATION, A.USERS_MANAGE, {"name": "foreign"}),
    ("delete", "/projects/{project_id}"): (INSTALLATION, A.USERS_MANAGE),
    ("get", "/projects/{project_id}/members"): (INSTALLATION, A.USERS_MANAGE),
    ("put", "/projects/{project_id}/members/{user_id}"): (
        *(INSTALLATION, A.USERS_MANAGE),
        {"role": "viewer"},
    ),
    ("delete", "/projects/{project_id}/members/{user_id}"): (INSTALLATION, A.USERS_MANAGE),
    ("get", "/variables"): (INSTALLATION, A.VARIABLES_READ),
    ("post", "/variables"): (V, A.VARIABLES_WRITE, {"name": "mine", "value": 1}),
    ("put", "/variables/{variable_id}"): (V, A.VARIABLES_WRITE, {"value": 2}),
    ("delete", "/variables/{variable_id}"): (V, A.VARIABLES_WRITE),
    ("get", "/workflows"): (SELF,),
    ("post", "/workflows"): (W, A.WORKFLOWS_WRITE, {"document": document("made")}),
    ("post", "/workflows/import"): (
        *(W, A.WORKFLOWS_WRITE),
        {"text": json.dumps(document("imported"))},
    ),
    ("post", "/workflows/validate"): (W, A.WORKFLOWS_READ, {"document": document("checked")}),
    ("get", "/workflow_groups"): (SELF,),
    ("get", "/workflows/{workflow_id}"): (W, A.WORKFLOWS_READ),
    ("patch", "/workflows/{workflow_id}"): (W, A.WORKFLOWS_WRITE, {"folder": "there"}),
    ("delete", "/workflows/{workflow_id}"): (W, A.WORKFLOWS_WRITE),
    ("put", "/workflows/{workflow_id}/pinned_data/{node}"): (
        *(W, A.WORKFLOWS_WRITE),
        {"items": [{"n": 1}]},
    ),
    ("delete", "/workflows/{workflow_id}/pinned_data/{node}"): (W, A.WORKFLOWS_WRITE),
    ("post", "/workflows/{workflow_id}/duplicate"): (W, A.WORKFLOWS_WRITE, {"name": "second"}),
    ("post", "/workflows/{workflow_id}/publish"): (W, A.WORKFLOWS_WRITE, {}),
    ("post", "/workflows/{workflow_id}/unpublish"): (W, A.WORKFLOWS_WRITE, {}),
    ("get", "/workflows/{workflow_id}/versions"): (W, A.WORKFLOWS_READ),
    ("get", "/workflows/{workflow_id}/versions/{version}"): (W, A.WORKFLOWS_READ),
    ("get", "/workflows/{workflow_id}/diff?before=draft"): (W, A.WORKFLOWS_READ),
    ("get", "/workflows/{workflow_id}/export"): (W, A.WORKFLOWS_READ),
    ("get", "/workflows/{workflow_id}/schedules"): (W, A.WORKFLOWS_READ),
    ("post", "/workflows/{workflow_id}/listen"): (W, A.EXECUTIONS_START, {}),
    ("delete", "/workflows/{workflow_id}/listen"): (W, A.EXECUTIONS_START),
    ("post", "/workflows/{workflow_id}/executions"): (
        *(W, A.EXECUTIONS_START),
        {"version": "draft"},
    ),
    ("get", "/executions"): (SELF,),
    ("get", "/executions/histogram"): (SELF,),
    ("get", "/executions/heaviest"): (SELF,),
    ("get", "/executions/durations?workflow_id={workflow_id}"): (SELF,),
    ("get", "/executions/export?id={execution_id}"): (E, A.EXECUTIONS_READ),
    ("get", "/analytics"): (SELF,),
    ("get", "/http_requests"): (SELF,),
    ("get", "/http_requests/summary"): (SELF,),
    ("get", "/executions/{execution_id}"): (E, A.EXECUTIONS_READ),
    ("delete", "/executions/{execution_id}"): (E, A.EXECUTIONS_MANAGE),
    ("post", "/executions/{execution_id}/cancel"): (E, A.EXECUTIONS_MANAGE, {}),
    ("post", "/executions/{execution_id}/repeat"): (E, A.EXECUTIONS_START, {"mode": "again"}),
    ("get", "/executions/{execution_id}/nodes/{node}/items"): (E, A.EXECUTIONS_READ),
    ("get", "/executions/{execution_id}/nodes/{node}/fields"): (E, A.EXECUTIONS_READ),
    ("get", "/executions/{execution_id}/nodes/{node}/file?index=0&field=data"): (
        E,
        A.EXECUTIONS_READ,
    ),
    ("get", "/executions/{execution_id}/logs"): (E, A.EXECUTIONS_READ),
    ("get", "/executions/{execution_id}/spans"): (E, A.EXECUTIONS_READ),
    ("get", "/executions/{execution_id}/moments"): (E, A.EXECUTIONS_READ),
    ("get", "/executions/{execution_id}/http_requests"): (E, A.EXECUTIONS_READ),
    ("get", "/executions/{execution_id}/http_requests/export?node=set"): (E, A.EXECUTIONS_READ),
    ("get", "/executions/{execution_id}/comparison?other={execution_id}"): (E, A.EXECUTIONS_READ),
    ("get", "/node_types"): (SELF,),
    ("get", "/node_types/{name}"): (SELF,),
    ("get", "/error_codes"): (SELF,),
    ("post", "/node_types/{name}/validate"): (SELF, {"params": {}}),
    ("post", "/expressions/preview"): (
        *(INSTALLATION, A.WORKFLOWS_WRITE),
        {"expression": "{{ 1 }}"},
    ),
    ("get", "/credential_types"): (INSTALLATION, A.CREDENTIALS_READ),
    ("get", "/credential_types/{name}"): (INSTALLATION, A.CREDENTIALS_READ),
    ("get", "/credentials"): (INSTALLATION, A.CREDENTIALS_READ),
    ("get", "/credentials/{name}"): (C, A.CREDENTIALS_READ),
    ("put", "/credentials/{name}"): (
        *(C, A.CREDENTIALS_WRITE),
        {"type": "bearer", "values": {"token": "another-token"}, "hosts": ["a.example.org"]},
    ),
    ("delete", "/credentials/{name}"): (C, A.CREDENTIALS_WRITE),
    ("post", "/credentials/{name}/test"): (C, A.CREDENTIALS_WRITE, {}),
    ("get", "/security_events/histogram"): (INSTALLATION, A.SECURITY_READ),
    ("get", "/security_events"): (INSTALLATION, A.SECURITY_READ),
    ("post", "/security_events/acknowledge"): (
        *(INSTALLATION, A.SECURITY_MANAGE),
        {"seqs": [1]},
    ),
    ("get", "/audit"): (INSTALLATION, A.SECURITY_READ),
    ("get", "/settings"): (INSTALLATION, A.SETTINGS_READ),
    ("get", "/stream/poll?wait=0&topic=exec:{execution_id}"): (E, A.EXECUTIONS_READ),
    ("get", "/language"): (SELF,),
    ("get", "/hosts"): (INSTALLATION, A.SECURITY_READ),
    ("post", "/node_types/from_curl"): (
        *(INSTALLATION, A.WORKFLOWS_WRITE),
        {"text": "curl https://api.example.org"},
    ),
    ("get", "/openapi.json"): (SELF,),
}
"""What each route needs, and a good body for it."""

ELSEWHERE = {("get", "/stream/events"): "the topics below; its answer does not end"}

MAY_HAVE_NONE = {
    ("get", "/executions/{execution_id}/nodes/{node}/file?index=0&field=data"),
    ("get", "/executions/{execution_id}/http_requests/export?node=set"),
    ("get", "/workflows/{workflow_id}/diff?before=draft"),
}
"""404 may mean that there is nothing to show of an object that is there."""

TOPIC_TABLE: dict[str, tuple] = {
    "exec": (E, A.EXECUTIONS_READ),
    "wf": (W, A.EXECUTIONS_READ),
    "presence": (W, A.WORKFLOWS_READ),
    "executions": (INSTALLATION, "everywhere"),
    "network": (INSTALLATION, "everywhere"),
    "security": (INSTALLATION, A.SECURITY_READ),
    "system": (SELF,),
}


def full(path: str) -> str:
    return path if path in ("/healthz", "/readyz", "/metrics") else f"/api/v1{path}"


def call(client, key, objects=None, **options):
    method, path = key
    ids = objects or {}
    if path.startswith("/credential_types/"):
        ids = {"name": "bearer"}
    url = re.sub(r"\{(\w+)\}", lambda match: ids.get(match[1]) or guess(match[1]), full(path))
    body = next((part for part in TABLE[key] if isinstance(part, dict)), None)
    if body is not None:
        options["json"] = body
    return client.request(method.upper(), url, headers={"if-match": "*"}, **options)


def guess(name: str) -> str:
    return {"name": "data.set", "node": "set", "version": "draft"}.get(name, new_id())
