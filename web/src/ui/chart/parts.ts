/** Parts of a chart's time, the first and the last of them: what somebody chose by brushing. */
export type Parts = readonly [first: number, last: number];

/** The parts that two times lie in, whichever of them comes first. */
export function partsBetween(times: readonly number[], one: number, other: number): Parts {
  const [from, to] = one < other ? [one, other] : [other, one];
  return [partAt(times, from), partAt(times, to)];
}

function partAt(times: readonly number[], time: number): number {
  const next = times.findIndex((each) => each > time);
  return Math.max(0, (next === -1 ? times.length : next) - 1);
}

/** When parts begin and end: seconds since 1970. */
export function timeOf(times: readonly number[], [first, last]: Parts): [number, number] {
  const begin = times[first] ?? 0;
  return [begin, times[last + 1] ?? (times[last] ?? begin) + stepOf(times)];
}

/** How long a part is. */
export function stepOf(times: readonly number[]): number {
  const [first, second] = times;
  return first === undefined || second === undefined ? 1 : second - first;
}
