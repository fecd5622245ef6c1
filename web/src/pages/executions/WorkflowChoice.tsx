import { clsx } from "clsx";
import { ChevronDown } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "react-aria-components";
import { INPUT } from "@/ui/Field";
import { onDemand } from "@/ui/onDemand";
import { useWorkflowNames } from "./names";

const WorkflowList = onDemand(() => import("./WorkflowList").then((module) => module.WorkflowList));

interface WorkflowChoiceProps {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
  className?: string;
}

/** One workflow of any number, or all of them: found by a part of its name. */
export function WorkflowChoice({ value, onChange, className }: WorkflowChoiceProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const names = useWorkflowNames(value ? [value] : []);
  const shown = value ? (names.get(value) ?? "a workflow") : "any workflow";
  useEffect(() => WorkflowList.preload(), []);
  return (
    <div className={className}>
      <Button
        ref={button}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        aria-label={`Workflow: ${shown}`}
        onPress={() => setOpen(true)}
        className={clsx(INPUT, "flex min-h-7 items-center justify-between gap-1 text-left")}
      >
        <span className="truncate">{shown}</span>
        <ChevronDown size={14} aria-hidden className="shrink-0 text-muted" />
      </Button>
      {isOpen ? (
        <WorkflowList
          button={button}
          value={value}
          onChoose={onChange}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </div>
  );
}
