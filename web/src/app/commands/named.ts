import { STATUSES } from "@/pages/executions/search";

type Status = (typeof STATUSES)[number];

/** The number or the (beginning of the) id that was typed; null: neither. */
export function named(query: string): string | null {
  const text = query.trim().toLowerCase();
  return /^(#?[0-9]{1,18}|[0-9a-f][0-9a-f-]{7,35})$/.test(text) ? text : null;
}

/** What was typed, as statuses and the rest: `failed nightly` are those of Nightly that failed. */
export function statusesIn(query: string): { status: Status[]; q: string } {
  const words = query.trim().split(/\s+/).filter(Boolean);
  const asked = words.map((word) => word.toLowerCase());
  return {
    status: STATUSES.filter((status) => asked.includes(status)),
    q: words.filter((word) => !STATUSES.some((status) => status === word.toLowerCase())).join(" "),
  };
}
