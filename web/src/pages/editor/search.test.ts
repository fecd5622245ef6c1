import { expect, test } from "vitest";
import { readEditorSearch, readView, viewText } from "./search";

test("the view of the canvas goes through the address and back", () => {
  const text = viewText({ x: -120.4, y: 40.6, zoom: 0.83333 });
  expect(text).toBe("-120,41,0.833");
  expect(readView(text)).toEqual({ x: -120, y: 41, zoom: 0.833 });
});

test.each(["", "1,2", "1,2,9", "1,2,0.01", "a,b,c", "1e9,2,1", "12345678,0,1", 7, null])(
  "%s is no view: everything is shown",
  (text) => {
    expect(readView(text)).toBeNull();
    expect(readEditorSearch({ zoom: text, tab: "docs" })).toEqual({ tab: "docs" });
  },
);
