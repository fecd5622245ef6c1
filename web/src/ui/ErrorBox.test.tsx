import { fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { ApiProblem } from "@/api/problem";
import { ErrorBox } from "./ErrorBox";
import { ErrorNotice } from "./Notice";
import { useToasts } from "./toast";

function copied() {
  const writeText = vi.fn((_text: string) => Promise.resolve());
  vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText } });
  return writeText;
}
afterEach(() => vi.unstubAllGlobals());

test("an error says what happened, where, and what to try, and is copied whole", async () => {
  const writeText = copied();
  const error = {
    code: "HTTP_ERROR",
    type: "TIMEOUT",
    message: "no answer",
    hint: "ask later",
    node: "ask",
    item: 2,
  };
  render(<ErrorBox title="Failed at ask" error={error} />);
  const box = screen.getByRole("alert");
  expect(box.textContent).toContain("no answer");
  expect(box.textContent).toContain("What to try: ask later");
  expect(box.textContent).toContain("Where: node ask, item 2, HTTP_ERROR · TIMEOUT");
  const meaning = screen.getByRole("link", { name: "What TIMEOUT means" });
  expect(meaning.getAttribute("href")).toBe("/errors?code=HTTP_ERROR&type=TIMEOUT");
  fireEvent.click(await screen.findByRole("button", { name: "Copy details" }));
  await vi.waitFor(() => expect(writeText).toHaveBeenCalledOnce());
  expect(JSON.parse(writeText.mock.calls[0]?.[0] ?? "")).toEqual(error);
});

test("a problem of the server tells each place with what to try there", async () => {
  const writeText = copied();
  const body = {
    code: "WORKFLOW_INVALID",
    detail: "it can't run",
    problems: [{ message: "no such field", code: "X", node: "a", parameter: "url", hint: "use b" }],
    limit: 3,
  };
  render(<ErrorNotice title="Not started" error={ApiProblem.of(422, body)} />);
  const place = await screen.findByRole("listitem");
  expect(place.textContent).toBe("node a, url: no such fieldWhat to try: use b");
  fireEvent.click(await screen.findByRole("button", { name: "Copy details" }));
  await vi.waitFor(() => expect(writeText).toHaveBeenCalledOnce());
  expect(JSON.parse(writeText.mock.calls[0]?.[0] ?? "")).toEqual({ status: 422, ...body });
});

test("what the browser does not let be copied is said", async () => {
  vi.stubGlobal("navigator", { ...navigator, clipboard: undefined });
  render(<ErrorBox title="Failed" error={{ message: "no" }} />);
  fireEvent.click(await screen.findByRole("button", { name: "Copy details" }));
  await vi.waitFor(() => expect(useToasts.getState().toasts.at(-1)?.text).toContain("Not copied"));
});
