import { describe, expect, it } from "vitest";
import { belongsToField, isSingle, isTyping, keyCaps, keysOf } from "./keys";
import { fixedTo } from "./list";

const press = (key: string, more: KeyboardEventInit = {}) =>
  keysOf(new KeyboardEvent("keydown", { key, ...more }));

describe("keysOf", () => {
  it.each([
    [press("k", { ctrlKey: true }), "Ctrl+K"],
    [press("k", { metaKey: true }), "Ctrl+K"],
    [press("Z", { ctrlKey: true, shiftKey: true }), "Ctrl+Shift+Z"],
    [press("?", { shiftKey: true }), "?"],
    [press("/"), "/"],
    [press("n"), "N"],
    [press(" "), "Space"],
    [press("ArrowLeft", { altKey: true }), "Alt+ArrowLeft"],
    [press("Shift", { shiftKey: true }), null],
  ])("reads %s", (read, expected) => expect(read).toBe(expected));
});

it("knows keys that clash with typing", () => {
  expect(["N", "?", "Shift+T", "Delete"].every(isSingle)).toBe(true);
  expect(["Ctrl+K", "Alt+1", "F2"].some(isSingle)).toBe(false);
});

it("knows where somebody types", () => {
  const box = Object.assign(document.createElement("input"), { type: "checkbox" });
  expect(isTyping(document.createElement("input"))).toBe(true);
  expect(isTyping(document.createElement("textarea"))).toBe(true);
  expect(isTyping(box)).toBe(false);
  expect(isTyping(document.body)).toBe(false);
});

it("shows keys as caps", () => {
  expect(keyCaps("Ctrl+Shift+ArrowUp")).toEqual(["Ctrl", "Shift", "↑"]);
  expect(keyCaps("Ctrl++")).toEqual(["Ctrl", "+"]);
});

it("knows what keys are never free", () => {
  expect(fixedTo("Delete")?.label).toBe("Delete what is selected");
  expect(fixedTo("Shift+ArrowLeft")?.keys).toBe("Shift+Arrows");
  expect(fixedTo("Ctrl+V")).toBeDefined();
  expect(["[", "Shift+Delete", "D"].some(fixedTo)).toBe(false);
});

it.each(["Ctrl+A", "Ctrl+Z", "Ctrl+Shift+Z", "Ctrl+Y"])("%s in a field is of its text", (keys) => {
  expect(belongsToField(keys, document.createElement("input"))).toBe(true);
  expect(belongsToField(keys, document.createElement("div"))).toBe(false);
});

it("other keys keep their meaning in a field", () => {
  expect(belongsToField("Ctrl+S", document.createElement("input"))).toBe(false);
});
