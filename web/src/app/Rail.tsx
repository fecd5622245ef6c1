import { Link } from "@tanstack/react-router";
import { Focusable } from "react-aria-components";
import { Tooltip } from "@/ui/Tooltip";
import { PARTS, type Part } from "./parts";
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
      {seen.filter((part) => !part.isBelow).map(entry)}
      <span className="flex-1" />
      {seen.filter((part) => part.isBelow).map(entry)}
    </nav>
  );
}

function entry(part: Part) {
  const Icon = part.icon;
  return (
    <Tooltip key={part.to} text={part.label} placement="right">
      <Focusable>
        <Link
          to={part.to}
          aria-label={part.label}
          className="grid size-9 place-items-center rounded-control text-muted hover:bg-hover hover:text-text"
          activeProps={{ className: "bg-accent-soft text-accent" }}
        >
          <Icon size={18} aria-hidden />
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
