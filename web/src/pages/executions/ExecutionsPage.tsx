import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCrumbs } from "@/app/crumbs";
import { ExecutionList } from "./ExecutionList";

/** Every execution that one may see. */
export function ExecutionsPage() {
  const search = useSearch({ from: "/shell/executions" });
  const navigate = useNavigate({ from: "/executions" });
  useCrumbs({ label: "Executions" });
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <ExecutionList
        title={<h1 className="text-lg">Executions</h1>}
        search={search}
        onChange={(next) => void navigate({ search: next, replace: true })}
      />
    </main>
  );
}
