import { CircleAlert, CircleCheck, Info, X } from "lucide-react";
import { Button, IconButton } from "./Button";
import { useToasts } from "./toast";

const ICONS = { info: Info, success: CircleCheck, error: CircleAlert };
const COLORS = { info: "text-accent", success: "text-status-succeeded", error: "text-danger" };

/** What was said in passing, in the corner; it never takes the focus. */
export function Toasts() {
  const { toasts, dismiss } = useToasts();
  return (
    <section
      aria-label="Notices"
      aria-live="polite"
      className="pointer-events-none fixed right-4 bottom-10 z-60 flex w-88 flex-col gap-2"
    >
      {toasts.map((each) => {
        const Icon = ICONS[each.kind];
        return (
          <div
            key={each.id}
            className="pointer-events-auto flex items-start gap-2 rounded-card border border-line bg-raised p-3 shadow-float"
          >
            <Icon size={16} aria-hidden className={`mt-0.5 shrink-0 ${COLORS[each.kind]}`} />
            <p className="min-w-0 flex-1 break-words">{each.text}</p>
            {each.action && (
              <Button
                onPress={() => {
                  each.action?.run();
                  dismiss(each.id);
                }}
              >
                {each.action.label}
              </Button>
            )}
            <IconButton label="Dismiss" onPress={() => dismiss(each.id)}>
              <X size={14} aria-hidden />
            </IconButton>
          </div>
        );
      })}
    </section>
  );
}
