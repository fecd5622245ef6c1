import { describe, expect, it } from "vitest";
import { ask } from "./client";
import { ApiProblem } from "./problem";

describe("ask", () => {
  it("gives the value of a success", async () => {
    const answer = { data: { name: "a" }, response: new Response("{}", { status: 200 }) };
    expect(await ask(Promise.resolve(answer))).toEqual({ name: "a" });
  });

  it("throws the problem that the server tells", async () => {
    const problem = { code: "NOT_FOUND", detail: "no workflow has this id", problems: [], id: "7" };
    const answer = { error: problem, response: new Response("{}", { status: 404 }) };
    const caught = await ask(Promise.resolve(answer)).catch((error: unknown) => error);
    expect(caught).toBeInstanceOf(ApiProblem);
    expect(caught).toMatchObject({ status: 404, code: "NOT_FOUND", more: { id: "7" } });
  });

  it("explains an answer of a proxy that is no problem of ours", async () => {
    const answer = { error: "<html>", response: new Response("", { status: 502 }) };
    await expect(ask(Promise.resolve(answer))).rejects.toThrow(/status 502/);
  });

  it("says that the server does not answer", async () => {
    await expect(ask(Promise.reject(new TypeError("fetch failed")))).rejects.toMatchObject({
      status: 0,
      code: "UNREACHABLE",
    });
  });
});
