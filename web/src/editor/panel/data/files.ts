import { queryOptions } from "@tanstack/react-query";
import { ApiProblem } from "@/api/problem";
import type { StoredFile } from "./items";

type Preview = "picture" | "sound" | "film" | "text";

const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);
/** The types that the server tells of sounds and films. */
const SOUNDS = new Set(["audio/mpeg", "audio/ogg", "audio/wav", "audio/x-wav", "audio/webm"]);
const FILMS = new Set(["video/mp4", "video/ogg", "video/webm"]);
const TEXTS = /^(text\/.*|application\/(json|xml|yaml|x-yaml|x-ndjson|csv|.*\+json|.*\+xml))$/;

/** How a file can be looked at here; null: it can only be saved. */
export function previewOf({ content_type: type = "" }: StoredFile): Preview | null {
  const kind = (type.split(";")[0] ?? "").trim().toLowerCase();
  if (PICTURES.has(kind)) return "picture";
  if (SOUNDS.has(kind)) return "sound";
  if (FILMS.has(kind)) return "film";
  return TEXTS.test(kind) ? "text" : null;
}

/** More of a text is not read for a preview. */
export const MOST_TEXT = 64_000;

/** The first part of a file that holds text, by its address. */
export function headQuery(address: string) {
  return queryOptions({
    queryKey: ["file_head", address],
    queryFn: async ({ signal }) => {
      const answer = await fetch(address, { signal });
      if (!answer.ok) throw ApiProblem.of(answer.status, await answer.json());
      return answer.body ? headOf(answer.body) : "";
    },
    gcTime: 30_000,
    retry: false,
  });
}

async function headOf(body: ReadableStream<Uint8Array>): Promise<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (text.length < MOST_TEXT) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text.slice(0, MOST_TEXT);
}
