import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Workflow } from "lucide-react";
import { useMemo } from "react";
import { workflowsCalled } from "@/pages/executions/names";
import { usePaused } from "@/ui/usePaused";
import type { Command } from "./store";

/** Workflows as the palette finds them: the first at once, others where the server has them. */
export function useWorkflowCommands(query: string): Command[] {
  const navigate = useNavigate();
  const first = useQuery(workflowsCalled());
  const asked = usePaused(longestOf(query));
  const others = useQuery({
    ...workflowsCalled(asked),
    enabled: asked !== "" && Boolean(first.data?.next),
    placeholderData: keepPreviousData,
  });
  return useMemo(() => {
    const all = [...(first.data?.workflows ?? []), ...(others.data?.workflows ?? [])];
    const byId = new Map(all.map((workflow) => [workflow.id, workflow]));
    return [...byId.values()].map((workflow) => ({
      id: `workflow ${workflow.id}`,
      label: workflow.name,
      group: "Workflows",
      detail: [workflow.folder, ...workflow.tags].filter(Boolean).join(" · "),
      icon: <Workflow size={15} aria-hidden />,
      run: () => void navigate({ to: "/w/$workflowId", params: { workflowId: workflow.id } }),
    }));
  }, [first.data, others.data, navigate]);
}

/** The word that says most: the server looks for one text, the palette then for every word. */
function longestOf(query: string): string {
  return query
    .trim()
    .split(/\s+/)
    .reduce((longest, word) => (word.length > longest.length ? word : longest), "");
}
