/** The phases of a request, each with its colour. */
export const PHASES: Record<string, string> = {
  dns: "var(--status-queued)",
  connect: "var(--status-waiting)",
  tls: "var(--code-keyword)",
  ttfb: "var(--status-running)",
  download: "var(--status-succeeded)",
};

/** How much of a request's time each phase took, in percent; phases that did not happen are left out. */
export function phasesOf(timings: unknown): { name: string; share: number; ms: number }[] {
  if (typeof timings !== "object" || timings === null) return [];
  const known = Object.keys(PHASES).flatMap((name) => {
    const ms = (timings as Record<string, unknown>)[name];
    return typeof ms === "number" && ms > 0 ? [{ name, ms }] : [];
  });
  const total = known.reduce((sum, { ms }) => sum + ms, 0);
  return known.map(({ name, ms }) => ({ name, ms, share: (100 * ms) / total }));
}
