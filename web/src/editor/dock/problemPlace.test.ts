import { expect, it } from "vitest";
import type { ProblemPlace } from "@/api/problem";
import { EMPTY } from "@/editor/document";
import { CREDENTIAL } from "@/editor/panel/focusField";
import { solvedAt } from "./problemPlace";

const document = {
  ...EMPTY,
  nodes: { get: { type: "http.request" } },
  edges: [{ source: "gone", output: "main", target: "get", input: "main" }],
};
const problem = (more: Partial<ProblemPlace>): ProblemPlace => ({
  message: "wrong",
  code: "INVALID_PARAMETER",
  ...more,
});
const at = (more: Partial<ProblemPlace>) => solvedAt(problem(more), document);
const params = { at: "node", node: "get", tab: "params" };

it("leads to the field of a node, however deep", () => {
  expect(at({ node: "get", parameter: "headers.0.name" })).toEqual({
    ...params,
    field: "headers.0.name",
  });
  expect(at({ node: "get", parameter: "settings.retry.max_retries" })).toEqual({
    at: "node",
    node: "get",
    tab: "settings",
    field: "retry.max_retries",
  });
  expect(at({ node: "get" })).toEqual({ ...params, field: "" });
});

it("leads to the credential, whose place the code tells", () => {
  expect(at({ node: "get", code: "UNKNOWN_CREDENTIAL" })).toEqual({ ...params, field: CREDENTIAL });
});

it("leads to the node at the other end of an edge to nowhere", () => {
  expect(at({ node: "gone", code: "UNKNOWN_NODE" })).toEqual({ ...params, field: "" });
});

it("leads to the workflow, or to the triggers, where no node is at fault", () => {
  expect(at({ parameter: "settings.timeout" })).toEqual({ at: "workflow", field: "timeout" });
  expect(at({})).toEqual({ at: "workflow", field: "" });
  expect(at({ code: "NO_TRIGGER" })).toEqual({ at: "trigger" });
});
