import { BaseEdge, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo } from "react";
import { useNodeStatus } from "@/live/nodes";
import type { AnyEdge } from "./graph";

/** A line between two nodes; after an execution it says how many items went along it. */
export const EdgeView = memo(function EdgeView(props: EdgeProps<AnyEdge>) {
  const { id, data, selected, sourceX, sourceY, targetX, targetY } = props;
  const live = useNodeStatus(data?.source ?? "");
  const [path, labelX, labelY] = getBezierPath(props);
  // What failed may have put items out all the same: its handled errors.
  const hasEnded = live.status === "succeeded" || live.status === "failed";
  const count = hasEnded ? live.outputs?.[data?.output ?? "main"] : undefined;
  // Where edges go back, their middle lies under cards: the number stands at their beginning.
  const [x, y] =
    targetX > sourceX ? [labelX, labelY] : [sourceX + 24, sourceY + (targetY > sourceY ? 14 : -14)];
  return (
    <BaseEdge
      id={id}
      path={path}
      interactionWidth={16}
      className={
        selected
          ? "tg-edge-selected"
          : count
            ? "tg-edge-used"
            : live.status === "running"
              ? "tg-edge-busy"
              : "tg-edge"
      }
      {...(count === undefined
        ? {}
        : {
            label: String(count),
            labelX: x,
            labelY: y,
            labelShowBg: true,
            labelBgPadding: [5, 2] as [number, number],
            labelBgBorderRadius: 6,
          })}
    />
  );
});
