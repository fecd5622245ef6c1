import { expect, test } from "vitest";
import { dataFields, initialData, missingIn } from "./data";

const form = {
  type: "trigger.form",
  params: {
    form_schema: {
      type: "object",
      required: ["name", "agreed"],
      properties: {
        name: { type: "string", title: "Your name" },
        why: { type: "string", format: "multiline" },
        paper: { type: "string", format: "binary", description: "A scan." },
        days: { type: "integer", default: 3 },
        agreed: { type: "boolean" },
      },
    },
  },
};

test("the fields of a form trigger are those of its page", () => {
  const fields = dataFields(form) ?? [];
  expect(fields.map(({ name, kind }) => [name, kind])).toEqual([
    ["name", "text"],
    ["why", "multiline"],
    ["paper", "text"],
    ["days", "integer"],
    ["agreed", "boolean"],
  ]);
  expect(fields[2]?.help).toMatch(/^A scan\. The page takes a file here/);
  expect(fields.some(({ takesExpressions }) => takesExpressions)).toBe(false);
});

test("it begins with what the page would give, and says what is missing", () => {
  const begin = initialData(form);
  expect(begin).toEqual({ days: 3, agreed: false });
  expect(missingIn(dataFields(form) ?? [], begin)).toEqual(["Your name"]);
  expect(missingIn(dataFields(form) ?? [], { name: "Ada", agreed: true })).toEqual([]);
});

test("default data stands for the defaults of the schema", () => {
  const data_validation = { properties: { n: { type: "integer", default: 1 } } };
  const node = { type: "trigger.manual", params: { data_validation, default_data: { n: 2 } } };
  expect(initialData(node)).toEqual({ n: 2 });
  expect(
    initialData({ type: "trigger.manual", params: { default_data: { n: 2 } } }),
  ).toBeUndefined();
  expect(dataFields({ type: "trigger.webhook" })).toBeNull();
});
