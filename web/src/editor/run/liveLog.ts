import type { LogLine } from "@/live/execution";
import type { LogChoice, StoredLogLine } from "./logs";

/** The lines of a log that were told live and are not known to be stored yet. */

/** Those that come after the last line that is stored; both are in the order of the log. */
export function linesAfter(last: StoredLogLine | null, lines: readonly LogLine[]): LogLine[] {
  if (!last) return [...lines];
  const at = Date.parse(last.at);
  const known = lines.findLastIndex(
    (line) =>
      millisecond(line) === at &&
      line.node === last.node_id &&
      line.level === last.level &&
      line.message === last.message,
  );
  return known < 0 ? lines.filter((line) => millisecond(line) > at) : lines.slice(known + 1);
}

/** Whether a line is one of those that are looked for, as the server would say. */
export function fitsLog({ q, node, path }: LogChoice, line: LogLine): boolean {
  if (node !== undefined && line.node !== node) return false;
  if (path !== undefined && line.path !== path) return false;
  const wanted = q.toLowerCase();
  return [line.message, line.node ?? ""].some((text) => text.toLowerCase().includes(wanted));
}

/** A line as it will be stored; what belongs to it beside its text is not told live. */
export function asStored(line: LogLine): StoredLogLine {
  return {
    seq: -line.seq,
    node_id: line.node,
    path: line.path === "" ? [] : line.path.split(".").map(Number),
    at: new Date(millisecond(line)).toISOString(),
    level: line.level,
    message: line.message,
    data: null,
  };
}

function millisecond({ at }: LogLine): number {
  return Math.floor(at / 1_000);
}
