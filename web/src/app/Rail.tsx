import { Link } from "@tanstack/react-router";
import { Focusable } from "react-aria-components";
import { Tooltip } from "@/ui/Tooltip";
import { CountBadge } from "./CountBadge";
import { PARTS, type Part } from "./parts";
import { SEVERE, useUnreadEvents } from "./unreadEvents";
import { useAccount } from "./useAccount";

/** The icons on the left: one for each part of the product. */
export function Rail() {
  const { actions } = useAccount();
  const seen = PARTS.filter((part) => !part.action || actions.includes(part.action));
  return (
    <nav
      aria-label="Main"
      className="flex w-13 shrink-0 flex-col items-center gap-1 border-r border-line bg-surface py-2"
    >
      <Link
        to="/workflows"
        aria-label="Tidegate, home"
        className="mb-2 grid size-9 place-items-center rounded-control"
      >
        <Mark />
      </Link>
      {seen.filter((part) => !part.isBelow).map(entryOf)}
      <span className="flex-1" />
      {seen.filter((part) => part.isBelow).map(entryOf)}
    </nav>
  );
}

function entryOf(part: Part) {
  const Shown = part.to === "/security" ? SecurityEntry : Entry;
  return <Shown key={part.to} part={part} />;
}

/** Says how many severe events nobody has acknowledged. */
function SecurityEntry({ part }: { part: Part }) {
  const { count, shown } = useUnreadEvents(SEVERE);
  if (count === 0) return <Entry part={part} />;
  const text = `${part.label}: ${shown} severe ${count === 1 ? "event waits" : "events wait"}`;
  return <Entry part={{ ...part, label: text }} count={shown} />;
}

function Entry({ part, count }: { part: Part; count?: string }) {
  const Icon = part.icon;
  return (
    <Tooltip text={part.label} placement="right">
      <Focusable>
        <Link
          to={part.to}
          aria-label={part.label}
          className="relative grid size-9 place-items-center rounded-control text-muted hover:bg-hover hover:text-text"
          activeProps={{ className: "bg-accent-soft text-accent" }}
        >
          <Icon size={18} aria-hidden />
          {count ? <CountBadge text={count} /> : null}
        </Link>
      </Focusable>
    </Tooltip>
  );
}

/** The product's mark: two tides. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent-solid)" />
      <path
        d="M6 20c3.3 0 3.3-3 6.7-3s3.3 3 6.6 3 3.4-3 6.7-3M6 14c3.3 0 3.3-3 6.7-3s3.3 3 6.6 3 3.4-3 6.7-3"
        fill="none"
        stroke="#fff"
        strokeWidth="2.6"
        strokeLinecap="round"
      />
    </svg>
  );
}
