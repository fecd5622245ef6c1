import { useRef } from "react";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import { WorkflowChoice } from "@/pages/executions/WorkflowChoice";
import { Select } from "@/ui/Select";
import { TypedSearch } from "@/ui/TypedSearch";
import { METHODS, type NetworkSearch } from "./search";

interface NetworkFiltersProps {
  search: NetworkSearch;
  onChange: (change: Partial<Record<keyof NetworkSearch, string | undefined>>) => void;
}

/** Filters that stand in the address. */
export function NetworkFilters({ search, onChange }: NetworkFiltersProps) {
  const field = useRef<HTMLInputElement>(null);
  useShortcut("list.search", () => field.current?.focus());
  return (
    <search className="flex flex-1 flex-wrap items-center gap-2">
      <TypedSearch
        inputRef={field}
        className="w-52"
        label="Search in addresses and errors"
        placeholder="Address or error"
        value={search.q ?? ""}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <TypedSearch
        className="w-52"
        label="Host"
        placeholder="Host"
        value={search.host ?? ""}
        onChange={(host) => onChange({ host: host || undefined })}
      />
      <Select
        label="Method"
        hideLabel
        className="w-32"
        choices={[
          { id: "", label: "any method" },
          ...METHODS.map((method) => ({ id: method, label: method })),
        ]}
        value={search.method ?? ""}
        onChange={(method) => onChange({ method: method || undefined })}
      />
      <WorkflowChoice className="w-48" value={search.wf} onChange={(wf) => onChange({ wf })} />
    </search>
  );
}
