import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Data, Delta, Frame } from "./frames";
import type { Poller } from "./poller";
import { LiveStream } from "./stream";
import type { Subscription } from "./subscription";

/** The other end of a WebSocket, in the hands of the test. */
class Socket {
  static made: Socket[] = [];
  readyState = 0;
  sent: Data[] = [];
  onopen: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  onclose: () => void = () => undefined;

  constructor() {
    Socket.made.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {
    this.readyState = 3;
    this.onclose();
  }

  open(): void {
    this.readyState = 1;
    this.onopen();
  }

  give(frame: Frame): void {
    this.onmessage({ data: JSON.stringify(frame) });
  }
}

const last = () => Socket.made.at(-1) as Socket;
const subscriptions = (socket: Socket) => socket.sent.filter((message) => message.op === "sub");
const polled: string[] = [];

function makeStream({ refusal = null as string | null, answers = true } = {}) {
  return new LiveStream({
    refusal: () => Promise.resolve(refusal),
    socket: () => new Socket() as unknown as WebSocket,
    poller: (subscription: Subscription, onAnswer) =>
      ({
        start: () => {
          polled.push(subscription.topic);
          onAnswer(answers);
        },
        stop: () => polled.splice(polled.indexOf(subscription.topic), 1),
      }) as unknown as Poller,
  });
}

function follower() {
  const seen = { states: [] as Data[], deltas: [] as Delta[], refused: [] as string[] };
  return {
    seen,
    snapshot: (state: Record<string, Data>) => seen.states.push(state),
    delta: (frame: Delta) => seen.deltas.push(frame),
    refused: ({ code }: { code: string }) => seen.refused.push(code),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  Socket.made = [];
  polled.length = 0;
});
afterEach(() => vi.useRealTimers());

describe("the live stream", () => {
  test("gives a snapshot and what comes after it", () => {
    const stream = makeStream();
    const one = follower();
    stream.follow("exec:1", one);
    last().open();
    expect(last().sent).toEqual([
      { op: "hello", v: 1, hidden: false },
      { op: "sub", id: 1, topic: "exec:1" },
    ]);
    last().give({ id: 1, t: "snap", epoch: "e", seq: 4, state: { exec: { status: "running" } } });
    last().give({ id: 1, t: "d", from: 5, seq: 7, st: { a: { status: "failed" } } });
    expect(one.seen.states).toEqual([{ exec: { status: "running" } }]);
    expect(one.seen.deltas.map((delta) => delta.seq)).toEqual([7]);
    expect(stream.connection).toBe("live");
  });

  test("asks again for what it missed", () => {
    const stream = makeStream();
    const one = follower();
    stream.follow("exec:1", one);
    last().open();
    last().give({ id: 1, t: "snap", epoch: "e", seq: 4, state: {} });
    last().give({ id: 1, t: "d", from: 9, seq: 9 });
    expect(one.seen.deltas).toEqual([]);
    expect(last().sent.at(-1)).toEqual({ op: "sub", id: 1, topic: "exec:1", epoch: "e", after: 4 });
  });

  test("opens no second socket while one is being opened", () => {
    const stream = makeStream();
    stream.follow("exec:1", follower());
    const before = Socket.made.length;
    stream.retryNow();
    stream.resume();
    expect(Socket.made).toHaveLength(before);
    last().open();
    expect(subscriptions(last())).toHaveLength(1);
  });

  test("stays away while paused, and goes on after that", async () => {
    const stream = makeStream();
    stream.follow("exec:1", follower());
    last().open();
    last().give({ id: 1, t: "snap", epoch: "e", seq: 4, state: {} });
    const before = Socket.made.length;
    await stream.pause();
    stream.follow("system", follower());
    stream.retryNow();
    vi.advanceTimersByTime(60_000);
    expect(Socket.made).toHaveLength(before);
    expect(stream.connection).toBe("offline");
    stream.resume();
    last().open();
    expect(subscriptions(last())).toEqual([
      { op: "sub", id: 1, topic: "exec:1", epoch: "e", after: 4 },
      { op: "sub", id: 2, topic: "system" },
    ]);
  });

  test("comes back and goes on where it was", () => {
    const stream = makeStream();
    stream.follow("exec:1", follower());
    last().open();
    last().give({ id: 1, t: "snap", epoch: "e", seq: 4, state: {} });
    last().close();
    expect(stream.connection).toBe("offline");
    vi.advanceTimersByTime(300);
    expect(Socket.made.length).toBe(2);
    last().open();
    expect(subscriptions(last())).toEqual([
      { op: "sub", id: 1, topic: "exec:1", epoch: "e", after: 4 },
    ]);
  });

  test("waits longer after each failure, and polls meanwhile", () => {
    const stream = makeStream();
    stream.follow("executions", follower());
    for (let attempt = 0; attempt < 3; attempt++) {
      last().close();
      vi.advanceTimersByTime(10_000);
    }
    expect(stream.connection).toBe("polling");
    expect(polled).toEqual(["executions"]);
    last().open();
    expect(polled).toEqual([]);
    expect(stream.connection).toBe("live");
  });

  test("says why no socket is let in, until one is", async () => {
    const stream = makeStream({ refusal: "another address" });
    const told: unknown[] = [];
    stream.watch(() => told.push(stream.refusal ?? stream.connection));
    stream.follow("executions", follower());
    for (let attempt = 0; attempt < 3; attempt++) {
      last().close();
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(told).toEqual(["connecting", "offline", "polling", "another address"]);
    last().open();
    expect(told.at(-1)).toBe("live");
    expect(stream.refusal).toBeNull();
  });

  test("stays away until something gets through, and is idle where nobody follows", () => {
    const stream = makeStream({ answers: false });
    expect(stream.connection).toBe("idle");
    const leave = stream.follow("executions", follower());
    for (let attempt = 0; attempt < 4; attempt++) {
      last().close();
      expect(stream.connection).toBe("offline");
      vi.advanceTimersByTime(10_000);
      expect(stream.connection).toBe("offline");
    }
    last().open();
    expect(stream.connection).toBe("live");
    leave();
    last().close();
    expect(stream.connection).toBe("idle");
  });

  test("gives up a socket that is silent", () => {
    const stream = makeStream();
    stream.follow("exec:1", follower());
    const socket = last();
    socket.open();
    vi.advanceTimersByTime(39_000);
    socket.give({ t: "ping" });
    expect(socket.sent.at(-1)).toEqual({ op: "pong" });
    vi.advanceTimersByTime(39_000);
    expect(socket.readyState).toBe(1);
    vi.advanceTimersByTime(2_000);
    expect(socket.readyState).toBe(3);
  });

  test("does not insist on a topic that is refused", () => {
    const stream = makeStream();
    const one = follower();
    stream.follow("security", one);
    last().open();
    last().give({ id: 1, t: "err", code: "FORBIDDEN", message: "no" });
    expect(one.seen.refused).toEqual(["FORBIDDEN"]);
    last().close();
    vi.advanceTimersByTime(300);
    last().open();
    expect(subscriptions(last())).toEqual([]);
  });

  test("lets go of what nobody follows", () => {
    const stream = makeStream();
    const leave = stream.follow("exec:1", follower());
    last().open();
    leave();
    expect(last().sent.at(-1)).toEqual({ op: "unsub", id: 1 });
  });
});
