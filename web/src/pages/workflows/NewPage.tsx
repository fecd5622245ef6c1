import { useSearch } from "@tanstack/react-router";
import { useCrumbs } from "@/app/crumbs";
import { useMay } from "@/app/useAccount";
import { Notice } from "@/ui/Notice";
import { NewForm } from "./NewForm";
import { templateById } from "./templates";

/** A new workflow by its address: `/workflows/new?template=regions`. */
export function NewPage() {
  const { template: id = "blank", folder = "" } = useSearch({ from: "/shell/workflows/new" });
  const mayChange = useMay("workflows:write");
  const template = templateById(id);
  useCrumbs({ label: "Workflows", to: "/workflows" }, { label: "New workflow" });
  return (
    <main className="min-h-0 flex-1 overflow-auto px-6 py-5">
      <div className="max-w-[820px]">
        <h1 className="mb-1 text-lg">New workflow</h1>
        <p className="mb-4 text-muted">{template.summary}</p>
        {mayChange ? (
          <NewForm key={template.id} folder={folder} template={template} />
        ) : (
          <Notice tone="warning" title="You can't make workflows">
            Ask somebody who manages people to give you the role of an editor.
          </Notice>
        )}
      </div>
    </main>
  );
}
