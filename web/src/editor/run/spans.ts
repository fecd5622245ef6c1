import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, ask, type Schemas } from "@/api/client";

/** What is asked of an execution's spans: the attempts of its nodes, and their requests. */

export type Span = Schemas["Span"];

/** Which spans are listed: those that fit everything that is given. */
export interface SpanChoice {
  kind?: "attempt" | "request";
  /** Those that failed, also by the status of the answer. */
  failed?: boolean;
  /** Those that took longer, in milliseconds. */
  min_ms?: number;
}

interface SpanWindow extends SpanChoice {
  node?: string;
  path?: string;
  seq?: number;
  offset?: number;
  limit?: number;
}

const SPANS = 1_000;

function readSpans(id: string, query: SpanWindow, signal?: AbortSignal) {
  return ask(
    api.GET("/api/v1/executions/{execution_id}/spans", {
      params: { path: { execution_id: id }, query },
      ...(signal ? { signal } : {}),
    }),
  );
}

/** Attempts and requests in the order of their begin: so many windows of a thousand. */
export function spansQuery(id: string, isEnded: boolean, windows = 1, choice: SpanChoice = {}) {
  return queryOptions({
    queryKey: ["spans", id, isEnded, windows, choice],
    queryFn: async ({ signal }) => {
      const found = await Promise.all(
        Array.from({ length: windows }, (_, number) =>
          readSpans(id, { ...choice, offset: number * SPANS, limit: SPANS }, signal),
        ),
      );
      return {
        spans: found.flatMap(({ spans }) => spans),
        total: Math.max(...found.map(({ total }) => total)),
      };
    },
    placeholderData: keepPreviousData,
    // While it runs, what is shown grows; the live events say how nodes stand in between.
    refetchInterval: isEnded ? false : 1_000,
    staleTime: isEnded ? Number.POSITIVE_INFINITY : 0,
    retry: false,
  });
}

/** How a span is named in the address: `a12` or `r3`. */
export function spanKey({ kind, seq }: Pick<Span, "kind" | "seq">): string {
  return `${kind === "attempt" ? "a" : "r"}${seq}`;
}

/** One span by its name; null where it is not there (any more). */
export function spanQuery(id: string, key: string) {
  return queryOptions({
    queryKey: ["span", id, key],
    queryFn: async ({ signal }) => {
      const kind = key.startsWith("r") ? "request" : "attempt";
      const { spans } = await readSpans(id, { kind, seq: Number(key.slice(1)) }, signal);
      return spans[0] ?? null;
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
}

/** A node execution, or one attempt of it. */
export interface SpanPlace {
  node: string;
  /** The iterations of the loops around it; unknown: any. */
  path?: string | undefined;
  attempt?: number | undefined;
  /** The last one that had begun by then: a time of the server. */
  by?: string | undefined;
}

/** The attempt that fits, the last one if there are several; undefined where none has ended. */
export async function findAttempt(
  id: string,
  { node, path, attempt, by }: SpanPlace,
): Promise<Span | undefined> {
  const query: SpanWindow = { kind: "attempt", node, ...(path === undefined ? {} : { path }) };
  const first = await readSpans(id, { ...query, limit: SPANS });
  const { spans } =
    first.total > SPANS
      ? await readSpans(id, { ...query, offset: first.total - SPANS, limit: SPANS })
      : first;
  const exact = spans.find((span) => span.attempt === attempt);
  const begun = by === undefined ? spans : spans.filter(({ at }) => (at ?? "") <= by);
  return exact ?? begun.at(-1) ?? spans.at(-1);
}

/** The attempt that a request belongs to. */
export function attemptOfQuery(id: string, { node, iteration, attempt }: Span) {
  const path = iteration.join(".");
  return queryOptions({
    queryKey: ["attempt", id, node, path, attempt],
    queryFn: async () => (await findAttempt(id, { node, path, attempt })) ?? null,
    retry: false,
  });
}

/** An iteration and those of the loops around it, the nearest first: `3.1`, `3`, and none. */
export function around(path: string): string[] {
  const parts = path === "" ? [] : path.split(".");
  return Array.from({ length: parts.length + 1 }, (_, index) =>
    parts.slice(0, parts.length - index).join("."),
  );
}

/**
 * The attempts of one node, the last thousand at the most, and those around the iteration `near`;
 * grows while the execution runs.
 */
export function attemptsQuery(id: string, node: string, isEnded: boolean, near?: string) {
  return queryOptions({
    queryKey: ["attempts", id, node, isEnded, near ?? null],
    queryFn: async ({ signal }) => {
      const window = (offset: number) => readSpans(id, { node, offset, limit: SPANS }, signal);
      const first = await window(0);
      if (first.total <= SPANS) return first.spans.filter(({ kind }) => kind === "attempt");
      const paths = near === undefined ? [] : around(near).reverse();
      const found = await Promise.all([
        ...paths.map((path) => readSpans(id, { node, path, limit: SPANS }, signal)),
        window(first.total - SPANS),
      ]);
      const all = found.flatMap(({ spans }) => spans).filter(({ kind }) => kind === "attempt");
      return [...new Map(all.map((span) => [span.seq, span])).values()];
    },
    placeholderData: keepPreviousData,
    refetchInterval: isEnded ? false : 1_000,
    staleTime: isEnded ? Number.POSITIVE_INFINITY : 0,
    retry: false,
  });
}

/** The iterations in which the node put something out, in their order. */
export function iterationsOf(spans: readonly Span[]): string[] {
  const attempts = spans.filter(({ kind }) => kind === "attempt");
  const ended = attempts.filter(
    ({ details }) =>
      details.node_status === "succeeded" ||
      Number(details.items_out) > 0 ||
      // One that is switched off hands on what came; what nothing reached has no output.
      (details.node_status === "skipped" && Object.keys(details.outputs ?? {}).length > 0),
  );
  return [...new Set(ended.map(({ iteration }) => iteration.join(".")))];
}
