import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { CopyRequest } from "@/editor/dock/CopyRequest";
import { useCopyKeys } from "@/editor/dock/copyAs";
import { LogView } from "@/editor/dock/LogView";
import { useLogEnd } from "@/editor/dock/useLogLines";
import { OTHER_NODE } from "@/editor/panel/data/search";
import { itemOf } from "@/editor/run/itemOf";
import type { ExecutionDetails } from "@/editor/run/queries";
import { attemptOfQuery, type Span, spanQuery } from "@/editor/run/spans";
import { IconButton } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { asStatus, StatusIcon } from "@/ui/StatusIcon";
import { type TabEntry, Tabs } from "@/ui/Tabs";
import { duration } from "@/ui/time";
import { SpanError } from "./SpanError";
import { SpanInput, SpanOutput } from "./SpanItems";
import { RequestPart } from "./SpanRequest";
import { atInput, type ExecutionSearch, type Part } from "./search";

interface SpanDetailsProps {
  execution: ExecutionDetails;
  isEnded: boolean;
  span: string;
  search: ExecutionSearch;
  change: (next: ExecutionSearch) => void;
}

/** All of one attempt or request: why it failed, what was sent, given, put out and logged. */
export function SpanDetails({ span: key, ...props }: SpanDetailsProps) {
  const { execution, change } = props;
  const found = useQuery(spanQuery(execution.id, key));
  const close = () => change({ ...OTHER_NODE, span: undefined, tab: undefined });
  const toItem = (item: number) => change({ ...OTHER_NODE, ...atInput(item) });
  if (found.isError) return <ErrorNotice title="The details can't be read" error={found.error} />;
  if (found.data === undefined) return <Skeleton lines={5} />;
  if (found.data === null)
    return (
      <Notice tone="warning" title="It is not there" className="m-3">
        This execution has no such attempt or request, or its details are no longer kept.
      </Notice>
    );
  const span = found.data;
  return (
    <section
      aria-label={`Node ${span.node}`}
      className="flex min-h-0 flex-1 flex-col bg-surface"
      // Buttons keep keys to themselves, and the keys of an open menu are not meant for this.
      onKeyDownCapture={(event) => {
        if (event.target instanceof HTMLInputElement) return;
        if (event.key === "Escape" && event.currentTarget.contains(event.target as Node)) close();
      }}
    >
      <SpanTitle span={span} execution={execution.id} onItem={toItem} onClose={close} />
      <Parts span={span} onItem={toItem} {...props} />
    </section>
  );
}

interface SpanTitleProps {
  span: Span;
  execution: string;
  onItem: (index: number) => void;
  onClose: () => void;
}

function SpanTitle({ span, execution, onItem, onClose }: SpanTitleProps) {
  const { kind, node, seq, iteration, attempt, status, details } = span;
  const isRequest = kind === "request";
  const item = itemOf(details);
  useCopyKeys(isRequest ? { execution, node, seq } : null);
  return (
    <header className="flex shrink-0 items-center gap-2 px-3 pt-1 text-xs">
      <StatusIcon status={asStatus(status)} />
      <h2 className="text-sm">{node}</h2>
      {iteration.length > 0 ? <span className="num text-muted">#{iteration.join(".")}</span> : null}
      {item === undefined ? null : (
        <button
          type="button"
          className="num min-h-6 shrink-0 text-accent hover:underline"
          onClick={() => onItem(item)}
        >
          item {item}
        </button>
      )}
      {attempt > 1 ? <span className="text-muted">attempt {attempt}</span> : null}
      {isRequest ? (
        <span className="min-w-0 truncate font-mono">
          {String(details.method)} {String(details.url)}
        </span>
      ) : (
        <span className="num text-muted">{`${details.items_in} → ${details.items_out} items`}</span>
      )}
      <span className="num text-muted">{duration(span.duration_ms)}</span>
      <span className="flex-1" />
      {isRequest ? <CopyRequest execution={execution} node={node} seq={seq} /> : null}
      <IconButton label="Close the details" shortcut="Esc" onPress={onClose}>
        <X size={16} aria-hidden />
      </IconButton>
    </header>
  );
}

type PartsProps = Omit<SpanDetailsProps, "span"> & Pick<SpanTitleProps, "span" | "onItem">;

function Parts({ span, execution, isEnded, search, change, onItem }: PartsProps) {
  const { node, kind, details } = span;
  const path = span.iteration.join(".");
  const place = { node, path };
  const logs = useLogEnd(execution.id, { q: "", ...place }, isEnded);
  const whole = useQuery({ ...attemptOfQuery(execution.id, span), enabled: kind === "request" });
  const attempt = kind === "attempt" ? span : whole.data;
  const parts: (TabEntry & { id: Part })[] = [
    {
      id: "input",
      title: "Input",
      content: () => <SpanInput {...{ execution, ...place }} />,
    },
    {
      id: "output",
      title: "Output",
      content: () =>
        attempt ? (
          <SpanOutput execution={execution.id} attempt={attempt} />
        ) : attempt === null ? (
          <EmptyState title="Nothing yet">What it gives appears when it has ended.</EmptyState>
        ) : (
          <Skeleton />
        ),
    },
    {
      id: "logs",
      title: "Logs",
      badge: logs.total,
      content: () => (
        <LogView
          execution={execution.id}
          isEnded={isEnded}
          {...place}
          onLine={({ data }) => {
            const item = itemOf(data);
            if (item !== undefined) onItem(item);
          }}
        />
      ),
    },
  ];
  if (kind === "request") {
    const request = { execution: execution.id, seq: span.seq };
    parts.unshift(
      {
        id: "request",
        title: "Request",
        content: () => <RequestPart {...request} side="request" />,
      },
      {
        id: "response",
        title: "Response",
        content: () => <RequestPart {...request} side="response" />,
      },
    );
  }
  if (details.error)
    parts.unshift({
      id: "error",
      title: "Error",
      content: () => <SpanError node={span.node} error={details.error} onItem={onItem} />,
    });
  // What was answered says more than that it was no success.
  const whenSent = details.status == null ? "error" : "response";
  const first = kind === "request" ? whenSent : details.error ? "error" : "output";
  const selected = parts.some(({ id }) => id === search.tab) ? search.tab : undefined;
  return (
    <Tabs
      label={`Details of ${node}`}
      selected={selected ?? first}
      onSelect={(id) => change({ tab: id === first ? undefined : (id as Part) })}
      tabs={parts}
    />
  );
}
