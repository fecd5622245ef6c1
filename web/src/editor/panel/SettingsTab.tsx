import { useQuery } from "@tanstack/react-query";
import {
  type NodeSettings,
  type PlacedNode,
  setSettings,
  useWorkflow,
  workflow,
} from "@/editor/document";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { SettingsForm } from "./form/SettingsForm";
import type { JsonObject } from "./form/schema";
import { languageQuery } from "./queries";

interface SettingsTabProps {
  id: string;
  node: PlacedNode;
}

/** The settings that every node has: failures, retries, limits, notes. */
export function SettingsTab({ id, node }: SettingsTabProps) {
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const language = useQuery(languageQuery);
  if (language.isError)
    return <ErrorNotice title="The settings can't be shown" error={language.error} />;
  if (!language.data) return <Skeleton lines={6} />;
  return (
    <div className="p-3">
      <SettingsForm
        schema={language.data.nodeSettings}
        settings={(node.settings ?? {}) as JsonObject}
        isReadOnly={isReadOnly}
        onChange={(name, value) =>
          workflow().change(
            `Set ${name} of ${id}`,
            setSettings(id, { [name]: value } as Partial<NodeSettings>),
            { merge: `setting:${id}:${name}` },
          )
        }
      />
    </div>
  );
}
