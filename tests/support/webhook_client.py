"""Publishes workflows on a test server, and calls their webhooks as strangers do."""

import httpx


def hook(name, params, nodes=None, edges=(), **fields):
    """A workflow that begins with a webhook."""
    trigger = {"type": "trigger.webhook", "params": params}
    if "credential" in fields:
        trigger["credential"] = fields.pop("credential")
    return {
        "tidegate": 1,
        "name": name,
        "nodes": {"hook": trigger, **(nodes or {})},
        "edges": list(edges),
        **fields,
    }


class Publisher:
    """Creates and publishes workflows as ``owner``; gives their ids."""

    def __init__(self, owner: httpx.Client) -> None:
        self.owner = owner

    def create(self, document) -> str:
        made = self.owner.post("/api/v1/workflows", json={"document": document})
        assert made.status_code == 201, made.text
        return made.json()["id"]

    def try_to_publish(self, workflow_id: str) -> httpx.Response:
        return self.owner.post(
            f"/api/v1/workflows/{workflow_id}/publish", headers={"if-match": "*"}, json={}
        )

    def __call__(self, document) -> str:
        workflow_id = self.create(document)
        answer = self.try_to_publish(workflow_id)
        assert answer.status_code == 200, answer.text
        return workflow_id

    def executions(self, workflow_id: str) -> list:
        answer = self.owner.get("/api/v1/executions", params={"workflow_id": workflow_id})
        return answer.json()["executions"]

    def items(self, execution_id: str, node: str) -> list:
        answer = self.owner.get(f"/api/v1/executions/{execution_id}/nodes/{node}/items")
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]
