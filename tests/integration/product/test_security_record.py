"""What a person finds afterwards: who opened a credential, changed the policy, made a key."""

import json

SECRET = "s3cr3t-value-of-the-crm"
WORKFLOW = """
tidegate: 1
name: signed
nodes:
  start: {type: trigger.manual}
  call:
    type: http.request
    credential: crm
    params: {method: POST, url: "http://ADDRESS/", body: {a: 1}}
edges: [start -> call]
"""


def test_the_record_of_a_credential(start, write, counting_server, query):
    address = counting_server.address

    def done(*arguments, code=0):
        command = start(*arguments, "--json")
        assert command.wait() == code, command.text()
        return json.loads(command.stdout())

    values = write("values.json", json.dumps({"token": SECRET}))
    options = ("--type", "bearer", "--host", address, "--allow-plain-http", "--data", f"@{values}")
    done("credentials", "set", "crm", *options)
    file = write("signed.yaml", WORKFLOW.replace("ADDRESS", address))
    ran = done("run", file, "--allow", address)
    done("run", file, "--allow", address)
    done("run", file, code=1)  # without the rule: another policy, and the gate refuses
    done("vault", "rotate")
    done("credentials", "delete", "crm")

    entries = done("audit", "list", "--limit", "100")["entries"]
    actions = [entry["action"] for entry in reversed(entries)]
    assert actions == [
        *("key.create", "credential.create"),
        *("policy.change", "credential.read", "credential.read"),
        *("policy.change", "credential.read"),
        *("key.rotate", "credential.delete"),
    ]
    read = next(entry for entry in entries[::-1] if entry["action"] == "credential.read")
    assert read["subject"] == "crm"
    assert read["details"]["execution"] == ran["execution_id"]
    changes = [entry for entry in entries if entry["action"] == "policy.change"]
    assert [entry["details"]["egress.allow"] for entry in changes] == [[], [address]]
    assert done("audit", "verify")["valid"] is True

    def events(*filters):
        found = done("security", "events", "--limit", "100", *filters)["events"]
        return [event["event_type"] for event in found]

    assert set(events()) >= {"KEY_CREATED", "KEY_ROTATED", "POLICY_CHANGE", "CREDENTIAL_READ"}
    assert events("--severity", "high") == ["INTERNAL_NETWORK"]
    assert events("--execution", str(ran["number"])) == ["CREDENTIAL_READ"]
    assert events("--node", "call", "--since", "1h") == ["INTERNAL_NETWORK"]
    assert events("--until", "1h") == []
    assert events("--type", "POLICY_CHANGE") == ["POLICY_CHANGE"] * 2
    for table in ("audit_log", "security_events"):
        assert SECRET not in repr([vars(row) for row in query(f"SELECT * FROM {table}")])
