import { afterEach, expect, test, vi } from "vitest";
import { followExecution, onceShown, useLive } from "./execution";

vi.mock("./stream", () => ({ stream: { follow: () => () => undefined } }));

afterEach(() => followExecution(null));

function waiting(id: string) {
  const work = vi.fn();
  followExecution(id);
  onceShown(id, work);
  return work;
}

test("what is less urgent is done once, after the stream has said how the execution stands", async () => {
  const work = waiting("a");
  expect(work).not.toHaveBeenCalled();
  useLive.setState({ missed: 1 });
  useLive.setState({ missed: 2 });
  await vi.waitFor(() => expect(work).toHaveBeenCalledTimes(1));
});

test("it is done also where the stream says nothing", async () => {
  const work = waiting("a");
  await vi.waitFor(() => expect(work).toHaveBeenCalledTimes(1));
});

test("it is not done for an execution that nobody follows any longer", async () => {
  const left = waiting("left");
  followExecution(null);
  const replaced = waiting("replaced");
  const latest = waiting("latest");
  await vi.waitFor(() => expect(latest).toHaveBeenCalledTimes(1));
  expect([left, replaced].map((work) => work.mock.calls.length)).toEqual([0, 0]);
});
