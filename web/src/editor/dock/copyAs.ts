import { api, ask } from "@/api/client";
import { textOf } from "@/api/problem";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import { toast } from "@/ui/toast";

export const FORMATS = { curl: "cURL", httpx: "httpx code", har: "HAR" } as const;

/** A request of an execution. */
export interface RequestPlace {
  execution: string;
  node: string;
  seq: number;
}

/** Copies a request for use elsewhere; secrets in it are placeholders. */
export async function copyAs(
  format: keyof typeof FORMATS,
  { execution, node, seq }: RequestPlace,
): Promise<void> {
  try {
    const text = await ask(
      api.GET("/api/v1/executions/{execution_id}/http_requests/export", {
        params: { path: { execution_id: execution }, query: { node, format, seq } },
        parseAs: "text",
      }),
    );
    await navigator.clipboard.writeText(String(text));
    toast("success", `Copied as ${FORMATS[format]}`);
  } catch (error) {
    toast("error", `Not copied: ${textOf(error)}`);
  }
}

/** The keys that copy the request which is looked at. */
export function useCopyKeys(place: RequestPlace | null): void {
  useShortcut("request.curl", () => place && void copyAs("curl", place), place !== null);
  useShortcut("request.httpx", () => place && void copyAs("httpx", place), place !== null);
}
