import { api, ask } from "@/api/client";
import type { Piece, PlacedNode } from "@/editor/document";

/** A cURL command as a node; the server reads it, nothing runs it. */
export async function nodeFromCurl(text: string): Promise<{ piece: Piece; notice: string }> {
  const made = await ask(api.POST("/api/v1/node_types/from_curl", { body: { text } }));
  const piece: Piece = {
    nodes: { [made.id]: made.node as unknown as PlacedNode },
    edges: [],
    layout: { [made.id]: [0, 0] },
    notes: {},
    groups: {},
  };
  const hints = [...made.warnings];
  if (made.credential) hints.unshift("Its secrets were left out: choose or create a credential.");
  return { piece, notice: ["Made a node of the cURL command.", ...hints].join(" ") };
}
