import { expect, test } from "vitest";
import { pathText } from "../expression/paths";
import { cellText, columnsOf } from "./items";
import { shapeOf } from "./SchemaTree";

test("the shape of items names fields, types and how often they are there", () => {
  const [id, name, rows] = shapeOf([
    { id: 1, name: "Ada", rows: [{ x: 1 }, { x: null }] },
    { id: "2", rows: [] },
  ]);
  expect(id).toMatchObject({ keys: ["id"], types: ["number", "text"], present: 2, example: 1 });
  expect(name).toMatchObject({ types: ["text"], present: 1 });
  expect(rows?.fields[0]).toMatchObject({ keys: ["rows", 0, "x"], types: ["null", "number"] });
});

test("deep and wide items end somewhere", () => {
  let deep: { [name: string]: unknown } = {};
  for (let depth = 0; depth < 100; depth++) deep = { inner: deep };
  const wide = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`f${index}`, 1]));
  let levels = 0;
  for (let fields = shapeOf([deep as never]); fields[0]; fields = fields[0].fields) levels++;
  expect(levels).toBe(7);
  expect(shapeOf([wide]).length).toBe(300);
  expect(columnsOf([{ json: wide }]).length).toBe(60);
});

test("cells are one line and not too long", () => {
  expect(cellText({ a: [1, 2] })).toBe('{"a":[1,2]}');
  expect(cellText("x".repeat(500)).length).toBe(201);
  expect(cellText(undefined)).toBe("");
});

test("paths are written as expressions read them", () => {
  expect(pathText("json", ["a", "b c", 0, "d"])).toBe('json.a["b c"][0].d');
});
