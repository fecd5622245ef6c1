import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Redacted } from "./Redacted";

const shown = (text: string) => {
  const { container } = render(<Redacted text={text} />);
  return container.textContent;
};

test("the place of a secret says so, with the reason", () => {
  expect(shown("***")).toBe("••• secret");
  expect(shown("Bearer ***")).toBe("Bearer ••• secret");
  expect(shown("https://a.example/?key=***&n=1")).toBe("https://a.example/?key=••• secret&n=1");
  const [mark] = screen.getAllByTitle(/stands in the place of secrets/);
  expect(mark?.textContent).toBe("••• secret");
});

test("what people wrote themselves stays", () => {
  for (const text of ["", "plain", "***bold***", "****", "2***3"]) expect(shown(text)).toBe(text);
});
