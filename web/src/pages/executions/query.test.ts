import { expect, test } from "vitest";
import { readQuery } from "./query";

const NOTHING = { q: null, error: null, failed_node: null };

test("errors and nodes are taken out of what was typed", () => {
  expect(readQuery('error:"429" node:HTTP* nightly  sync')).toEqual({
    q: "nightly sync",
    error: "429",
    failed_node: "HTTP*",
  });
  expect(readQuery('ERROR:"no order here"')).toEqual({ ...NOTHING, error: "no order here" });
  expect(readQuery("error:timeout")).toEqual({ ...NOTHING, error: "timeout" });
  expect(readQuery("#812")).toEqual({ ...NOTHING, q: "#812" });
});

test("what is being typed does not filter yet, and no name of a node is searched for as text", () => {
  expect(readQuery("error:")).toEqual(NOTHING);
  expect(readQuery('error:"no ord')).toEqual({ ...NOTHING, error: "no ord" });
  expect(readQuery("node:")).toEqual(NOTHING);
  expect(readQuery("node:27")).toEqual({ ...NOTHING, q: "node:27" });
  expect(readQuery('node:"a b"')).toEqual({ ...NOTHING, q: 'node:"a b"' });
});
