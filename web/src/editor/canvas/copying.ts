import { pieceOf, pieceText, readPasted, workflow } from "@/editor/document";
import { insert, removeSelection, say, things } from "./actions";
import { nodeFromCurl } from "./curl";
import { ui } from "./ui";

/** Nodes as text: copied, cut, pasted, here and in other windows. */

/** The selected nodes as text, or null where none is. */
export function selectionText(): string | null {
  const piece = pieceOf(workflow().document, workflow().selection);
  const count = Object.keys(piece.nodes).length + Object.keys(piece.notes).length;
  return count ? pieceText(piece) : null;
}

export async function copySelection(): Promise<boolean> {
  const text = selectionText();
  try {
    if (text === null) say("Select nodes to copy them.");
    else {
      await navigator.clipboard.writeText(text);
      say("Copied. Paste it here, in another workflow, or as text.");
      return true;
    }
  } catch {
    say("The browser does not allow copying by menu; press Ctrl C or Ctrl X.");
  }
  return false;
}

/** What could not be copied stays. */
export async function cutSelection(): Promise<void> {
  if (await copySelection()) removeSelection();
}

export async function pasteText(text: string): Promise<void> {
  const at = ui().pointer ?? ui().view?.center() ?? null;
  const pasted = readPasted(text);
  if (pasted.kind === "foreign") return say(pasted.what);
  if (pasted.kind === "piece") {
    const count = Object.keys(pasted.piece.nodes).length;
    return insert(`Paste ${things(count, "node")}`, pasted.piece, at);
  }
  const made = await nodeFromCurl(pasted.text).catch((error: Error) => error);
  if (made instanceof Error) return say(made.message);
  insert("Paste a cURL command", made.piece, at);
  say(made.notice);
}
