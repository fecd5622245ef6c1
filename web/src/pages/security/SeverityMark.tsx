import { CircleAlert, Info, OctagonAlert, TriangleAlert } from "lucide-react";
import type { Severity } from "./search";

const LOOKS = {
  critical: { icon: OctagonAlert, color: "text-danger font-semibold" },
  high: { icon: TriangleAlert, color: "text-danger" },
  medium: { icon: CircleAlert, color: "text-warning" },
  low: { icon: Info, color: "text-muted" },
};

/** How bad something is: colour, shape and word. */
export function SeverityMark({ severity }: { severity: Severity }) {
  const { icon: Icon, color } = LOOKS[severity];
  return (
    <span className={`inline-flex w-20 shrink-0 items-center gap-1.5 ${color}`}>
      <Icon size={15} aria-hidden />
      {severity}
    </span>
  );
}
