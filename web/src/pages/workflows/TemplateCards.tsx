import { Button } from "react-aria-components";
import { ErrorNotice } from "@/ui/Notice";
import { TEMPLATES } from "./templates";
import { useCreate } from "./useCreate";

/** The templates, each of which makes a workflow when it is chosen. */
export function TemplateCards({ folder, onMade }: { folder: string; onMade?: () => void }) {
  const create = useCreate(onMade);
  return (
    <div className="flex flex-col gap-3">
      <ul aria-label="Templates" className="grid gap-3 text-left sm:grid-cols-3">
        {TEMPLATES.map((template) => (
          <li key={template.id} className="flex">
            <Button
              isDisabled={create.isPending}
              onPress={() =>
                create.mutate({ name: template.name, document: template.document, folder })
              }
              className="flex w-full min-w-0 cursor-default flex-col gap-1 rounded-card border border-line bg-surface p-3 text-left hover:border-accent"
            >
              <span className="font-semibold">{template.name}</span>
              <span className="text-xs text-muted">{template.summary}</span>
            </Button>
          </li>
        ))}
      </ul>
      {create.isError ? <ErrorNotice title="It was not made" error={create.error} /> : null}
    </div>
  );
}
