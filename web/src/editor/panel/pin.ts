import type { QueryClient } from "@tanstack/react-query";
import { textOf } from "@/api/problem";
import { say } from "@/editor/canvas/actions";
import { type JsonObject, setPinned, workflow } from "@/editor/document";
import { attemptsQuery, iterationsOf } from "@/editor/run/spans";
import { WHOLE, windowQuery } from "./data/items";
import { storedItems } from "./data/storedItems";

/** The server takes no more. */
const MOST_PINNED = 10_000;
const SIZE = 1_000;

/** Let what a node gave in an execution stand in for it; in a loop what it gave last. */
export async function pin(
  client: QueryClient,
  execution: string,
  node: string,
  output: string,
): Promise<void> {
  try {
    const attempts = await client.fetchQuery({
      ...attemptsQuery(execution, node, false),
      staleTime: 0,
    });
    const iteration = iterationsOf(attempts).at(-1);
    if (iteration === undefined)
      return say(`There is nothing to pin: ${node} gave nothing in this execution.`);
    const source = storedItems({ execution, node, output, iteration });
    const items: JsonObject[] = [];
    for (let number = 0; ; number++) {
      const window = await client.fetchQuery(windowQuery(source, WHOLE, number, SIZE));
      if (window.total > MOST_PINNED)
        return say(`${window.total} items can't be pinned; at most ${MOST_PINNED} can.`);
      items.push(...window.items.map(({ json }) => json));
      if (items.length >= window.total || window.items.length === 0) break;
    }
    workflow().change(`Pin the output of ${node}`, setPinned(node, items));
  } catch (error) {
    say(`It was not pinned: ${textOf(error)}`);
  }
}

export function unpin(node: string): void {
  workflow().change(`Unpin the output of ${node}`, setPinned(node, undefined));
}
