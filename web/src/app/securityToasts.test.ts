import { beforeEach, expect, test } from "vitest";
import type { Schemas } from "@/api/client";
import type { Addition, Delta } from "@/live/frames";
import { useToasts } from "@/ui/toast";
import { sayOf, weightyOf } from "./securityToasts";

type Severity = Schemas["SecurityState"]["severity"];

const event = (type: string, severity: Severity, description = `${type} happened`): Addition => [
  1,
  "security",
  { execution_id: null, node: null, at: 1, type, severity, description },
];
const delta = (...ap: Delta["ap"] & object): Delta => ({ id: 1, t: "d", from: 1, seq: 9, ap });
const said = () => useToasts.getState().toasts.map(({ text }) => text);

beforeEach(() => useToasts.setState({ toasts: [] }));

test("events of high and critical severity are said, others are not", () => {
  const found = weightyOf(delta(event("A", "low"), event("B", "high"), event("C", "critical")));
  expect(found.map(({ type }) => type)).toEqual(["B", "C"]);
  expect(weightyOf({ id: 1, t: "d", from: 1, seq: 1 })).toEqual([]);
});

test("many of one kind are one notice with their number, which goes on counting", () => {
  const look = () => undefined;
  const many = Array.from({ length: 13 }, () => event("B", "high", "Blocked"));
  sayOf(weightyOf(delta(...many)), look);
  expect(said()).toEqual(["Security: Blocked (×13)"]);
  sayOf(weightyOf(delta(event("B", "high", "Blocked again"), event("C", "high", "Other"))), look);
  expect(said()).toEqual(["Security: Blocked again (×14)", "Security: Other"]);
});

test("a notice that was closed does not come back with what it had counted", () => {
  sayOf(weightyOf(delta(event("B", "high", "Blocked"))), () => undefined);
  const [first] = useToasts.getState().toasts;
  useToasts.getState().dismiss(first?.id ?? -1);
  sayOf(weightyOf(delta(event("B", "high", "Blocked"))), () => undefined);
  expect(said()).toEqual(["Security: Blocked"]);
});
