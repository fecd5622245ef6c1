import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Prose } from "./Prose";

test("paragraphs, lists, code and links are elements", () => {
  render(<Prose text={"One `json.x` and **two**.\n\n- a\n- b\n\n[site](https://example.org/x)"} />);
  expect(screen.getByText("json.x").tagName).toBe("CODE");
  expect(screen.getByText("two").tagName).toBe("STRONG");
  expect(screen.getAllByRole("listitem").map((item) => item.textContent)).toEqual(["a", "b"]);
  expect(screen.getByRole("link", { name: "site" }).getAttribute("href")).toBe(
    "https://example.org/x",
  );
});

test("nothing in the text becomes HTML or a script", () => {
  const { container } = render(
    <Prose text={'<img src=x onerror=alert(1)> [x](javascript:alert(1)) `<b>"`'} />,
  );
  expect(container.querySelector("img, a, b")).toBeNull();
  expect(container.textContent).toContain("<img src=x onerror=alert(1)>");
});
