import { useInfiniteQuery } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { textOf } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Skeleton } from "@/ui/Skeleton";
import { TimeAgo } from "@/ui/TimeAgo";

const PREFIX = "credential.";

/** What people did with a credential, from the audit log, the newest first. */
export function History({ name, onClose }: { name: string; onClose: () => void }) {
  const found = useInfiniteQuery({
    queryKey: ["credentials", "history", name],
    queryFn: ({ pageParam, signal }) =>
      ask(
        api.GET("/api/v1/audit", {
          params: { query: { subject: name, cursor: pageParam, limit: 50 } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
  // The log names other things too, and they may be called the same.
  const entries = found.data?.pages
    .flatMap((page) => page.entries)
    .filter((entry) => entry.action.startsWith(PREFIX));
  return (
    <Dialog title={`History of ${name}`} isOpen onClose={onClose} size="small">
      {found.isError ? <p className="text-danger">{textOf(found.error)}</p> : null}
      {found.isPending ? <Skeleton lines={4} /> : null}
      {entries?.length === 0 ? <p className="text-muted">The log has nothing about it.</p> : null}
      <ol className="flex flex-col gap-1 text-sm">
        {entries?.map((entry) => (
          <li key={entry.seq} className="flex items-baseline gap-2">
            <code className="text-xs font-semibold">{entry.action.slice(PREFIX.length)}</code>
            <span className="min-w-0 flex-1 truncate">by {entry.actor}</span>
            <span className="text-xs text-muted">
              <TimeAgo at={entry.at} />
            </span>
          </li>
        ))}
      </ol>
      {found.hasNextPage ? (
        <Button
          look="quiet"
          isDisabled={found.isFetching}
          onPress={() => void found.fetchNextPage()}
        >
          Show older entries
        </Button>
      ) : null}
    </Dialog>
  );
}
