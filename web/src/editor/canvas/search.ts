import type { NodeType } from "./ports";

const CATEGORIES = ["triggers", "http", "data", "flow", "code", "files", "sql"];

/** Node types that fit a text, the best first; without a text all of them, by category. */
export function searchTypes(types: readonly NodeType[], text: string): NodeType[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = (type: NodeType) => {
    const place = CATEGORIES.indexOf(type.category);
    return place < 0 ? CATEGORIES.length : place;
  };
  return types
    .map((type) => ({ type, score: score(type, words) }))
    .filter(({ score }) => score > 0)
    .sort(
      (a, b) =>
        b.score - a.score ||
        rank(a.type) - rank(b.type) ||
        a.type.label.localeCompare(b.type.label),
    )
    .map(({ type }) => type);
}

/** Every word must be found; the label counts more than the name, the name more than the summary. */
function score(type: NodeType, words: readonly string[]): number {
  const label = type.label.toLowerCase();
  let total = 1;
  for (const word of words) {
    if (label.startsWith(word)) total += 40;
    else if (label.split(/\s/).some((part) => part.startsWith(word))) total += 30;
    else if (label.includes(word)) total += 20;
    else if (type.name.includes(word)) total += 10;
    else if (type.summary.toLowerCase().includes(word)) total += 3;
    else return 0;
  }
  return total;
}

/** What a category is called. */
export function categoryLabel(category: string): string {
  const known: Record<string, string> = { http: "HTTP", sql: "SQL" };
  return known[category] ?? category.charAt(0).toUpperCase() + category.slice(1);
}
