import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { clsx } from "clsx";
import { useState } from "react";
import type { Schemas } from "@/api/client";
import { ui } from "@/editor/canvas/ui";
import { readDocument, useWorkflow, workflow } from "@/editor/document";
import { versionQuery, versionsQuery } from "@/pages/workflow/queries";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { moment } from "@/ui/time";
import { VersionDiff } from "./VersionDiff";

type Version = Schemas["Version"];

/** Every published version, how it differs from what is here, and the way back to it. */
export function Versions({ workflowId }: { workflowId: string }) {
  const [chosen, setChosen] = useState<Version | null>(null);
  const list = useInfiniteQuery(versionsQuery(workflowId));
  const versions = list.data?.pages.flatMap((page) => page.versions) ?? [];
  const shown = chosen ?? versions[0] ?? null;
  const close = () => ui().open(null);
  return (
    <Dialog title="Versions" isOpen onClose={close} size="large">
      {list.isError && <ErrorNotice title="The versions could not be read" error={list.error} />}
      {list.isPending && <Skeleton lines={4} />}
      {list.isSuccess && versions.length === 0 && (
        <p className="py-8 text-center text-muted">
          No version yet. Publishing the draft makes the first one; from then on you can compare and
          go back.
        </p>
      )}
      {shown && (
        <div className="grid h-[60vh] grid-cols-[220px_minmax(0,1fr)] gap-4">
          <ul aria-label="Versions" className="overflow-auto">
            {versions.map((version) => (
              <li key={version.hash}>
                <button
                  type="button"
                  aria-current={version.hash === shown.hash}
                  onClick={() => setChosen(version)}
                  className={clsx(
                    "w-full rounded-control px-2 py-1.5 text-left hover:bg-hover",
                    version.hash === shown.hash && "bg-accent-soft",
                  )}
                >
                  <span className="block font-semibold">Version {version.number}</span>
                  <span className="block truncate text-xs text-muted">
                    {version.note || "no note"}
                  </span>
                  <span className="block text-2xs text-muted">{moment(version.created_at)}</span>
                </button>
              </li>
            ))}
            {list.hasNextPage && (
              <Button look="quiet" className="w-full" onPress={() => void list.fetchNextPage()}>
                Older ones
              </Button>
            )}
          </ul>
          <Shown key={shown.hash} workflowId={workflowId} version={shown} onDone={close} />
        </div>
      )}
    </Dialog>
  );
}

interface ShownProps {
  workflowId: string;
  version: Version;
  onDone: () => void;
}

function Shown({ workflowId, version, onDone }: ShownProps) {
  const current = useWorkflow((state) => state.document);
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const found = useQuery(versionQuery(workflowId, version.hash));
  if (found.isError)
    return <ErrorNotice title="The version could not be read" error={found.error} />;
  if (!found.data) return <Skeleton lines={6} />;
  const then = readDocument(found.data.document, current);
  const restore = () => {
    workflow().change(`Restore version ${version.number}`, () => then, { select: [] });
    useWorkflow.setState({
      notice: `This is version ${version.number} again, as a draft. Undo takes it back.`,
    });
    onDone();
  };
  return (
    <section
      aria-label={`Version ${version.number} compared with the draft`}
      className="flex min-h-0 flex-col gap-3"
    >
      <header className="flex items-center gap-2">
        <h3 className="flex-1 text-sm">From version {version.number} to the draft</h3>
        {isReadOnly ? null : <Button onPress={restore}>Restore version {version.number}</Button>}
      </header>
      <VersionDiff before={then} after={current} />
    </section>
  );
}
