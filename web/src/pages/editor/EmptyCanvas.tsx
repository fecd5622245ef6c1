import { addNodeOfType } from "@/editor/canvas/actions";
import { iconOf } from "@/editor/canvas/icons";
import type { NodeTypes } from "@/editor/canvas/ports";
import { ui } from "@/editor/canvas/ui";
import { useWorkflow } from "@/editor/document";
import { Button } from "@/ui/Button";

const FIRST = ["trigger.manual", "trigger.schedule", "trigger.webhook"];

/** A workflow without nodes: what comes first, one press away. */
export function EmptyCanvas({ types }: { types: NodeTypes }) {
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const triggers = FIRST.map((name) => types.get(name)).filter((type) => type !== undefined);
  if (isReadOnly) return null;
  return (
    <div className="pointer-events-none absolute inset-0 grid place-items-center">
      <div className="pointer-events-auto max-w-md rounded-card border border-line bg-surface p-6 text-center shadow-float">
        <h2 className="text-base">What starts this workflow?</h2>
        <p className="mt-1 text-muted">Every workflow begins with a trigger.</p>
        <div className="mt-4 flex flex-wrap justify-center gap-2">
          {triggers.map((type) => {
            const Icon = iconOf(type.icon);
            return (
              <Button key={type.name} onPress={() => addNodeOfType(type, null, null)}>
                <Icon size={15} aria-hidden /> {type.label}
              </Button>
            );
          })}
          <Button
            look="quiet"
            onPress={() => ui().open({ kind: "palette", at: null, origin: null })}
          >
            Something else…
          </Button>
        </div>
        <p className="mt-4 text-xs text-muted">
          Or paste nodes or a cURL command with <kbd>Ctrl V</kbd>.
        </p>
      </div>
    </div>
  );
}
