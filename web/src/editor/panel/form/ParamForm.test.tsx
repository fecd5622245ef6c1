import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, test } from "vitest";
import { FormContext, NO_SAMPLE } from "./FormContext";
import { ParamForm } from "./ParamForm";
import { fieldsOf, type JsonObject, type Schema } from "./schema";

let current: JsonObject = {};
/** Gives the form other parameters, as undo does. */
let give: (params: JsonObject) => void = () => undefined;

interface FormProps {
  schema: Schema;
  initial?: JsonObject;
  problems?: Record<string, string>;
  isReadOnly?: boolean;
}

function Form({ schema, initial = {}, problems = {}, isReadOnly = false }: FormProps) {
  const [params, setParams] = useState(initial);
  current = params;
  give = setParams;
  const surroundings = {
    sample: NO_SAMPLE,
    functions: [],
    problemAt: (path: string) => problems[path],
    isReadOnly,
    language: "python" as const,
  };
  return (
    <QueryClientProvider client={new QueryClient()}>
      <FormContext value={surroundings}>
        <ParamForm
          fields={fieldsOf(schema)}
          params={params}
          onChange={(name, value) => {
            const { [name]: _before, ...others } = params;
            setParams(value === undefined ? others : { ...others, [name]: value });
          }}
        />
      </FormContext>
    </QueryClientProvider>
  );
}

const schema: Schema = {
  required: ["url"],
  properties: {
    url: { type: "string", title: "URL" },
    method: { type: "string", enum: ["GET", "POST"], default: "GET", title: "Method" },
    limit: { type: "integer", minimum: 1, maximum: 10, default: 5, title: "Limit" },
    follow: { type: "boolean", default: true, title: "Follow" },
    body: { type: "string", title: "Body", "x-ui": { show_when: { method: "POST" } } },
    headers: { type: "object", title: "Headers", "x-ui": { widget: "key_value" } },
    tags: { type: "array", items: { type: "string" }, title: "Tags" },
    keys: {
      type: "array",
      title: "Keys",
      items: {
        type: "object",
        required: ["field"],
        properties: { field: { type: "string", title: "Field" } },
      },
    },
  },
};

test("what is typed is stored, and an emptied optional field is left out", async () => {
  const user = userEvent.setup();
  render(<Form schema={schema} />);
  await user.type(screen.getByLabelText(/^URL/), "http://a");
  expect(current).toEqual({ url: "http://a" });
  await user.type(screen.getByLabelText("Tags"), "a{enter}b");
  expect(current.tags).toEqual(["a", "b"]);
  await user.clear(screen.getByLabelText("Tags"));
  expect(current).not.toHaveProperty("tags");
});

test("defaults are shown and not stored", () => {
  render(<Form schema={schema} />);
  expect(screen.getByLabelText("Limit")).toHaveProperty("value", "5");
  expect(screen.getByRole("checkbox", { name: "Follow" })).toHaveProperty("checked", true);
  expect(current).toEqual({});
});

test("a number outside of its limits or no number says so", async () => {
  const user = userEvent.setup();
  render(<Form schema={schema} />);
  const limit = screen.getByLabelText("Limit");
  await user.clear(limit);
  await user.type(limit, "50");
  expect(screen.getByText("The largest value is 10.")).toBeTruthy();
  await user.clear(limit);
  await user.type(limit, "abc");
  expect(screen.getByText("This is not a number.")).toBeTruthy();
});

test("undo shows in a field what it brings back, whatever was typed there", async () => {
  const user = userEvent.setup();
  const initial = { headers: { accept: "text/html" } };
  render(<Form schema={schema} initial={initial} />);
  const limit = screen.getByLabelText("Limit");
  await user.clear(limit);
  await user.type(limit, "7");
  await user.type(screen.getByLabelText("Name 1 of Headers"), "-language");
  expect(current).toEqual({ limit: 7, headers: { "accept-language": "text/html" } });
  act(() => give(initial));
  expect(limit).toHaveProperty("value", "5");
  const name = screen.getByLabelText("Name 1 of Headers");
  expect(name).toHaveProperty("value", "accept");
  // It is the same field at the next change, too: who writes in it goes on.
  await user.type(name, "-charset");
  expect(document.activeElement).toBe(name);
  expect(current.headers).toEqual({ "accept-charset": "text/html" });
});

test("undo of an expression brings the plain value back into its own field", async () => {
  const user = userEvent.setup();
  render(<Form schema={schema} initial={{ follow: false }} />);
  await user.click(screen.getByRole("button", { name: "Expression for Follow" }));
  expect(current).toEqual({ follow: "{{ False }}" });
  act(() => give({ follow: false }));
  expect(screen.getByRole("checkbox", { name: "Follow" })).toHaveProperty("checked", false);
});

test("a field that other values make meaningless is not shown", async () => {
  const { unmount } = render(<Form schema={schema} />);
  expect(screen.queryByLabelText("Body")).toBeNull();
  unmount();
  render(<Form schema={schema} initial={{ method: "POST" }} />);
  expect(screen.getByLabelText("Body")).toBeTruthy();
});

test("names and values are added, changed and removed", async () => {
  const user = userEvent.setup();
  render(<Form schema={schema} initial={{ headers: { accept: "text/html" } }} />);
  const headers = within(document.querySelector('[data-field="headers"]') as HTMLElement);
  await user.click(headers.getByRole("button", { name: "Add" }));
  await user.type(headers.getByLabelText("Name 2 of Headers"), "x-id");
  await user.type(headers.getByRole("textbox", { name: "Value of x-id" }), "7");
  expect(current.headers).toEqual({ accept: "text/html", "x-id": "7" });
  await user.click(headers.getByRole("button", { name: "Remove accept" }));
  expect(current.headers).toEqual({ "x-id": "7" });
});

test("elements of a list are added, moved and removed", async () => {
  const user = userEvent.setup();
  render(<Form schema={schema} initial={{ keys: [{ field: "a" }, { field: "b" }] }} />);
  await user.click(screen.getByRole("button", { name: "Move 2 up" }));
  expect(current.keys).toEqual([{ field: "b" }, { field: "a" }]);
  await user.click(screen.getByRole("button", { name: "Remove 1" }));
  expect(current.keys).toEqual([{ field: "a" }]);
});

test("what the server finds wrong stands at its field", () => {
  render(
    <Form
      schema={schema}
      initial={{ keys: [{ field: "" }] }}
      problems={{ url: "a URL is needed", "keys.0.field": "must not be empty" }}
    />,
  );
  const alerts = screen.getAllByRole("alert").map((alert) => alert.textContent);
  expect(alerts).toEqual(["a URL is needed", "must not be empty"]);
});

test("in a version that can't be changed nothing can be typed", async () => {
  const user = userEvent.setup();
  render(<Form schema={schema} initial={{ url: "https://a" }} isReadOnly />);
  await user.type(screen.getByLabelText(/^URL/), "x");
  expect(current).toEqual({ url: "https://a" });
  expect(screen.queryByRole("button", { name: "Add" })).toBeNull();
});
