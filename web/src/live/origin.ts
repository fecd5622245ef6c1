import { BASE } from "@/api/base";

/**
 * What the server says of requests from pages at this address. It answers a WebSocket that it lets
 * not in without a word; to a request that could change something it says why. This one changes
 * nothing.
 */
export async function originRefusal(): Promise<string | null> {
  const answer = await fetch(`${BASE}/api/v1/node_types/flow.no_op/validate`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"params":{}}',
  });
  if (answer.status !== 403) return null;
  const { code } = (await answer.json()) as { code?: string };
  return code === "CROSS_ORIGIN"
    ? `The server does not know the address ${location.origin}: add it to its setting server.public_urls.`
    : null;
}
