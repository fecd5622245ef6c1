import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Bell as BellIcon } from "lucide-react";
import { useEffect } from "react";
import { Focusable } from "react-aria-components";
import type { Delta } from "@/live/frames";
import { stream } from "@/live/stream";
import { Tooltip } from "@/ui/Tooltip";
import { CountBadge } from "./CountBadge";
import { sayOf, type WeightyEvent, weightyOf } from "./securityToasts";
import { useUnreadEvents, WEIGHTY } from "./unreadEvents";

/**
 * How many security events of some weight nobody has acknowledged yet; it leads to them. Severe ones
 * are said in passing, too.
 */
export function Bell() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { count, shown } = useUnreadEvents(WEIGHTY);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let severe: WeightyEvent[] = [];
    const look = (frame: Delta) => {
      severe.push(...weightyOf(frame));
      timer ??= setTimeout(() => {
        timer = undefined;
        sayOf(severe, () => void navigate({ to: "/security", search: { ack: "no" } }));
        severe = [];
        void queryClient.invalidateQueries({ queryKey: ["security_events"] });
      }, 1_000);
    };
    const leave = stream.follow("security", { snapshot: () => undefined, delta: look });
    return () => {
      clearTimeout(timer);
      leave();
    };
  }, [queryClient, navigate]);
  const text = `${shown} security ${count === 1 ? "event waits" : "events wait"} to be acknowledged`;
  return (
    <Tooltip text={text} placement="bottom">
      <Focusable>
        <Link
          to="/security"
          search={{ ack: "no" }}
          aria-label={text}
          className="relative grid size-7 place-items-center rounded-control text-muted hover:bg-hover hover:text-text"
        >
          <BellIcon size={16} aria-hidden />
          {count > 0 ? <CountBadge text={shown} /> : null}
        </Link>
      </Focusable>
    </Tooltip>
  );
}
