import type { Command } from "./store";

/** How well a command fits what was typed; null: not at all. Every word must be found. */
export function scoreOf(command: Command, query: string): number | null {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const label = command.label.toLowerCase();
  const rest = `${command.group} ${command.detail ?? ""} ${command.words ?? ""}`.toLowerCase();
  let total = 0;
  for (const word of words) {
    const at = label.indexOf(word);
    if (at === 0) total += 4;
    else if (at > 0 && /\W/.test(label[at - 1] ?? "")) total += 3;
    else if (at > 0) total += 2;
    else if (rest.includes(word)) total += 1;
    else return null;
  }
  return total;
}

/** The commands that fit, the best first; their order stays where they fit alike. */
export function found(commands: readonly Command[], query: string, limit = 60): Command[] {
  if (!query.trim()) return commands.slice(0, limit);
  return commands
    .map((command, order) => ({ command, order, score: scoreOf(command, query) }))
    .filter((each) => each.score !== null)
    .sort((a, b) => (b.score ?? 0) - (a.score ?? 0) || a.order - b.order)
    .slice(0, limit)
    .map((each) => each.command);
}
