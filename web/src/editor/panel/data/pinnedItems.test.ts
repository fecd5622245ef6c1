import { expect, test } from "vitest";
import type { JsonObject } from "../form/schema";
import type { ItemView } from "./items";
import { pinnedItems } from "./pinnedItems";

const ITEMS: JsonObject[] = [
  { name: "Grace", n: 10 },
  { name: "Ada", n: 9, city: "Bath" },
  { name: "Édouard", n: null },
  { name: "Alan", n: "x", city: "bath" },
  { name: "Edsger", n: true },
  { name: "Zoe", n: [1] },
  { name: "Bo" },
];

async function read(view: Partial<ItemView>, offset = 0, limit = 100) {
  const source = pinnedItems("people", "main", ITEMS);
  const { signal } = new AbortController();
  const { items, ...counts } = await source.window(
    { q: "", sort: "", ...view },
    offset,
    limit,
    signal,
  );
  return { ...counts, indices: items.map(({ index }) => index) };
}

test("they are read in windows, each with its place", async () => {
  expect(await read({}, 2, 3)).toEqual({ total: 7, found: 7, indices: [2, 3, 4] });
  expect(await read({}, 6, 3)).toEqual({ total: 7, found: 7, indices: [6] });
});

test("a text is found in names and values, in capitals or not", async () => {
  expect(await read({ q: "BATH" })).toEqual({ total: 7, found: 2, indices: [1, 3] });
  expect(await read({ q: "édouard" })).toMatchObject({ indices: [2] });
  expect(await read({ q: '"city":' })).toMatchObject({ found: 2 });
});

test("values of any type have one order: none, numbers, texts, all else", async () => {
  expect((await read({ sort: "n" })).indices).toEqual([2, 6, 4, 1, 0, 3, 5]);
  expect((await read({ sort: "-n" })).indices).toEqual([5, 3, 0, 1, 4, 2, 6]);
  expect(await read({ q: "bath", sort: "-name" })).toMatchObject({ found: 2, indices: [3, 1] });
});

test("the same items pinned anew are others", () => {
  expect(pinnedItems("a", "main", ITEMS).key).not.toEqual(pinnedItems("a", "main", ITEMS).key);
});
