import { BASE } from "@/api/base";
import type { Schemas } from "@/api/client";
import type { Follower, Frame } from "./frames";
import { originRefusal } from "./origin";
import { Poller } from "./poller";
import { Subscription } from "./subscription";

/**
 * The live stream of this tab: one WebSocket for any number of topics, which comes back by itself
 * and goes on where it was. Where no WebSocket gets through, the same frames come by long polls.
 */

/** `idle`: nobody follows anything. */
export type Connection = "idle" | "connecting" | "live" | "polling" | "offline";

const FIRST_DELAY = 250;
const LONGEST_DELAY = 10_000;
/** After so many attempts without a WebSocket, long polls take over. */
const ATTEMPTS_BEFORE_POLLING = 3;
/** The server pings every 15 seconds; after this silence the socket is dead. */
const SILENCE = 40_000;

export interface StreamEnvironment {
  socket: () => WebSocket;
  poller: (subscription: Subscription, onAnswer: (isGood: boolean) => void) => Poller;
  /** Why the server lets no WebSocket of this page in; null: it would. */
  refusal: () => Promise<string | null>;
}

export class LiveStream {
  private socket: WebSocket | null = null;
  private subscriptions = new Map<number, Subscription>();
  private pollers = new Map<number, Poller>();
  private lastId = 0;
  private attempts = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private isPaused = false;
  private watchers = new Set<() => void>();
  connection: Connection = "idle";
  /** Why the server lets no WebSocket of this page in, where it says so. */
  refusal: string | null = null;

  constructor(private readonly environment: StreamEnvironment = browser) {}

  /** Follow a topic until the returned function is called. */
  follow(topic: string, follower: Follower): () => void {
    const subscription = new Subscription(++this.lastId, topic, follower);
    this.subscriptions.set(subscription.id, subscription);
    if (this.isOpen()) this.ask(subscription);
    else if (this.connection === "polling") this.poll(subscription);
    else if (this.socket === null && this.timer === undefined && !this.isPaused) this.connect();
    return () => this.leave(subscription);
  }

  /** Be told when the connection changes. */
  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  /** A tab that nobody sees gets a frame a second. */
  setHidden(hidden: boolean): void {
    if (this.isOpen()) this.send({ op: "hidden", hidden });
    if (!hidden) this.retryNow();
  }

  /** Try at once: the network is back, or somebody looks again. */
  retryNow(): void {
    // One that is being opened needs no second one beside it.
    if (this.socket !== null || this.isPaused || this.subscriptions.size === 0) return;
    clearTimeout(this.timer);
    this.connect();
  }

  /** Stay away until `resume`: whoever signs out has no more to follow. */
  async pause(): Promise<void> {
    this.isPaused = true;
    const socket = this.socket;
    this.socket = null;
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.timer = undefined;
    this.stopPolling();
    this.become("offline");
    // One that is only being opened is let in first, as long as the session lasts.
    if (socket?.readyState === WebSocket.CONNECTING)
      await new Promise<void>((done) => {
        socket.onopen = () => done();
        socket.onclose = () => done();
      });
    socket?.close();
  }

  resume(): void {
    this.isPaused = false;
    this.retryNow();
  }

  close(): void {
    this.subscriptions.clear();
    this.stopPolling();
    clearTimeout(this.timer);
    this.timer = undefined;
    this.socket?.close();
  }

  private leave(subscription: Subscription): void {
    this.subscriptions.delete(subscription.id);
    this.pollers.get(subscription.id)?.stop();
    this.pollers.delete(subscription.id);
    if (this.isOpen()) this.send({ op: "unsub", id: subscription.id });
  }

  private isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  private connect(): void {
    this.timer = undefined;
    // What has failed is not being connected: it is away until something gets through.
    if (this.attempts === 0) this.become("connecting");
    const socket = this.environment.socket();
    this.socket = socket;
    socket.onopen = () => {
      this.attempts = 0;
      this.refusal = null;
      this.stopPolling();
      this.become("live");
      this.listen();
      this.send({ op: "hello", v: 1, hidden: document.hidden });
      for (const subscription of this.subscriptions.values()) this.ask(subscription);
    };
    socket.onmessage = (event) => {
      this.listen();
      this.receive(JSON.parse(String(event.data)) as Frame);
    };
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = null;
      clearTimeout(this.silence);
      if (this.subscriptions.size === 0) {
        this.become("idle");
        return;
      }
      this.attempts += 1;
      if (this.attempts === ATTEMPTS_BEFORE_POLLING) void this.askWhy();
      if (this.attempts >= ATTEMPTS_BEFORE_POLLING) this.startPolling();
      else this.become("offline");
      const delay = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (this.attempts - 1));
      this.timer = setTimeout(() => this.connect(), delay * (0.5 + Math.random() / 2));
    };
  }

  /** Without a sign of life the socket is given up: some proxies close without telling. */
  private listen(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.socket?.close(), SILENCE);
  }

  private receive(frame: Frame): void {
    if (frame.t === "ping") {
      this.send({ op: "pong" });
      return;
    }
    const subscription = this.subscriptions.get(frame.id);
    if (subscription && !subscription.take(frame)) this.ask(subscription);
  }

  private ask(subscription: Subscription): void {
    const { id, topic, known, isRefused } = subscription;
    if (!isRefused) this.send({ op: "sub", id, topic, ...known });
  }

  private send(message: Schemas["FollowerRequest"]): void {
    this.socket?.send(JSON.stringify(message));
  }

  private startPolling(): void {
    for (const subscription of this.subscriptions.values())
      if (!this.pollers.has(subscription.id)) this.poll(subscription);
  }

  private poll(subscription: Subscription): void {
    const poller = this.environment.poller(subscription, (isGood) => {
      if (!this.isOpen()) this.become(isGood ? "polling" : "offline");
    });
    this.pollers.set(subscription.id, poller);
    poller.start();
  }

  private async askWhy(): Promise<void> {
    const refusal = await this.environment.refusal().catch(() => null);
    if (this.isOpen() || refusal === this.refusal) return;
    this.refusal = refusal;
    this.tell();
  }

  private stopPolling(): void {
    for (const poller of this.pollers.values()) poller.stop();
    this.pollers.clear();
  }

  private become(connection: Connection): void {
    if (this.connection === connection) return;
    this.connection = connection;
    this.tell();
  }

  private tell(): void {
    for (const watcher of this.watchers) watcher();
  }
}

const browser: StreamEnvironment = {
  socket: () => {
    const address = new URL(`${BASE}/api/v1/stream`, location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    return new WebSocket(address);
  },
  poller: (subscription, onAnswer) => new Poller(subscription, onAnswer),
  refusal: originRefusal,
};

export const stream = new LiveStream();

if (typeof window !== "undefined") {
  window.addEventListener("online", () => stream.retryNow());
  document.addEventListener("visibilitychange", () => stream.setHidden(document.hidden));
}
