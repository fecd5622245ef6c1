import { Copy, Radio, Square } from "lucide-react";
import { useEffect } from "react";
import { ADDRESS } from "@/api/base";
import { useIsAway } from "@/app/readiness";
import { useMay } from "@/app/useAccount";
import { useChangeAddress } from "@/app/useChangeAddress";
import { type PlacedNode, useWorkflow } from "@/editor/document";
import { followExecution } from "@/live/execution";
import { Button, IconButton } from "@/ui/Button";
import { ErrorNotice } from "@/ui/Notice";
import { toast } from "@/ui/toast";
import { followListening, startListening, stopListening, useListening } from "./listening";

interface TriggerAddressProps {
  node: PlacedNode;
}

/** Where a webhook or a form is called, and a try of it: the draft listens for one call. */
export function TriggerAddress({ node }: TriggerAddressProps) {
  const workflowId = useWorkflow((state) => state.workflowId) ?? "";
  const change = useChangeAddress();
  const mayStart = useMay("executions:start");
  const { until, arrived, error, isStarting } = useListening();
  const isAway = useIsAway();
  useEffect(() => {
    followListening(workflowId, (exec) => {
      if (useWorkflow.getState().workflowId !== workflowId) return;
      followExecution(exec);
      change({ exec });
    });
  }, [workflowId, change]);
  const path = node.params?.path;
  if (typeof path !== "string" || path === "")
    return <p className="text-xs text-muted">Its address is shown here once it has a path.</p>;
  const kind = node.type === "trigger.form" ? "form" : "webhook";
  const methods = kind === "form" ? [] : (node.params?.methods ?? ["POST"]);
  const verbs = Array.isArray(methods) ? methods.join(", ") : "";
  return (
    <section
      aria-label="Address"
      className="flex flex-col gap-2 rounded-control border border-line p-2"
    >
      <Address
        label="Address"
        verbs={verbs}
        url={`${ADDRESS}/${kind}/${path}`}
        help="It works once the workflow is published and active."
      />
      <Address
        label="Test address"
        verbs={verbs}
        url={`${ADDRESS}/${kind}-test/${path}`}
        help="It works while the draft listens, as it was saved then."
      />
      {mayStart ? (
        <div className="flex min-h-7 items-center gap-2">
          {until === null ? (
            <Button
              isDisabled={isStarting || isAway}
              onPress={() => void startListening(workflowId)}
            >
              <Radio size={14} aria-hidden /> Listen for a test call
            </Button>
          ) : (
            <Button look="danger" onPress={() => void stopListening(workflowId)}>
              <Square size={14} aria-hidden /> Stop listening
            </Button>
          )}
          <p role="status" className="min-w-0 flex-1 text-xs text-muted">
            {stateText(until, arrived)}
          </p>
        </div>
      ) : null}
      {error ? <ErrorNotice title="The draft does not listen" error={error} /> : null}
    </section>
  );
}

function stateText(until: number | null, arrived: string | null): string {
  if (until !== null) return `Waits for a call until ${new Date(until).toLocaleTimeString()}.`;
  return arrived === null ? "" : "A call came: the canvas shows what it does.";
}

interface AddressProps {
  label: string;
  verbs: string;
  url: string;
  help: string;
}

function Address({ label, verbs, url, help }: AddressProps) {
  return (
    <div className="flex items-start gap-1">
      <div className="min-w-0 flex-1">
        <p className="text-xs font-semibold">{label}</p>
        <p className="break-all font-mono text-xs">
          {verbs ? <span className="mr-1 text-muted">{verbs}</span> : null}
          {url}
        </p>
        <p className="text-xs text-muted">{help}</p>
      </div>
      <IconButton
        label={`Copy: ${label}`}
        onPress={() =>
          navigator.clipboard.writeText(url).then(
            () => toast("success", `${label} copied`),
            () => toast("error", "The browser does not allow copying: mark the text instead."),
          )
        }
      >
        <Copy size={15} aria-hidden />
      </IconButton>
    </div>
  );
}
