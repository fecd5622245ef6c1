import { BASE } from "@/api/base";
import type { Frame } from "./frames";
import type { Subscription } from "./subscription";

const WAIT_SECONDS = 25;
const PAUSE_AFTER_FAILURE = 3_000;
/** Between answers, so that a busy topic is not asked for without end. */
const PAUSE = 250;

/** Follows one topic by long polls, for those whom no WebSocket reaches. */
export class Poller {
  private readonly stopped = new AbortController();

  constructor(
    private readonly subscription: Subscription,
    private readonly onAnswer: (isGood: boolean) => void,
  ) {}

  start(): void {
    void this.run();
  }

  stop(): void {
    this.stopped.abort();
  }

  private async run(): Promise<void> {
    while (!this.stopped.signal.aborted && !this.subscription.isRefused) {
      const isGood = await this.once();
      if (this.stopped.signal.aborted) return;
      this.onAnswer(isGood);
      await new Promise((resolve) => setTimeout(resolve, isGood ? PAUSE : PAUSE_AFTER_FAILURE));
    }
  }

  private async once(): Promise<boolean> {
    const { topic, known } = this.subscription;
    const wanted = new URLSearchParams({ topic, wait: String(WAIT_SECONDS) });
    if (known.epoch !== undefined) wanted.set("epoch", known.epoch);
    if (known.after !== undefined) wanted.set("after", String(known.after));
    try {
      const response = await fetch(`${BASE}/api/v1/stream/poll?${wanted}`, {
        signal: this.stopped.signal,
      });
      const body: unknown = await response.json();
      if (response.ok) this.take((body as { frames: Frame[] }).frames);
      else if (response.status < 500 && response.status !== 401) this.refuse(body);
      return response.ok;
    } catch {
      return false; // it is asked again after a pause, and the connection is shown as gone
    }
  }

  private take(frames: Frame[]): void {
    for (const frame of frames) if (frame.t !== "ping") this.subscription.take(frame);
  }

  private refuse(body: unknown): void {
    const { code, detail } = body as { code?: string; detail?: string };
    this.subscription.take({
      id: this.subscription.id,
      t: "err",
      code: code ?? "REFUSED",
      message: detail ?? "The server does not show this.",
    });
  }
}
