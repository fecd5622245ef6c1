import { Lightbulb, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { keysFor, useShortcutStore } from "@/app/shortcuts/store";
import { useSelectedNode, useWorkflow } from "@/editor/document";
import { Button, IconButton } from "@/ui/Button";
import { Keys } from "@/ui/Keys";
import { hintAt, keepHint } from "./hints";

interface FirstHintsProps {
  workflowId: string;
  /** The execution that is shown, if there is one. */
  execution: string | null;
}

const HINTS = [
  { text: "Run this workflow: it needs no credential and no network.", key: "run.all" },
  { text: "Choose a node to see what it was given and what it gave.", key: null },
  { text: "Add a node: it comes after the one that is chosen.", key: "editor.add" },
] as const;

/** What to try first, one thing at a time; each goes when it was done, all go when asked to. */
export function FirstHints({ workflowId, execution }: FirstHintsProps) {
  const [step, setStep] = useState(() => hintAt(workflowId));
  const chosen = useShortcutStore((state) => state.chosen);
  const selected = useSelectedNode();
  const count = useWorkflow((state) => Object.keys(state.document.nodes).length);
  const began = useRef(count);
  const isDone = [execution !== null, selected !== null, count > began.current][step ?? -1];
  const go = (next: number | null) => {
    const last = next === HINTS.length ? null : next;
    keepHint(workflowId, last);
    setStep(last);
  };
  useEffect(() => {
    if (isDone && step !== null) go(step + 1);
  });
  const hint = HINTS[step ?? -1];
  if (step === null || hint === undefined) return null;
  return (
    <section
      aria-label="First hints"
      className="flex min-h-9 shrink-0 items-center gap-2 border-b border-line bg-accent-soft px-3 text-sm"
    >
      <Lightbulb size={16} aria-hidden className="shrink-0 text-accent" />
      <p role="status" className="min-w-0 flex-1">
        <span className="num text-muted">
          {step + 1} of {HINTS.length}
        </span>{" "}
        {hint.text} {hint.key ? <Keys keys={keysFor(hint.key, chosen)} /> : null}
      </p>
      <Button look="quiet" onPress={() => go(step + 1)}>
        {step + 1 === HINTS.length ? "Done" : "Next hint"}
      </Button>
      <IconButton label="No more hints" onPress={() => go(null)}>
        <X size={15} aria-hidden />
      </IconButton>
    </section>
  );
}
