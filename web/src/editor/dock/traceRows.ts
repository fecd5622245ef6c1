import type { Span, SpanChoice } from "@/editor/run/spans";

/** The lines of a trace: attempts in the order of their begin, each with its requests below it. */

export interface TraceRow {
  span: Span;
  /** Names it among the rows. */
  key: string;
  /** Below the attempt that it belongs to. */
  isInside: boolean;
  /** How many requests belong to it. */
  requests: number;
}

export function traceRows(spans: readonly Span[], folded: ReadonlySet<string>): TraceRow[] {
  const inside = new Map<string, Span[]>();
  const attempts = new Set(
    spans.filter(({ kind }) => kind === "attempt").map((span) => attemptKey(span)),
  );
  for (const span of spans) {
    const owner = attemptKey(span);
    if (span.kind === "request" && attempts.has(owner))
      inside.set(owner, [...(inside.get(owner) ?? []), span]);
  }
  return spans.flatMap((span) => {
    const key = attemptKey(span);
    if (span.kind === "request") return attempts.has(key) ? [] : [row(span, `request ${span.seq}`)];
    const requests = inside.get(key) ?? [];
    const shown = folded.has(key) ? [] : requests;
    return [
      { ...row(span, key), requests: requests.length },
      ...shown.map((request) => ({ ...row(request, `request ${request.seq}`), isInside: true })),
    ];
  });
}

function row(span: Span, key: string): TraceRow {
  return { span, key, isInside: false, requests: 0 };
}

function attemptKey({ node, iteration, attempt }: Span): string {
  return `${node} ${iteration.join(".")} ${attempt}`;
}

/** Whether a span that only the live events know is one of those that were chosen. */
export function fits(span: Span, { kind, failed, min_ms }: SpanChoice): boolean {
  if (kind !== undefined && span.kind !== kind) return false;
  if (failed && span.status !== "failed") return false;
  return (span.duration_ms ?? 0) >= (min_ms ?? 0);
}

/** A time of the scale, in the unit that fits the whole: `0`, `500 ms`, `1.5 s`, `3 min`. */
export function scaleText(milliseconds: number, whole: number): string {
  if (milliseconds === 0) return "0";
  if (whole < 1_000) return `${Number(milliseconds.toFixed(whole < 10 ? 1 : 0))} ms`;
  if (whole < 120_000) return `${Number((milliseconds / 1_000).toFixed(whole < 10_000 ? 1 : 0))} s`;
  return `${Number((milliseconds / 60_000).toFixed(1))} min`;
}
