import { useEffect, useState } from "react";
import type { NodeTypes } from "@/editor/canvas/ports";
import { nodeName, useWorkflow, workflow } from "@/editor/document";
import { nodes as liveNodes } from "@/live/nodes";

const SHOWN_MS = 6_000;
const QUIET_MS = 2_000;
const ENDS = new Set(["failed", "succeeded", "cancelled"]);

/** Says what happened: a line at the bottom for eyes, a live region for screen readers. */
export function Announcer({ types }: { types: NodeTypes }) {
  const notice = useWorkflow((state) => state.notice);
  const [live, setLive] = useState("");
  useEffect(() => {
    if (notice === null) return;
    const timer = setTimeout(() => useWorkflow.setState({ notice: null }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  useEffect(() => {
    let timer = 0;
    const said = new Map<string, string>();
    const tell = () => {
      timer = 0;
      const { document } = workflow();
      const known = [...liveNodes.all()].filter(([id]) => document.nodes[id]);
      const done = known.filter(([, node]) => ENDS.has(node.status));
      const failed = done.find(
        ([id, node]) => node.status === "failed" && said.get(id) !== "failed",
      );
      for (const [id, node] of done) said.set(id, node.status);
      const placed = failed && document.nodes[failed[0]];
      const name = failed && nodeName(failed[0], placed, types.get(placed?.type ?? "")?.label);
      const count = `${done.length} of ${Object.keys(document.nodes).length} done`;
      setLive(known.length ? (name ? `${name} failed, ${count}` : count) : "");
    };
    const stop = liveNodes.subscribeStatuses(() => {
      if (!timer) timer = window.setTimeout(tell, QUIET_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [types]);
  return (
    <>
      <p role="status" className="sr-only">
        {live}
      </p>
      <div
        role="status"
        className={
          notice
            ? "fixed bottom-12 left-1/2 z-40 max-w-xl -translate-x-1/2 rounded-card border border-line bg-raised px-3 py-2 text-sm shadow-float"
            : "sr-only"
        }
      >
        {notice}
      </div>
    </>
  );
}
