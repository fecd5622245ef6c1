import { describe, expect, it } from "vitest";
import { fieldsOf, pairsOf, valuesOf } from "./values";

const SCHEMA = {
  type: "object",
  required: ["token_url", "client_secret"],
  properties: {
    token_url: { type: "string", title: "Token Url", maxLength: 4096 },
    client_secret: { type: "string", title: "Client Secret", secret: true },
    key: { type: "string", title: "Key", secret: true, maxLength: 262144 },
    authentication: { type: "string", enum: ["header", "body"], default: "header" },
    headers: { type: "object", secret: true, default: {} },
  },
};

describe("a credential's form", () => {
  const fields = fieldsOf(SCHEMA);

  it("has a field for each value", () => {
    expect(fields.map((field) => [field.label, field.kind])).toEqual([
      ["Token URL", "text"],
      ["Client secret", "secret"],
      ["Key", "long"],
      ["authentication", "choice"],
      ["headers", "pairs"],
    ]);
    expect(fields.filter((field) => field.isRequired)).toHaveLength(2);
  });

  it("sends what was typed, and defaults, and nothing that was left empty", () => {
    const typed = { token_url: "https://a", client_secret: "hush", headers: "X-A: 1\nX-B: a:b" };
    expect(valuesOf(fields, typed)).toEqual({
      token_url: "https://a",
      client_secret: "hush",
      authentication: "header",
      headers: { "X-A": "1", "X-B": "a:b" },
    });
  });
});

it("reads lines of pairs", () => {
  expect(pairsOf("a: 1\n\nno pair\n b :2")).toEqual({ a: "1", b: "2" });
});
