import { clsx } from "clsx";
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { ApiProblem, textOf } from "@/api/problem";
import { onDemand } from "./onDemand";

/** Loaded when something failed, which is seldom. */
const ProblemDetails = onDemand(() =>
  import("./ProblemDetails").then((module) => module.ProblemDetails),
);

type Tone = "info" | "warning" | "danger";

const TONES = {
  info: { look: "border-line bg-accent-soft", icon: Info, color: "text-accent" },
  warning: { look: "border-warning bg-warning-soft", icon: TriangleAlert, color: "text-warning" },
  danger: { look: "border-danger bg-danger-soft", icon: CircleAlert, color: "text-danger" },
};

interface NoticeProps {
  tone?: Tone;
  title?: string;
  children?: ReactNode;
  /** What can be done about it. */
  action?: ReactNode;
  className?: string;
}

/** Something that people should know, where it matters. */
export function Notice({ tone = "info", title, children, action, className }: NoticeProps) {
  const { look, icon: Icon, color } = TONES[tone];
  return (
    <div
      role={tone === "danger" ? "alert" : "status"}
      className={clsx("flex items-start gap-2 rounded-control border p-2 text-sm", look, className)}
    >
      <Icon size={16} aria-hidden className={clsx("mt-0.5 shrink-0", color)} />
      <div className="min-w-0 flex-1 break-words">
        {title ? <p className="font-semibold">{title}</p> : null}
        {children}
      </div>
      {action}
    </div>
  );
}

interface ErrorNoticeProps {
  error: unknown;
  /** What was tried: "The workflow could not be saved". */
  title: string;
  action?: ReactNode;
}

/** Why something did not work: what happened, where, what the server says of it, and what to try. */
export function ErrorNotice({ error, title, action }: ErrorNoticeProps) {
  return (
    <Notice tone="danger" title={title} action={action}>
      <p>{textOf(error)}</p>
      {error instanceof ApiProblem ? <ProblemDetails problem={error} /> : null}
    </Notice>
  );
}
