import { expect, test } from "vitest";
import { edgeText } from "./convert";
import { movedEarlier, movedLater } from "./reorder";
import { sample } from "./testing";

test("a node runs after its follower: edges, ports and places change", () => {
  const before = sample();
  const after = movedLater(before, "fetch")?.(before);
  expect(after?.edges.map(edgeText)).toEqual([
    "start -> check",
    "check.true -> fetch",
    "fetch -> big",
    "check.false -> small",
  ]);
  expect(after?.layout.fetch).toEqual([480, 0]);
  expect(after?.layout.check).toEqual([240, 0]);
});

test("earlier is the way back", () => {
  const before = sample();
  const after = movedLater(before, "fetch")?.(before) ?? before;
  const back = movedEarlier(after, "fetch")?.(after);
  expect(back?.edges.map(edgeText)).toEqual(before.edges.map(edgeText));
  expect(back?.layout).toEqual(before.layout);
});

test.each([
  ["start", "a trigger comes first"],
  ["check", "two edges leave it"],
  ["big", "nothing follows"],
])("%s can't run later: %s", (id) => expect(movedLater(sample(), id)).toBeNull());

test("nothing runs before a trigger", () => expect(movedEarlier(sample(), "fetch")).toBeNull());
