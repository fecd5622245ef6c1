import { readDocument } from "./convert";
import type { WorkflowDocument } from "./types";

/** A small workflow for tests: start -> fetch -> check, whose two outputs lead to big and small. */
export function sample(): WorkflowDocument {
  return readDocument({
    tidegate: 1,
    name: "Orders",
    nodes: {
      start: { type: "trigger.manual" },
      fetch: { type: "http.request", params: { url: "http://shop.example/orders" } },
      check: { type: "flow.if", params: { condition: "{{ json.total > 100 }}" } },
      big: {
        type: "data.set",
        params: {
          fields: { id: "{{ node('fetch').item.json.id }}", list: ['{{ node("fetch") }}'] },
        },
      },
      small: { type: "flow.no_op" },
    },
    edges: ["start -> fetch", "fetch -> check", "check.true -> big", "check.false -> small"],
    layout: { start: [0, 0], fetch: [240, 0], check: [480, 0], big: [720, -80], small: [720, 80] },
  });
}
