import createClient from "openapi-fetch";
import { BASE } from "./base";
import { ApiProblem } from "./problem";
import type { components, paths } from "./schema";

/** The API, typed by its OpenAPI document: `api.GET("/api/v1/workflows", …)`. */
export const api = createClient<paths>({
  baseUrl: typeof location === "undefined" ? BASE : location.origin + BASE,
  credentials: "same-origin",
});

export type Schemas = components["schemas"];

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The value of a call; throws {@link ApiProblem} where there is none. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await askWithTag(call)).data;
}

/** The value of a call, with the ETag that a change of it must send as If-Match. */
export async function askWithTag<T>(call: Promise<Answer<T>>): Promise<{ data: T; etag: string }> {
  let answer: Answer<T>;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw ApiProblem.unreachable();
  }
  if (!answer.response.ok) throw ApiProblem.of(answer.response.status, answer.error);
  return { data: answer.data as T, etag: answer.response.headers.get("etag") ?? "" };
}
