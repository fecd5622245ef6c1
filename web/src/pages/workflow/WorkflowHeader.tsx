import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useCrumbs } from "@/app/crumbs";
import { workflowQuery } from "./queries";

const PAGES = [
  { to: "/w/$workflowId", label: "Editor" },
  { to: "/w/$workflowId/executions", label: "Executions" },
  { to: "/w/$workflowId/versions", label: "Versions" },
  { to: "/w/$workflowId/settings", label: "Settings" },
] as const;

interface WorkflowHeaderProps {
  workflowId: string;
  /** Which of its pages this is. */
  title: string;
  children?: ReactNode;
}

/** The name of a workflow, and the way between its pages. */
export function WorkflowHeader({ workflowId, title, children }: WorkflowHeaderProps) {
  const found = useQuery(workflowQuery(workflowId));
  const name = found.data?.data.name ?? "Workflow";
  useCrumbs(
    { label: "Workflows", to: "/workflows" },
    { label: name, to: `/w/${workflowId}` },
    { label: title },
  );
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-6 pt-4">
      <h1 className="min-w-0 truncate pb-2 text-lg">
        {title} <span className="font-normal text-muted">of {name}</span>
      </h1>
      <span className="flex-1" />
      {children}
      <nav aria-label="Pages of the workflow" className="flex gap-1">
        {PAGES.map(({ to, label }) => (
          <Link
            key={to}
            to={to}
            params={{ workflowId }}
            activeOptions={{ exact: true }}
            className="-mb-px flex min-h-8 items-center border-b-2 border-transparent px-2 text-muted hover:text-text"
            activeProps={{ className: "border-accent! font-semibold text-text!" }}
          >
            {label}
          </Link>
        ))}
      </nav>
    </header>
  );
}
