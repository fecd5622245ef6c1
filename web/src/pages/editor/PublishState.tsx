import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Users } from "lucide-react";
import { useCallback, useEffect } from "react";
import { api, ask } from "@/api/client";
import { textOf } from "@/api/problem";
import { TopBarSlot } from "@/app/TopBarSlot";
import { useAccount } from "@/app/useAccount";
import { say } from "@/editor/canvas/actions";
import { ui } from "@/editor/canvas/ui";
import { saver, useWorkflow } from "@/editor/document";
import { watchCompany } from "@/live/company";
import { Switch } from "@/ui/Switch";
import { moment } from "@/ui/time";
import { useCompany } from "./company";
import { usePublished } from "./usePublished";

/** Which version triggers start, whether they do, and whether the draft is still the same. */
export function PublishState({ workflowId }: { workflowId: string }) {
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const { isKnown, hash, version, differs } = usePublished(workflowId);
  useCompanyOf(workflowId);
  const active = useActive(workflowId, version?.hash);
  if (!isKnown) return <Others />;
  const name = version && (version.number === null ? "A version" : `v${version.number}`);
  return (
    <>
      <Others />
      <p
        className="ml-2 min-w-0 truncate text-xs text-muted"
        title={
          version
            ? `${name}, by ${version.author}, ${moment(version.created_at)}${version.note ? `: ${version.note}` : ""}`
            : undefined
        }
      >
        {version ? (hash ? `${name} published` : `${name} not active`) : "Never published"}
        {differs ? <span className="text-warning"> · draft differs</span> : null}
      </p>
      {isReadOnly ? null : (
        <Switch
          className="ml-1 shrink-0 text-xs"
          isSelected={hash !== null}
          isDisabled={active.isPending}
          // Without a version there is nothing to activate yet.
          onChange={(on) => (version ? active.mutate(on) : ui().open({ kind: "publish" }))}
        >
          Active
        </Switch>
      )}
    </>
  );
}

/** Lets triggers start a version, or nothing any more; the draft stays as it is. */
function useActive(workflowId: string, version: string | undefined) {
  const refresh = useRefresh(workflowId);
  return useMutation({
    mutationFn: async (on: boolean) => {
      const params = { path: { workflow_id: workflowId }, header: { "If-Match": "*" } };
      if (on)
        await ask(
          api.POST("/api/v1/workflows/{workflow_id}/publish", {
            params,
            body: { version: version ?? "draft", note: "" },
          }),
        );
      else await ask(api.POST("/api/v1/workflows/{workflow_id}/unpublish", { params }));
      await saver()?.meet();
    },
    onSuccess: (_, on) =>
      say(on ? "Active: its triggers start it." : "Not active: nothing starts it by itself."),
    onError: (error) => say(`It stays as it was: ${textOf(error)}`),
    onSettled: refresh,
  });
}

/** Asks anew for what is known of what is published. */
function useRefresh(workflowId: string) {
  const queries = useQueryClient();
  return useCallback(() => {
    for (const queryKey of [["workflow", workflowId], ["versions", workflowId], ["workflows"]])
      void queries.invalidateQueries({ queryKey });
  }, [workflowId, queries]);
}

/** Learns who else has the workflow open, and what they publish. */
function useCompanyOf(workflowId: string): void {
  const me = useAccount().email;
  const refresh = useRefresh(workflowId);
  useEffect(() => {
    useCompany.setState({ others: [], publishers: {} });
    return watchCompany(workflowId, {
      people: (emails) => useCompany.setState({ others: emails.filter((each) => each !== me) }),
      published: ({ hash, by }) => {
        if (hash !== null)
          useCompany.setState(({ publishers }) => ({ publishers: { ...publishers, [hash]: by } }));
        refresh();
      },
      returned: refresh,
    });
  }, [workflowId, me, refresh]);
}

const NAMED = 2;

/** Who else has it open, in the top bar. */
function Others() {
  const others = useCompany((state) => state.others);
  if (others.length === 0) return null;
  const more = others.length - NAMED;
  return (
    <TopBarSlot>
      <p className="flex min-w-0 items-center gap-1.5 text-xs text-muted" title={others.join(", ")}>
        <Users size={14} aria-hidden className="shrink-0" />
        <span className="truncate">
          Also open: {others.slice(0, NAMED).join(", ")}
          {more > 0 ? ` and ${more} more` : ""}
        </span>
      </p>
    </TopBarSlot>
  );
}
