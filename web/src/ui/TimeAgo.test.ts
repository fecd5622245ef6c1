import { expect, it } from "vitest";
import { ago } from "./TimeAgo";

const NOW = new Date("2026-05-01T12:00:00Z");

it.each([
  ["2026-05-01T11:59:58Z", "just now"],
  ["2026-05-01T11:57:00Z", "3 minutes ago"],
  ["2026-04-30T12:00:00Z", "yesterday"],
  ["2026-05-01T14:00:00Z", "in 2 hours"],
])("%s is %s", (at, text) => expect(ago(at, NOW)).toBe(text));
