import { useEffect, useState } from "react";
import { SearchField } from "@/ui/SearchField";
import { Select } from "@/ui/Select";
import { METHODS, type NetworkSearch } from "./search";

interface NetworkFiltersProps {
  search: NetworkSearch;
  onChange: (change: Partial<Record<keyof NetworkSearch, string | undefined>>) => void;
  workflows: ReadonlyMap<string, string>;
}

/** Filters that stand in the address. */
export function NetworkFilters({ search, onChange, workflows }: NetworkFiltersProps) {
  return (
    <search className="flex flex-1 flex-wrap items-center gap-2">
      <TypedFilter
        label="Search in addresses and errors"
        placeholder="Address or error"
        value={search.q ?? ""}
        onChange={(q) => onChange({ q: q || undefined })}
      />
      <TypedFilter
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
      <Select
        label="Workflow"
        hideLabel
        className="w-48"
        choices={[
          { id: "", label: "any workflow" },
          ...[...workflows].map(([id, label]) => ({ id, label })),
        ]}
        value={search.wf ?? ""}
        onChange={(wf) => onChange({ wf: wf || undefined })}
      />
    </search>
  );
}

interface TypedFilterProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}

/** A filter that is typed: it holds after a pause. */
function TypedFilter({ label, placeholder, value, onChange }: TypedFilterProps) {
  const [text, setText] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => text.trim() !== value && onChange(text.trim()), 250);
    return () => clearTimeout(timer);
  });
  return (
    <SearchField
      label={label}
      placeholder={placeholder}
      className="w-52"
      value={text}
      onChange={setText}
    />
  );
}
