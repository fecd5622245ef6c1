import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useMay } from "@/app/useAccount";
import { draftServer } from "@/editor/document/draftServer";
import { Saver } from "@/editor/document/save";
import { useSaver } from "@/editor/document/saver";
import { workflowQuery } from "@/pages/workflow/queries";
import { Button } from "@/ui/Button";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { Editor } from "./Editor";

/** One workflow in the editor. */
export function EditorPage() {
  const { workflowId } = useParams({ from: "/shell/w/$workflowId" });
  return <Opened key={workflowId} workflowId={workflowId} />;
}

function Opened({ workflowId }: { workflowId: string }) {
  const queries = useQueryClient();
  const mayWrite = useMay("workflows:write");
  const [isOpen, setOpen] = useState(false);
  const draft = useQuery({
    queryKey: ["draft", workflowId],
    queryFn: () => draftServer.read(workflowId),
    // From here on the saver knows what is on the server.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const found = draft.data;
  useEffect(() => {
    if (!found) return;
    const saver = new Saver(workflowId, found, {
      mayWrite,
      onSaved: () => {
        void queries.invalidateQueries({ queryKey: ["workflows"] });
        // Other pages read it again; the editor itself has what it saved.
        void queries.invalidateQueries({
          queryKey: workflowQuery(workflowId).queryKey,
          refetchType: "none",
        });
      },
    });
    useSaver.setState({ saver });
    void saver.restore();
    setOpen(true);
    const look = () => void saver.look();
    addEventListener("focus", look);
    return () => {
      removeEventListener("focus", look);
      useSaver.setState({ saver: null });
      saver.close();
    };
  }, [found, workflowId, queries, mayWrite]);
  if (draft.isError)
    return (
      <main className="mx-auto w-full max-w-xl p-8">
        <ErrorNotice
          title="The workflow could not be opened"
          error={draft.error}
          action={<Button onPress={() => void draft.refetch()}>Try again</Button>}
        />
      </main>
    );
  if (!isOpen)
    return (
      <main className="p-6" aria-busy="true">
        <h1 className="sr-only">Opening the workflow</h1>
        <Skeleton lines={8} />
      </main>
    );
  return <Editor workflowId={workflowId} />;
}
