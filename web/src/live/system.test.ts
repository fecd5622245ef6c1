import { expect, test } from "vitest";
import { type SystemSample, withSample } from "./system";

const at = (seconds: number) => ({ at: seconds }) as SystemSample;

test("samples are kept each second for five minutes, then every ten seconds for an hour", () => {
  let samples: readonly SystemSample[] = [];
  for (let second = 1; second <= 7_200; second++) samples = withSample(samples, at(second));
  const recent = samples.filter((sample) => sample.at > 7_200 - 300);
  const older = samples.filter((sample) => sample.at <= 7_200 - 300);
  expect(recent).toHaveLength(300);
  expect(older.length).toBeGreaterThan(300);
  expect(older[0]?.at).toBeGreaterThan(3_600);
  const steps = older.slice(1).map((sample, index) => sample.at - (older[index]?.at ?? 0));
  expect(new Set(steps)).toEqual(new Set([10]));
});
