import { ApiProblem, textOf } from "@/api/problem";
import { autosaves } from "./autosave";
import { type DraftServer, documentOf, draftServer, type ServerDraft } from "./draftServer";
import { browserKeeper, type DraftKeeper } from "./kept";
import { type Choice, merged, noticeOf, sameDocument } from "./merge";
import type { SaverOptions } from "./saver";
import { useWorkflow, workflow } from "./store";
import type { WorkflowDocument } from "./types";

const IDLE_MS = 1_000;
const KEEP_MS = 250;
const RETRY_MS = [1_000, 2_000, 5_000];

/**
 * Brings the document of the store to the server: a second after the last change, under the ETag
 * that is known, one request at a time. What somebody else changed meanwhile is merged; what both
 * changed is asked about. Until the server has acknowledged it, a copy stays in this browser.
 */
export class Saver {
  private base: WorkflowDocument;
  private etag: string;
  private timer: number | undefined;
  private keepTimer: number | undefined;
  private failures = 0;
  private running: Promise<void> | null = null;
  private theirs: { document: WorkflowDocument; etag: string } | null = null;
  private keys: string[];
  /** The document when this saver was closed: the store may hold another one by now. */
  private left: WorkflowDocument | null = null;
  private readonly readOnly: boolean;
  private readonly key = String(Math.random());
  private readonly keeper: DraftKeeper;
  private readonly server: DraftServer;
  private readonly stop: () => void;

  constructor(
    private readonly workflowId: string,
    { details, etag }: ServerDraft,
    private readonly options: SaverOptions = {},
  ) {
    this.keeper = options.keeper ?? browserKeeper;
    this.server = options.server ?? draftServer;
    this.base = documentOf(details);
    this.etag = etag;
    this.keys = [this.key];
    this.readOnly = details.is_file || options.mayWrite === false;
    workflow().open(workflowId, this.base, this.readOnly);
    useWorkflow.setState({ problems: details.problems });
    const unsubscribe = useWorkflow.subscribe((state, before) => {
      if (state.document !== before.document && state.workflowId === workflowId) this.changed();
    });
    const online = () => void this.retry();
    const leaving = (event: BeforeUnloadEvent) => {
      if (this.isDirty && !this.readOnly) event.preventDefault();
    };
    addEventListener("online", online);
    addEventListener("beforeunload", leaving);
    this.stop = () => {
      unsubscribe();
      removeEventListener("online", online);
      removeEventListener("beforeunload", leaving);
      clearTimeout(this.timer);
      clearTimeout(this.keepTimer);
    };
  }

  get isDirty(): boolean {
    return this.current !== this.base;
  }

  /** Whether the store still holds this workflow. */
  private get isHere(): boolean {
    return workflow().workflowId === this.workflowId;
  }

  private get current(): WorkflowDocument {
    return this.isHere ? workflow().document : (this.left ?? this.base);
  }

  get revision(): string {
    return this.etag;
  }

  /** Take up what another visit left unsaved. */
  async restore(): Promise<void> {
    const drafts = this.readOnly ? [] : await this.keeper.find(this.workflowId);
    this.keys = [this.key, ...drafts.map((draft) => draft.key)];
    let restored = false;
    for (const draft of drafts.reverse()) {
      const { document } = merged(draft.base, draft.document, workflow().document);
      if (sameDocument(document, workflow().document)) continue;
      workflow().change("Restore unsaved changes", () => document);
      restored = true;
    }
    if (restored)
      useWorkflow.setState({ notice: "Changes that had not been saved were restored." });
    else if (drafts.length) await this.keeper.forget(drafts.map((draft) => draft.key));
  }

  close(): void {
    this.stop();
    this.left = this.current;
    if (this.isDirty && !this.readOnly) void this.keep().then(() => this.flush());
  }

  private changed(): void {
    if (this.readOnly) return;
    const { save } = workflow();
    clearTimeout(this.timer);
    clearTimeout(this.keepTimer);
    this.keepTimer = window.setTimeout(() => void this.keep(), KEEP_MS);
    if (save.status === "conflict") return;
    if (!this.isDirty) {
      useWorkflow.setState({ save: { status: "saved", at: null } });
      return;
    }
    if (save.status === "saved" || save.status === "refused")
      useWorkflow.setState({ save: { status: "unsaved" } });
    if (autosaves()) this.timer = window.setTimeout(() => void this.flush(), IDLE_MS);
  }

  private async keep(): Promise<void> {
    const { workflowId, key, etag, base } = this;
    if (!this.isDirty) return;
    await this.keeper.keep({
      key,
      workflowId,
      etag,
      base,
      document: this.current,
      at: Date.now(),
    });
  }

  /** Save now; resolves when it is saved or can't be. */
  async flush(): Promise<void> {
    clearTimeout(this.timer);
    while (this.running) await this.running;
    const status = this.isHere ? workflow().save.status : null;
    if (!this.isDirty && status === "offline") this.settled();
    if (!this.isDirty || this.readOnly || status === "conflict") return;
    this.running = this.send().finally(() => {
      this.running = null;
    });
    await this.running;
  }

  private async send(): Promise<void> {
    const sent = this.current;
    if (this.isHere) useWorkflow.setState({ save: { status: "saving" } });
    try {
      const { details, etag } = await this.server.write(this.workflowId, this.etag, sent);
      this.base = sent;
      this.etag = etag;
      this.failures = 0;
      const done = this.current === sent;
      if (done) {
        await this.keeper.forget(this.keys);
        this.keys = [this.key];
      }
      if (!this.isHere) return;
      useWorkflow.setState({
        problems: details.problems,
        save: done ? { status: "saved", at: Date.now() } : { status: "unsaved" },
      });
      this.options.onSaved?.(details);
      if (!done) this.timer = window.setTimeout(() => void this.flush(), IDLE_MS);
    } catch (error) {
      if (this.isHere) await this.failed(error);
    }
  }

  private async failed(error: unknown): Promise<void> {
    const status = error instanceof ApiProblem ? error.status : -1;
    if (status === 412) return this.meet();
    if (status === 0 || status >= 500) {
      useWorkflow.setState({ save: { status: "offline" } });
      const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)];
      this.failures += 1;
      this.timer = window.setTimeout(() => void this.flush(), wait);
      return;
    }
    const detail = textOf(error);
    useWorkflow.setState({ save: { status: "refused", detail, signedOut: status === 401 } });
    if (error instanceof ApiProblem && error.problems.length)
      useWorkflow.setState({ problems: error.problems });
  }

  /** Try again at once: the browser is online, or somebody pressed "Try again". */
  async retry(): Promise<void> {
    this.failures = 0;
    const { status } = workflow().save;
    if (status === "offline" || status === "refused") await this.flush();
  }

  /** Somebody comes back to this window: take over what others changed meanwhile. */
  async look(): Promise<void> {
    if (this.isDirty || this.running || this.theirs) return;
    const found = await this.server.read(this.workflowId).catch(() => null);
    if (found && found.etag !== this.etag) await this.meet();
  }

  private settled(): void {
    useWorkflow.setState({ save: { status: "saved", at: Date.now() } });
  }

  /** Look at what is on the server now, and merge it with what is here. */
  async meet(): Promise<void> {
    try {
      const { details, etag } = await this.server.read(this.workflowId);
      this.theirs = { document: documentOf(details), etag };
    } catch (error) {
      return this.failed(error);
    }
    const { conflicts } = merged(this.base, workflow().document, this.theirs.document);
    if (conflicts.length) useWorkflow.setState({ save: { status: "conflict", conflicts } });
    else this.settle(() => "mine");
  }

  /** End a conflict: what both changed becomes what was chosen, and is saved. */
  settle(choose: (unit: string) => Choice | undefined): void {
    if (!this.theirs) return;
    const { document: theirs, etag } = this.theirs;
    const base = this.base;
    const { taken } = merged(base, workflow().document, theirs);
    const clean = !this.isDirty;
    this.theirs = null;
    this.base = theirs;
    this.etag = etag;
    useWorkflow.setState({ save: { status: "unsaved" } });
    workflow().rebase((document) =>
      clean ? theirs : merged(base, document, theirs, choose).document,
    );
    if (taken.length) useWorkflow.setState({ notice: noticeOf(taken) });
    if (sameDocument(workflow().document, theirs)) {
      this.base = workflow().document;
      this.settled();
    } else void this.flush();
  }
}
