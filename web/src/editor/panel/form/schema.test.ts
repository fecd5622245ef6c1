import { describe, expect, test } from "vitest";
import { fieldsOf, isShown, newElement, type Schema } from "./schema";

const schema: Schema = {
  type: "object",
  required: ["url", "keys"],
  $defs: {
    Key: {
      type: "object",
      required: ["field"],
      properties: {
        field: { type: "string", title: "Field" },
        order: { enum: ["ascending", "descending"], default: "ascending", type: "string" },
      },
    },
    Options: { type: "object", properties: { comma: { type: "string", default: "," } } },
  },
  properties: {
    url: { type: "string", "x-ui": { label: "URL", placeholder: "https://…" } },
    method: { type: "string", enum: ["GET", "POST"], default: "GET" },
    body: { "x-ui": { widget: "json", show_when: { method: ["POST", "PUT"] } } },
    limit: { anyOf: [{ type: "integer", minimum: 1 }, { type: "null" }], default: null },
    amount: { anyOf: [{ type: "integer" }, { type: "number" }], minimum: 0, maximum: 365 },
    tags: { type: "array", items: { type: "string" } },
    statuses: { type: "array", items: { anyOf: [{ type: "integer" }, { type: "string" }] } },
    keys: { type: "array", items: { $ref: "#/$defs/Key" } },
    options: { $ref: "#/$defs/Options" },
    query: {
      anyOf: [{ type: "object" }, { type: "array", items: {} }],
      "x-ui": { widget: "key_value" },
    },
    mode: { type: "string", "x-ui": { expressions: false } },
    anything: {},
  },
};
const fields = fieldsOf(schema);
const field = (name: string) => {
  const found = fields.find((one) => one.name === name);
  if (!found) throw new Error(`no field ${name}`);
  return found;
};

describe("fields of a schema", () => {
  test("each has the kind that fits its type", () => {
    expect(Object.fromEntries(fields.map((one) => [one.name, one.kind]))).toEqual({
      url: "text",
      method: "choice",
      body: "json",
      limit: "integer",
      amount: "number",
      tags: "texts",
      statuses: "texts",
      keys: "list",
      options: "object",
      query: "key_value",
      mode: "text",
      anything: "any",
    });
  });

  test("labels, needs and limits come from the node type", () => {
    expect(field("url")).toMatchObject({ label: "URL", isRequired: true, takesExpressions: true });
    expect(field("limit")).toMatchObject({ isNullable: true, isRequired: false });
    expect(field("limit").schema.minimum).toBe(1);
    expect(field("amount").schema).toMatchObject({ minimum: 0, maximum: 365 });
    expect(field("mode").takesExpressions).toBe(false);
    expect(field("method").choices).toEqual(["GET", "POST"]);
  });

  test("elements of lists have fields of their own", () => {
    expect(field("keys").fields.map((one) => one.name)).toEqual(["field", "order"]);
    expect(newElement(field("keys").fields)).toEqual({ field: "" });
    expect(field("options").fields[0]?.schema.default).toBe(",");
  });
});

describe("whether a field is shown", () => {
  const body = field("body");

  test("depends on the values beside it", () => {
    expect(isShown(body, { method: "POST" }, fields)).toBe(true);
    expect(isShown(body, { method: "GET" }, fields)).toBe(false);
  });

  test("a missing value counts as its default", () => {
    expect(isShown(body, {}, fields)).toBe(false);
  });

  test("an expression may become anything", () => {
    expect(isShown(body, { method: "{{ json.method }}" }, fields)).toBe(true);
  });
});
