import { Download } from "lucide-react";
import { BASE } from "@/api/base";
import { Button, buttonClass } from "@/ui/Button";
import type { ExecutionSummary } from "./types";

/** So many the server gives in one file. */
const MOST = 100;

/** Saves what is stored of executions as a JSON file; the browser writes it while it comes. */
export function ExportLink({ marked }: { marked: readonly ExecutionSummary[] }) {
  const words = (
    <>
      <Download size={14} aria-hidden /> Export
    </>
  );
  if (marked.length > MOST)
    return (
      <>
        <Button isDisabled>{words}</Button>
        <span className="text-xs text-muted">Up to {MOST} fit into one file.</span>
      </>
    );
  const query = new URLSearchParams(marked.map(({ id }) => ["id", id]));
  return (
    <a
      href={`${BASE}/api/v1/executions/export?${query}`}
      download="executions.json"
      title="A JSON file: nodes, log lines and requests of each, and where its items are"
      className={buttonClass()}
    >
      {words}
    </a>
  );
}
