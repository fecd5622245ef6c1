import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { FileInput, Plus, Workflow } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { oneOf } from "@/app/address";
import { useCommands } from "@/app/commands/store";
import { useCrumbs } from "@/app/crumbs";
import { keysFor, useShortcutStore } from "@/app/shortcuts/store";
import { useListKeys } from "@/app/shortcuts/useListKeys";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import { useMay } from "@/app/useAccount";
import { useChangeAddress } from "@/app/useChangeAddress";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import { TypedSearch } from "@/ui/TypedSearch";
import { Groups } from "./Groups";
import { ImportDialog } from "./ImportDialog";
import { NewDialog } from "./NewDialog";
import { type ListSearch, WORKFLOW_STATES, workflowsQuery } from "./queries";
import { TemplateCards } from "./TemplateCards";
import { WorkflowTable } from "./WorkflowTable";

const STATES = [
  { id: "all", label: "All" },
  { id: "active", label: "Active" },
  { id: "inactive", label: "Inactive" },
];

const EVERYTHING = { q: undefined, folder: undefined, tag: undefined, state: undefined };

type Open = "new" | "import" | null;

/** The list of workflows, with everything that can be done without opening one. */
export function WorkflowsPage() {
  const search = useSearch({ from: "/shell/workflows" });
  const change = useChangeAddress();
  const [open, setOpen] = useState<Open>(null);
  const mayChange = useMay("workflows:write");
  const list = useInfiniteQuery(workflowsQuery(search));
  const workflows = useMemo(
    () => list.data?.pages.flatMap((page) => page.workflows) ?? [],
    [list.data],
  );
  useCrumbs({ label: "Workflows" });
  const place = useRef<HTMLDivElement>(null);
  useListKeys(place, () => void (list.hasNextPage && list.fetchNextPage()));
  useShortcut("list.new", () => setOpen("new"), mayChange);
  useCommands(
    "workflows",
    useMemo(
      () =>
        mayChange
          ? [
              command("new", "New workflow", <Plus size={15} aria-hidden />, () => setOpen("new")),
              command("import", "Import a workflow", <FileInput size={15} aria-hidden />, () =>
                setOpen("import"),
              ),
            ]
          : [],
      [mayChange],
    ),
  );
  const { sort: _sort, ...filters } = search;
  const isFiltered = Object.values(filters).some(Boolean);
  const isEmpty = list.isSuccess && workflows.length === 0;
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <Header search={search} open={setOpen} mayChange={mayChange} />
      <div className="flex min-h-0 flex-1">
        <Groups search={search} />
        <div ref={place} className="min-w-0 flex-1 overflow-auto px-3 pb-6">
          {list.isPending ? <Skeleton lines={8} /> : null}
          {list.isError ? (
            <ErrorNotice
              title="The workflows could not be loaded"
              error={list.error}
              action={<Button onPress={() => void list.refetch()}>Try again</Button>}
            />
          ) : null}
          {isEmpty && isFiltered ? <NothingFound /> : null}
          {isEmpty && !isFiltered ? <Beginning mayChange={mayChange} open={setOpen} /> : null}
          {workflows.length > 0 ? (
            <WorkflowTable
              workflows={workflows}
              sort={search.sort}
              onSort={(sort) => change({ sort })}
            />
          ) : null}
          {list.hasNextPage ? (
            <div className="flex justify-center pt-4">
              <Button
                onPress={() => void list.fetchNextPage()}
                isDisabled={list.isFetchingNextPage}
              >
                Show more
              </Button>
            </div>
          ) : null}
        </div>
      </div>
      {open === "new" ? (
        <NewDialog folder={search.folder ?? ""} onClose={() => setOpen(null)} />
      ) : null}
      {open === "import" ? (
        <ImportDialog folder={search.folder ?? ""} onClose={() => setOpen(null)} />
      ) : null}
    </main>
  );
}

function command(id: string, label: string, icon: React.ReactNode, run: () => void) {
  return { id: `workflows ${id}`, label, group: "Actions", icon, run };
}

function Header(props: { search: ListSearch; open: (what: Open) => void; mayChange: boolean }) {
  const change = useChangeAddress();
  const field = useRef<HTMLInputElement>(null);
  const chosen = useShortcutStore((state) => state.chosen);
  useShortcut("list.search", () => field.current?.focus());
  return (
    <header className="flex flex-wrap items-center gap-2 px-6 py-3">
      <h1 className="mr-auto text-lg">Workflows</h1>
      <TypedSearch
        label="Search in names"
        placeholder={`Search   ${keysFor("list.search", chosen)}`}
        value={props.search.q ?? ""}
        onChange={(q) => change({ q: q || undefined })}
        inputRef={field}
        className="w-56"
      />
      <Select
        label="State"
        hideLabel
        choices={STATES}
        value={props.search.state ?? "all"}
        onChange={(id) => change({ state: oneOf(WORKFLOW_STATES, id) })}
        className="w-28"
      />
      {props.mayChange ? (
        <>
          <Button onPress={() => props.open("import")}>
            <FileInput size={15} aria-hidden />
            Import
          </Button>
          <Button look="solid" onPress={() => props.open("new")}>
            <Plus size={15} aria-hidden />
            New workflow
          </Button>
        </>
      ) : null}
    </header>
  );
}

function NothingFound() {
  const change = useChangeAddress();
  return (
    <EmptyState
      title="No workflow fits"
      action={<Button onPress={() => change(EVERYTHING)}>Show all workflows</Button>}
    >
      Names are searched, in the chosen folder, tag and state.
    </EmptyState>
  );
}

function Beginning({ mayChange, open }: { mayChange: boolean; open: (what: Open) => void }) {
  return (
    <EmptyState
      icon={<Workflow size={28} aria-hidden />}
      title="No workflows yet"
      action={
        mayChange ? (
          <div className="flex flex-col items-center gap-4">
            <TemplateCards folder="" />
            <div className="flex gap-2">
              <Button onPress={() => open("import")}>Paste JSON or YAML, or a cURL command</Button>
              <Button look="solid" onPress={() => open("new")}>
                Begin with an empty one
              </Button>
            </div>
          </div>
        ) : null
      }
    >
      {mayChange
        ? "Begin with one of these; they run at once, without a credential."
        : "What others make in your projects appears here."}
    </EmptyState>
  );
}
