import { expect, test } from "vitest";
import { pathText } from "../expression/paths";
import { columnsIn } from "./fields";
import { cellText, columnsOf } from "./items";
import { shapeOf } from "./SchemaTree";
import { shapeOfFields } from "./storedItems";

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

test("what the server found in a long output is the same tree", () => {
  const field = (keys: (string | number)[], type: string, example: unknown = null) => ({
    path: "",
    keys,
    types: { [type]: 3, null: 1 },
    present: 4,
    example,
  });
  const fields = [
    field(["id"], "integer", 1),
    field(["rows"], "array"),
    field(["rows", 0], "object"),
    field(["rows", 0, "x.y"], "string", "a"),
    field(["tags"], "array"),
    field(["tags", 0], "string", "new"),
  ];
  const shape = shapeOfFields(fields);
  const [id, rows, tags] = shape;
  expect(id).toMatchObject({ keys: ["id"], types: ["null", "number"], present: 4, example: 1 });
  expect(rows?.fields).toMatchObject([{ keys: ["rows", 0, "x.y"], types: ["null", "text"] }]);
  expect(tags).toMatchObject({ types: ["list", "null"], example: "new", fields: [] });
  const first = { items: [{ index: 0, json: { late: 1 } }], total: 900, found: 900 };
  expect(columnsIn({ shape, looked: 900 }, first)).toEqual(["id", "rows", "tags", "late"]);
});

test("cells are one line and not too long", () => {
  expect(cellText({ a: [1, 2] })).toBe('{"a":[1,2]}');
  expect(cellText("x".repeat(500)).length).toBe(201);
  expect(cellText(undefined)).toBe("");
});

test("paths are written as expressions read them", () => {
  expect(pathText("json", ["a", "b c", 0, "d"])).toBe('json.a["b c"][0].d');
});
