import { create } from "zustand";
import { api, ask } from "@/api/client";
import { saved } from "@/editor/document";
import type { Data } from "@/live/frames";
import { stream } from "@/live/stream";

/** The draft that listens for test calls: it goes on when its panel is closed. */

interface ListeningState {
  workflowId: string | null;
  isStarting: boolean;
  /** When it ends by itself, in milliseconds since 1970; null: it does not listen. */
  until: number | null;
  /** The execution of the last call. */
  arrived: string | null;
  error: unknown;
}

const NOTHING: ListeningState = {
  workflowId: null,
  isStarting: false,
  until: null,
  arrived: null,
  error: null,
};
const SECONDS = 120;

export const useListening = create<ListeningState>(() => NOTHING);

let followed: { workflowId: string; leave: () => void } | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let arrive: (execution: string) => void = () => undefined;

/** Know whether a workflow's draft listens; what its calls start is given to `onArrived`. */
export function followListening(workflowId: string, onArrived: (execution: string) => void): void {
  arrive = onArrived;
  if (followed?.workflowId === workflowId) return;
  followed?.leave();
  useListening.setState({ ...NOTHING, workflowId });
  const leave = stream.follow(`wf:${workflowId}`, {
    // A call that came before somebody followed is not news.
    snapshot: ({ listening }) => take({ until: null, ...listening, execution_id: undefined }),
    delta: ({ st }) => st?.listening && take(st.listening),
  });
  followed = { workflowId, leave };
}

function take({ until, execution_id }: Data): void {
  if (until !== undefined) listenUntil(typeof until === "string" ? Date.parse(until) : null);
  if (typeof execution_id !== "string") return;
  useListening.setState({ arrived: execution_id });
  arrive(execution_id);
}

/** The server ends it without a word when its time is over. */
function listenUntil(until: number | null): void {
  clearTimeout(timer);
  useListening.setState({ until });
  if (until !== null) timer = setTimeout(() => listenUntil(null), until - Date.now());
}

/** Let the draft listen for one call, as it is now. */
export async function startListening(workflowId: string): Promise<void> {
  useListening.setState({ isStarting: true, arrived: null, error: null });
  try {
    await saved();
    await ask(
      api.POST("/api/v1/workflows/{workflow_id}/listen", {
        params: { path: { workflow_id: workflowId } },
        body: { seconds: SECONDS, once: true },
      }),
    );
    // A call may have come and ended it already; whether it listens, the topic says.
    if (useListening.getState().arrived === null) listenUntil(Date.now() + SECONDS * 1_000);
  } catch (error) {
    useListening.setState({ error });
  }
  useListening.setState({ isStarting: false });
}

export async function stopListening(workflowId: string): Promise<void> {
  try {
    await ask(
      api.DELETE("/api/v1/workflows/{workflow_id}/listen", {
        params: { path: { workflow_id: workflowId } },
      }),
    );
    listenUntil(null);
  } catch (error) {
    useListening.setState({ error });
  }
}
