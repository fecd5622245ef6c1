import { useRef } from "react";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import { Select } from "@/ui/Select";
import { TypedSearch } from "@/ui/TypedSearch";
import { duration } from "@/ui/time";
import { type ExecutionsSearch, STATUSES } from "./search";
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
      <Select
        label="Status"
        hideLabel
        className="w-36"
        choices={[
          { ...ANY, label: "any status" },
          ...STATUSES.map((status) => ({ id: status, label: status })),
        ]}
        value={search.status?.[0] ?? ""}
        onChange={(status) => set({ status: status === "" ? undefined : [status] })}
      />
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
    </search>
  );
}
