import { MAIN } from "@/editor/document";
import { OTHER_ITEMS } from "./search";
import { useSideView } from "./useSideView";

/** Which of the outputs is looked at, as the address says; else `usual`, or the first. */
export function useOutput(names: readonly string[], usual: string = names[0] ?? MAIN) {
  const [{ output }, change] = useSideView("output");
  return {
    output: output !== undefined && names.includes(output) ? output : usual,
    choose: (name: string) => change({ ...OTHER_ITEMS, output: name === usual ? undefined : name }),
  };
}
