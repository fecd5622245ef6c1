import type { Delta, Follower, Frame } from "./frames";

/** One followed topic: what of it is known, so that only what is missing is sent again. */
export class Subscription {
  private epoch: string | null = null;
  private seq = 0;
  isRefused = false;

  constructor(
    readonly id: number,
    readonly topic: string,
    private readonly follower: Follower,
  ) {}

  /** What is known: sent with a subscription, so that it can go on there. */
  get known(): { epoch?: string; after?: number } {
    return this.epoch === null ? {} : { epoch: this.epoch, after: this.seq };
  }

  /** Take a frame; false where something before it was missed. */
  take(frame: Exclude<Frame, { t: "ping" }>): boolean {
    if (frame.t === "snap") {
      this.epoch = frame.epoch;
      this.seq = frame.seq;
      this.follower.snapshot(frame.state);
      return true;
    }
    if (frame.t === "err") {
      this.isRefused = true;
      this.follower.refused?.(frame);
      return true;
    }
    if (this.epoch === null || frame.from !== this.seq + 1) return false;
    this.seq = frame.seq;
    this.follower.delta(frame as Delta);
    return true;
  }
}
