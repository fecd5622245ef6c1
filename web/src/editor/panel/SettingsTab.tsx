import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import {
  type NodeSettings,
  type PlacedNode,
  setSettings,
  useWorkflow,
  workflow,
} from "@/editor/document";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { FormContext, NO_SAMPLE } from "./form/FormContext";
import { ParamForm } from "./form/ParamForm";
import { fieldsOf, type JsonObject } from "./form/schema";
import { withoutExpressions } from "./form/settingsFields";
import { languageQuery } from "./queries";

interface SettingsTabProps {
  id: string;
  node: PlacedNode;
}

/** The settings that every node has: failures, retries, limits, notes. */
export function SettingsTab({ id, node }: SettingsTabProps) {
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const language = useQuery(languageQuery);
  const schema = language.data?.nodeSettings;
  const fields = useMemo(() => (schema ? withoutExpressions(fieldsOf(schema)) : []), [schema]);
  const surroundings = useMemo(
    () => ({
      sample: NO_SAMPLE,
      functions: [],
      problemAt: () => undefined,
      isReadOnly,
      language: "python" as const,
    }),
    [isReadOnly],
  );
  if (language.isError)
    return <ErrorNotice title="The settings can't be shown" error={language.error} />;
  if (!schema) return <Skeleton lines={6} />;
  return (
    <FormContext value={surroundings}>
      <div className="p-3">
        <ParamForm
          fields={fields}
          params={(node.settings ?? {}) as JsonObject}
          onChange={(name, value) =>
            workflow().change(
              `Set ${name} of ${id}`,
              setSettings(id, { [name]: value } as Partial<NodeSettings>),
              { merge: `setting:${id}:${name}` },
            )
          }
        />
      </div>
    </FormContext>
  );
}
