import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useFollowedSystem, useSystem } from "@/live/system";
import { bytes } from "@/ui/time";

const LINK = "rounded-control px-1 hover:text-text hover:underline";

/** How much the server does, second by second; each number leads to its page. */
export function SystemNumbers({ otherwise }: { otherwise: ReactNode }) {
  useFollowedSystem();
  const now = useSystem(({ samples }) => samples.at(-1));
  if (!now) return otherwise;
  return (
    <>
      <Link to="/executions" search={{ status: ["running"] }} className={LINK}>
        Running {now.running}
      </Link>
      <Link to="/executions" search={{ status: ["queued"] }} className={LINK}>
        Queued {now.queued}
      </Link>
      <Link to="/network" search={{ state: "active" }} className={LINK}>
        {now.requests_per_second} requests/s
      </Link>
      <Link to="/resources" className={LINK}>
        CPU {Math.round(now.cpu_percent)} %
      </Link>
      <Link to="/resources" className={LINK}>
        Memory {bytes(now.memory_bytes)}
      </Link>
    </>
  );
}
