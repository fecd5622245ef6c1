import { expect, test } from "vitest";
import { previewOf } from "./files";

test("only what can hold no script is shown as a picture", () => {
  const shown = ["image/png", "IMAGE/JPEG; q=1", "image/svg+xml", "text/html", "application/pdf"];
  expect(shown.map((content_type) => previewOf({ content_type }))).toEqual([
    "picture",
    "picture",
    null,
    "text",
    null,
  ]);
  expect(previewOf({ content_type: "application/problem+json" })).toBe("text");
  expect(previewOf({})).toBe(null);
  expect(previewOf({ content_type: "audio/mpeg" })).toBe("sound");
  expect(previewOf({ content_type: "video/webm; codecs=vp9" })).toBe("film");
});
