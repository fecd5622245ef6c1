import { useState } from "react";
import { equal } from "@/editor/document/equal";
import type { JsonValue } from "./schema";

/**
 * What somebody typed into a field whose text says more than its value: `1.` or unfinished JSON. It
 * is shown as long as the value is the one it stands for; undo shows what it brings back.
 */
export function useTyped(value: JsonValue | undefined) {
  const [typed, setTyped] = useState<{ text: string; of: JsonValue | undefined } | null>(null);
  return {
    text: typed !== null && equal(typed.of, value) ? typed.text : null,
    /** Keep a text, with the value that is stored for it. */
    keep: (text: string, of: JsonValue | undefined) => setTyped({ text, of }),
    forget: () => setTyped(null),
  };
}
