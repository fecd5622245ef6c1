import { Link } from "@tanstack/react-router";
import { Copy, Download, Ellipsis, FolderInput, Trash2 } from "lucide-react";
import { useState } from "react";
import { ENTRY } from "@/app/shortcuts/useListKeys";
import { useMay } from "@/app/useAccount";
import { Badge } from "@/ui/Badge";
import { IconButton } from "@/ui/Button";
import { ConfirmDialog } from "@/ui/Dialog";
import { Menu, MenuItem, MenuSeparator } from "@/ui/Menu";
import { SortTitle } from "@/ui/SortTitle";
import { Switch } from "@/ui/Switch";
import { TimeAgo } from "@/ui/TimeAgo";
import { OrganiseDialog } from "./OrganiseDialog";
import type { ListedWorkflow, WorkflowSort } from "./queries";
import { RecentBars } from "./RecentBars";
import { useWorkflowActions } from "./useWorkflowActions";

type Asked = { what: "delete" | "organise"; workflow: ListedWorkflow } | null;

const CELL = "px-3 py-2 text-left align-middle";

interface WorkflowTableProps {
  workflows: readonly ListedWorkflow[];
  sort: WorkflowSort | undefined;
  onSort: (sort: WorkflowSort | undefined) => void;
}

/** The list of workflows. */
export function WorkflowTable({ workflows, sort, onSort }: WorkflowTableProps) {
  const [asked, setAsked] = useState<Asked>(null);
  const actions = useWorkflowActions();
  const mayChange = useMay("workflows:write");
  const row = { actions, mayChange, ask: setAsked };
  return (
    <>
      <table className="w-full border-collapse text-sm">
        <thead className="sticky top-0 z-10 bg-bg text-xs text-muted">
          <tr className="border-b border-line">
            <SortTitle<WorkflowSort>
              title="Name"
              ascending={undefined}
              descending="-name"
              first="ascending"
              sort={sort}
              onSort={onSort}
              className={CELL}
            />
            <th className={CELL}>Active</th>
            <th className={CELL}>Last executions</th>
            <th className={CELL}>Next start</th>
            <SortTitle<WorkflowSort>
              title="Owner"
              ascending="created_by"
              descending="-created_by"
              first="ascending"
              sort={sort}
              onSort={onSort}
              className={CELL}
            />
            <SortTitle<WorkflowSort>
              title="Changed"
              ascending="updated_at"
              descending="-updated_at"
              first="descending"
              sort={sort}
              onSort={onSort}
              className={CELL}
            />
            <th className={CELL}>
              <span className="sr-only">More</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {workflows.map((workflow) => (
            <Row key={workflow.id} workflow={workflow} {...row} />
          ))}
        </tbody>
      </table>
      {asked?.what === "organise" ? (
        <OrganiseDialog
          workflow={asked.workflow}
          onSave={(folder, tags) => actions.organise(asked.workflow, folder, tags)}
          onClose={() => setAsked(null)}
        />
      ) : null}
      <ConfirmDialog
        title="Delete this workflow?"
        action="Delete"
        isOpen={asked?.what === "delete"}
        onConfirm={() => asked && void actions.remove(asked.workflow)}
        onClose={() => setAsked(null)}
      >
        <b>{asked?.workflow.name}</b> and its versions are deleted for good. Its executions stay in
        the history.
      </ConfirmDialog>
    </>
  );
}

interface RowProps {
  workflow: ListedWorkflow;
  actions: ReturnType<typeof useWorkflowActions>;
  mayChange: boolean;
  ask: (asked: Asked) => void;
}

function Row({ workflow, actions, mayChange, ask }: RowProps) {
  const mayEdit = mayChange && !workflow.is_file;
  return (
    <tr className="scroll-mt-9 border-b border-line focus-within:outline-1 focus-within:-outline-offset-1 focus-within:outline-accent hover:bg-surface">
      <td className={CELL}>
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <Link
            {...{ [ENTRY]: workflow.id }}
            to="/w/$workflowId"
            params={{ workflowId: workflow.id }}
            className="rounded-control font-semibold hover:text-accent hover:underline"
          >
            {workflow.name}
          </Link>
          {workflow.is_file ? <Badge>from a file</Badge> : null}
          {workflow.tags.map((tag) => (
            <Badge key={tag}>{tag}</Badge>
          ))}
        </div>
        {workflow.folder ? <div className="text-xs text-muted">{workflow.folder}</div> : null}
      </td>
      <td className={CELL}>
        <Switch
          aria-label={`${workflow.name} is active`}
          isSelected={workflow.is_active}
          isDisabled={!mayEdit}
          onChange={(on) => void actions.setActive(workflow, on)}
        />
      </td>
      <td className={CELL}>
        <RecentBars recent={workflow.recent} />
      </td>
      <td className={`${CELL} text-xs text-muted`}>
        {workflow.next_at ? <TimeAgo at={workflow.next_at} /> : "–"}
      </td>
      <td
        className={`${CELL} max-w-48 truncate text-xs text-muted`}
        title={workflow.created_by ?? ""}
      >
        {workflow.created_by ?? "–"}
      </td>
      <td className={`${CELL} text-xs text-muted`}>
        <TimeAgo at={workflow.updated_at} />
      </td>
      <td className={`${CELL} text-right`}>
        <Menu
          label={`More for ${workflow.name}`}
          trigger={
            <IconButton label={`More for ${workflow.name}`}>
              <Ellipsis size={16} aria-hidden />
            </IconButton>
          }
        >
          <MenuItem
            icon={<Copy size={15} aria-hidden />}
            isDisabled={!mayChange}
            onAction={() => void actions.duplicate(workflow)}
          >
            Duplicate
          </MenuItem>
          <MenuItem
            icon={<FolderInput size={15} aria-hidden />}
            isDisabled={!mayEdit}
            onAction={() => ask({ what: "organise", workflow })}
          >
            Folder and tags
          </MenuItem>
          <MenuItem
            icon={<Download size={15} aria-hidden />}
            onAction={() => void actions.exportAs(workflow, "yaml")}
          >
            Export as YAML
          </MenuItem>
          <MenuItem
            icon={<Download size={15} aria-hidden />}
            onAction={() => void actions.exportAs(workflow, "json")}
          >
            Export as JSON
          </MenuItem>
          <MenuSeparator />
          <MenuItem
            icon={<Trash2 size={15} aria-hidden />}
            isDanger
            isDisabled={!mayEdit}
            onAction={() => ask({ what: "delete", workflow })}
          >
            Delete
          </MenuItem>
        </Menu>
      </td>
    </tr>
  );
}
