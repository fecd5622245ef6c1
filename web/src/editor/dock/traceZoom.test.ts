import { expect, test } from "vitest";
import { moved, percentOf, viewAfter, viewOf, ZOOM_STEP, zoomed } from "./traceZoom";

test("a zoom keeps the place where it was made, and stays inside of the time", () => {
  expect(zoomed(null, 1_000, 2)).toEqual({ from: 250, to: 750 });
  expect(zoomed(null, 1_000, 2, 0)).toEqual({ from: 0, to: 500 });
  expect(zoomed({ from: 500, to: 1_000 }, 1_000, 2, 1)).toEqual({ from: 750, to: 1_000 });
  expect(zoomed({ from: 0, to: 400 }, 1_000, 0.5)).toEqual({ from: 0, to: 800 });
  expect(zoomed({ from: 0, to: 400 }, 1_000, 0.1)).toBeNull();
  expect(zoomed({ from: 10, to: 11 }, 1_000, 8)).toEqual({ from: 10, to: 11 });
});

test("what is seen is moved, all of it is not", () => {
  expect(moved({ from: 0, to: 500 }, 1_000, 1)).toEqual({ from: 100, to: 600 });
  expect(moved({ from: 0, to: 500 }, 1_000, -1)).toEqual({ from: 0, to: 500 });
  expect(moved({ from: 500, to: 1_000 }, 1_000, 1)).toEqual({ from: 500, to: 1_000 });
  expect(moved(null, 1_000, 1)).toBeNull();
});

test("bars stand where their time is", () => {
  expect(percentOf(500, viewOf(null, 1_000))).toBe(50);
  expect(percentOf(500, { from: 400, to: 600 })).toBe(50);
  expect(percentOf(300, { from: 400, to: 600 })).toBe(-50);
});

test("keys do the same as the wheel", () => {
  const half = { from: 0, to: 500 };
  expect(viewAfter("+", null, 900)).toEqual({ from: 150, to: 750 });
  expect(viewAfter("-", half, 600)).toBeNull();
  expect(viewAfter("0", half, 1_000)).toBeNull();
  expect(viewAfter("ArrowRight", half, 1_000)).toEqual({ from: 100, to: 600 });
  expect(viewAfter("x", half, 1_000)).toBeUndefined();
});

test("closer and back again shows the whole, however long that is", () => {
  for (let end = 700; end < 900; end += 0.7)
    expect(zoomed(zoomed(null, end, ZOOM_STEP), end, 1 / ZOOM_STEP)).toBeNull();
});
