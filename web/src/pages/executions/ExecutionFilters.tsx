import { useEffect, useRef, useState } from "react";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import { SearchField } from "@/ui/SearchField";
import { Select } from "@/ui/Select";
import { type ExecutionsSearch, SINCE, type Since, STATUSES } from "./search";

interface ExecutionFiltersProps {
  search: ExecutionsSearch;
  onChange: (search: ExecutionsSearch) => void;
  /** The workflows to choose from; null where there is only one. */
  workflows: ReadonlyMap<string, string> | null;
}

const ANY = { id: "", label: "" };
const TIMES: Record<Since, string> = {
  hour: "last hour",
  day: "last 24 hours",
  week: "last 7 days",
  month: "last 30 days",
};

/** Filters that stand in the address. */
export function ExecutionFilters({ search, onChange, workflows }: ExecutionFiltersProps) {
  const set = (change: Partial<ExecutionsSearch>) =>
    onChange(
      Object.fromEntries(
        Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined),
      ),
    );
  const field = useRef<HTMLInputElement>(null);
  useShortcut("list.search", () => field.current?.focus());
  const [text, setText] = useState(search.q ?? "");
  useEffect(() => {
    const timer = setTimeout(() => text !== (search.q ?? "") && set({ q: text || undefined }), 250);
    return () => clearTimeout(timer);
  });
  return (
    <search className="flex flex-1 flex-wrap items-center gap-2">
      <SearchField
        label="Search in errors, names and numbers"
        placeholder="Error, workflow or number"
        className="w-64"
        inputRef={field}
        value={text}
        onChange={setText}
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
      {workflows ? (
        <Select
          label="Workflow"
          hideLabel
          className="w-48"
          choices={[
            { ...ANY, label: "any workflow" },
            ...[...workflows].map(([id, label]) => ({ id, label })),
          ]}
          value={search.workflow ?? ""}
          onChange={(id) => set({ workflow: id || undefined })}
        />
      ) : null}
      <Select
        label="Time"
        hideLabel
        className="w-36"
        choices={[
          { ...ANY, label: "any time" },
          ...(Object.keys(SINCE) as Since[]).map((id) => ({ id, label: TIMES[id] })),
        ]}
        value={search.since ?? ""}
        onChange={(id) => set({ since: id === "" ? undefined : (id as Since) })}
      />
    </search>
  );
}
