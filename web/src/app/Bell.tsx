import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Bell as BellIcon } from "lucide-react";
import { useEffect } from "react";
import { Focusable } from "react-aria-components";
import { api, ask } from "@/api/client";
import type { Delta } from "@/live/frames";
import { stream } from "@/live/stream";
import { Tooltip } from "@/ui/Tooltip";
import { sayOf, type WeightyEvent, weightyOf } from "./securityToasts";

/** So many are counted. */
const MOST = 99;

/**
 * How many security events of some weight nobody has acknowledged yet; it leads to them. Severe ones
 * are said in passing, too.
 */
export function Bell() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const found = useQuery({
    queryKey: ["security_events", "unread"],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/v1/security_events", {
          params: { query: { ack: false, severity: [...WEIGHTY], limit: MOST + 1 } },
          signal,
        }),
      ),
    refetchInterval: 60_000,
  });
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
  const count = found.data?.entries.length ?? 0;
  const shown = count > MOST ? `${MOST}+` : String(count);
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
          {count > 0 ? (
            <span
              aria-hidden
              className="num absolute -top-0.5 -right-1 min-w-4 rounded-full bg-danger px-1 text-center text-[10px] leading-4 font-semibold text-bg"
            >
              {shown}
            </span>
          ) : null}
        </Link>
      </Focusable>
    </Tooltip>
  );
}

/** Signing in and opening credentials are events of low severity: they wait for nobody. */
const WEIGHTY = ["medium", "high", "critical"] as const;
