import { useInfiniteQuery, useQueries } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { clsx } from "clsx";
import { History } from "lucide-react";
import type { Schemas } from "@/api/client";
import { readDocument } from "@/editor/document/convert";
import { VersionDiff } from "@/pages/editor/VersionDiff";
import { Button } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import { moment } from "@/ui/time";
import { versionQuery, versionsQuery } from "./queries";
import { pairOf, type VersionPair } from "./versions";
import { WorkflowHeader } from "./WorkflowHeader";

type Version = Schemas["Version"];

/** The published versions of a workflow, and how any two differ. */
export function VersionsPage() {
  const { workflowId } = useParams({ from: "/shell/w/$workflowId/versions" });
  const { diff } = useSearch({ from: "/shell/w/$workflowId/versions" });
  const navigate = useNavigate({ from: "/w/$workflowId/versions" });
  const list = useInfiniteQuery(versionsQuery(workflowId));
  const versions = list.data?.pages.flatMap((page) => page.versions) ?? [];
  const newest = versions[0];
  const pair = pairOf(diff) ?? (newest ? { before: nameOf(newest), after: "draft" } : null);
  const compare = (next: VersionPair) =>
    void navigate({ search: { diff: `${next.before}..${next.after}` }, replace: true });
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <WorkflowHeader workflowId={workflowId} title="Versions" />
      {list.isError ? (
        <div className="p-6">
          <ErrorNotice title="The versions can't be listed" error={list.error} />
        </div>
      ) : null}
      {list.isPending ? <Skeleton lines={8} className="p-6" /> : null}
      {list.isSuccess && !newest ? (
        <EmptyState
          icon={<History size={24} aria-hidden />}
          title="No version yet"
          action={
            <Link to="/w/$workflowId" params={{ workflowId }} className="text-accent underline">
              Open the editor
            </Link>
          }
        >
          Publishing the draft makes the first one; from then on you can compare and go back.
        </EmptyState>
      ) : null}
      {newest && pair ? (
        <div className="flex min-h-0 flex-1">
          <nav
            aria-label="Versions"
            className="w-72 shrink-0 overflow-auto border-r border-line p-2"
          >
            <ul>
              {versions.map((version) => (
                <li key={version.hash}>
                  <button
                    type="button"
                    aria-current={nameOf(version) === pair.before ? "true" : undefined}
                    className={clsx(
                      "w-full rounded-control px-2 py-1.5 text-left",
                      nameOf(version) === pair.before ? "bg-accent-soft" : "hover:bg-hover",
                    )}
                    onClick={() => compare({ before: nameOf(version), after: pair.after })}
                  >
                    <span className="block font-semibold">Version {version.number}</span>
                    <span className="block truncate text-xs text-muted">
                      {version.note || "no note"}
                    </span>
                    <span className="block truncate text-2xs text-muted">
                      {moment(version.created_at)} · {version.author}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
            {list.hasNextPage ? (
              <Button look="quiet" className="w-full" onPress={() => void list.fetchNextPage()}>
                Older ones
              </Button>
            ) : null}
          </nav>
          <div className="flex min-w-0 flex-1 flex-col gap-3 p-4">
            <Choices versions={versions} pair={pair} onChange={compare} />
            <Difference key={`${pair.before} ${pair.after}`} workflowId={workflowId} pair={pair} />
          </div>
        </div>
      ) : null}
    </main>
  );
}

/** What the address calls a version. */
function nameOf({ number, hash }: Version): string {
  return number === null ? hash : String(number);
}

interface ChoicesProps {
  versions: readonly Version[];
  pair: VersionPair;
  onChange: (pair: VersionPair) => void;
}

function Choices({ versions, pair, onChange }: ChoicesProps) {
  const choices = [
    { id: "draft", label: "the draft" },
    ...versions.map((version) => ({
      id: nameOf(version),
      label: `version ${version.number}`,
      detail: version.note || undefined,
    })),
  ];
  return (
    <div className="flex items-center gap-2">
      <span className="text-muted">From</span>
      <Select
        label="From"
        hideLabel
        className="w-44"
        choices={choices}
        value={pair.before}
        onChange={(before) => onChange({ ...pair, before })}
      />
      <span className="text-muted">to</span>
      <Select
        label="To"
        hideLabel
        className="w-44"
        choices={choices}
        value={pair.after}
        onChange={(after) => onChange({ ...pair, after })}
      />
    </div>
  );
}

function Difference({ workflowId, pair }: { workflowId: string; pair: VersionPair }) {
  const found = useQueries({
    queries: [versionQuery(workflowId, pair.before), versionQuery(workflowId, pair.after)],
  });
  const error = found.find((one) => one.error)?.error;
  if (error) return <ErrorNotice title="These versions can't be compared" error={error} />;
  const [before, after] = found.map((one) => one.data);
  if (!before || !after) return <Skeleton lines={6} />;
  return (
    <VersionDiff before={readDocument(before.document)} after={readDocument(after.document)} />
  );
}
