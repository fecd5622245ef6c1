import { CircleQuestionMark } from "lucide-react";
import { useRef, useState } from "react";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import { IconButton } from "@/ui/Button";
import { Select } from "@/ui/Select";
import { TypedSearch } from "@/ui/TypedSearch";
import { duration } from "@/ui/time";
import { StatusChoice } from "./StatusChoice";
import type { ExecutionsSearch } from "./search";
import { TimeChoice } from "./TimeChoice";
import { WorkflowChoice } from "./WorkflowChoice";

interface ExecutionFiltersProps {
  search: ExecutionsSearch;
  onChange: (search: ExecutionsSearch) => void;
  /** Whether a workflow can be chosen; not where there is only one. */
  hasWorkflows: boolean;
}

const ANY = { id: "", label: "" };
const SOURCES = ["api", "schedule", "webhook", "poll", "sub_workflow", "error", "repeat", "manual"];
const LONG_MS = [100, 1_000, 10_000, 60_000, 600_000];
/** Filters that stand in the address. */
export function ExecutionFilters({ search, onChange, hasWorkflows }: ExecutionFiltersProps) {
  const set = (change: Partial<ExecutionsSearch>) =>
    onChange(
      Object.fromEntries(
        Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined),
      ),
    );
  const [isHelping, setHelping] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useShortcut("list.search", () => field.current?.focus());
  const isOther = search.min_ms !== undefined && !LONG_MS.includes(search.min_ms);
  return (
    <search className="flex flex-1 flex-wrap items-center gap-2">
      <TypedSearch
        label="Search in errors, names and numbers"
        placeholder="Error, workflow or number"
        className="w-64"
        inputRef={field}
        value={search.q ?? ""}
        onChange={(q) => set({ q: q || undefined })}
      />
      <IconButton
        label="How to search"
        aria-expanded={isHelping}
        className="-ml-1"
        onPress={() => setHelping(!isHelping)}
      >
        <CircleQuestionMark size={15} aria-hidden />
      </IconButton>
      <StatusChoice value={search.status} onChange={(status) => set({ status })} />
      {hasWorkflows ? (
        <WorkflowChoice
          className="w-48"
          value={search.workflow}
          onChange={(id) => set({ workflow: id })}
        />
      ) : null}
      <Select
        label="Started by"
        hideLabel
        className="w-36"
        choices={[
          { ...ANY, label: "started by any" },
          ...SOURCES.map((source) => ({ id: source, label: source })),
        ]}
        value={search.source ?? ""}
        onChange={(source) => set({ source: source || undefined })}
      />
      <TimeChoice value={search} onChange={set} />
      <Select
        label="Duration"
        hideLabel
        className="w-36"
        choices={[
          { ...ANY, label: "any duration" },
          ...LONG_MS.map((ms) => ({ id: String(ms), label: `from ${duration(ms)}` })),
          ...(isOther
            ? [{ id: String(search.min_ms), label: `from ${duration(search.min_ms)}` }]
            : []),
        ]}
        value={search.min_ms === undefined ? "" : String(search.min_ms)}
        onChange={(ms) => set({ min_ms: ms === "" ? undefined : Number(ms) })}
      />
      {isHelping ? (
        <p className="basis-full text-xs text-muted">
          Words stand in the error or the name of the workflow; a number is that of one execution.{" "}
          <code>error:"429"</code> looks into errors alone, <code>node:http*</code> for the node at
          which it failed, by its id or how that begins.
        </p>
      ) : null}
    </search>
  );
}
