import { describe, expect, test } from "vitest";
import { complete, expressionBefore, type Known, valueAt } from "./completion";

const known: Known = {
  roots: { json: { name: "Ada", tags: ["a"], address: { city: "London", "zip code": 1 } } },
  nodes: { fetch: [{ id: 7, rows: [{ x: 1 }] }], split: [] },
  functions: [
    { name: "len", signature: "len(value)", summary: "How many there are.", receiver: null },
    { name: "upper", signature: "upper()", summary: "In capitals.", receiver: "text" },
    { name: "count", signature: "count(value)", summary: "How often.", receiver: "list" },
  ],
  extraRoots: ["response"],
};

/** The completion at the `|` of a text. */
function at(marked: string) {
  const position = marked.indexOf("|");
  return complete(marked.replace("|", ""), position, known);
}

const labels = (marked: string) => at(marked)?.options.map((option) => option.label);

describe("where an expression is", () => {
  test("only between the braces", () => {
    expect(expressionBefore("a {{ json.", 10)).toBe(" json.");
    expect(expressionBefore("a {{ json }} b", 14)).toBeNull();
    expect(expressionBefore("plain", 5)).toBeNull();
    expect(expressionBefore("\\{{ json", 8)).toBeNull();
  });
});

describe("completion", () => {
  test("begins with roots and functions", () => {
    expect(labels("{{ |")).toEqual(expect.arrayContaining(["json", "node", "response", "len"]));
    expect(at("{{ js|")?.from).toBe(3);
    expect(labels("text | outside")).toBeUndefined();
  });

  test("offers the fields of the real item, with their values", () => {
    expect(labels("{{ json.|")).toEqual(["name", "tags", "address"]);
    expect(at("{{ json.na|")?.from).toBe(8);
    expect(at("{{ json.|")?.options[0]?.detail).toBe('"Ada"');
    expect(labels("{{ json.address.|")).toEqual(["city", "zip code"]);
  });

  test("writes names that are no identifiers with brackets", () => {
    expect(at("{{ json.address.|")?.options[1]?.insert).toBe('["zip code"]');
  });

  test("offers the methods of the value's kind", () => {
    expect(labels("{{ json.name.|")).toEqual(["upper"]);
    expect(labels("{{ json.tags.|")).toEqual(["count"]);
    expect(labels("{{ json.nothing.|")).toEqual([]);
  });

  test("knows other nodes and their results", () => {
    expect(labels('{{ node("|')).toEqual(["fetch", "split"]);
    expect(labels('{{ node("fetch").|')).toContain("first");
    expect(labels('{{ node("fetch").first.|')).toEqual(["id", "rows"]);
    expect(labels('{{ node("fetch").first.rows[0].|')).toEqual(["x"]);
  });
});

test("a path leads to its value", () => {
  expect(valueAt('json.address["zip code"]', known)).toBe(1);
  expect(valueAt("json.tags[0]", known)).toBe("a");
  expect(valueAt("json.tags[3].x", known)).toBeUndefined();
});
