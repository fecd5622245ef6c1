import { expect, test } from "vitest";
import { stateText } from "./stateText";

test("a node that has ended says how many attempts it took, if it was more than one", () => {
  const done = { status: "succeeded", items_out: 1, ms: 12 } as const;
  expect(stateText({ ...done, attempt: 1 }, "")).toBe("1 item · 12 ms");
  expect(stateText({ ...done, attempt: 3 }, "")).toBe("1 item · 12 ms · 3 attempts");
  const error = { message: "HTTP 503" };
  expect(stateText({ status: "failed", attempt: 2, error }, "")).toBe("2 attempts · HTTP 503");
});

test("a result that is not of this execution is no time that it took", () => {
  const reused = { status: "succeeded", items_out: 2, ms: 12, attempt: 3 } as const;
  expect(stateText({ ...reused, cached: "execution" }, "")).toBe("2 items · reused");
  expect(stateText({ ...reused, cached: "pinned" }, "")).toBe("2 items · pinned");
});
