import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { setWhole, setWorkflowSetting, useWorkflow, workflow } from "@/editor/document";
import { SettingsForm } from "@/editor/panel/form/SettingsForm";
import type { JsonObject, Schema } from "@/editor/panel/form/schema";
import { useTyped } from "@/editor/panel/form/useTyped";
import { languageQuery } from "@/editor/panel/queries";
import { cleanFolder, cleanTags } from "@/pages/workflows/OrganiseDialog";
import { IconButton } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";

/** The workflow's name, texts and settings; part of the document like everything on the canvas. */
export function WorkflowPanel({ onClose }: { onClose: () => void }) {
  const { name, description, folder, tags, variables, settings } = useWorkflow(
    (state) => state.document,
  );
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const language = useQuery(languageQuery);
  return (
    <aside
      aria-label="Settings of the workflow"
      data-panel="workflow:"
      className="flex h-full min-w-0 flex-col bg-surface"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) onClose();
      }}
    >
      <header className="flex shrink-0 items-center gap-1 border-b border-line px-3 py-2">
        <h2 className="min-w-0 flex-1 truncate text-base">Settings of the workflow</h2>
        <IconButton label="Close the panel" shortcut="Esc" onPress={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </header>
      <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-auto p-3">
        <ReadField
          label="Name"
          value={name}
          write={(line) => line}
          read={(text) => text.replace(/\s+/g, " ").trim() || null}
          onChange={(value) => set("name", value)}
          otherwise="A workflow has a name. It keeps the last one until you write another."
          autoFocus
        />
        <TextField
          label="Description"
          value={description}
          onChange={(text) => set("description", text)}
          rows={3}
          isReadOnly={isReadOnly}
        />
        <ReadField
          label="Folder"
          value={folder}
          write={(path) => path}
          read={cleanFolder}
          onChange={(value) => set("folder", value)}
          help="A folder in a folder: sales/reports. Empty: none."
        />
        <ReadField
          label="Tags"
          value={tags}
          write={(all) => all.join(", ")}
          read={cleanTags}
          onChange={(value) => set("tags", value)}
          help="Separated by commas."
        />
        {language.isError ? (
          <ErrorNotice title="The other settings can't be shown" error={language.error} />
        ) : null}
        {language.isPending ? <Skeleton lines={6} /> : null}
        <SettingsForm
          schema={VARIABLES}
          settings={{ variables }}
          isReadOnly={isReadOnly}
          onChange={(_, value) => set("variables", (value ?? {}) as JsonObject)}
        />
        {language.data ? (
          <SettingsForm
            schema={language.data.workflowSettings}
            settings={settings as JsonObject}
            isReadOnly={isReadOnly}
            onChange={(field, value) =>
              workflow().change(`Set ${field} of the workflow`, setWorkflowSetting(field, value), {
                merge: `workflow:${field}`,
              })
            }
          />
        ) : null}
      </div>
    </aside>
  );
}

const VARIABLES: Schema = {
  properties: {
    variables: {
      type: "object",
      description: "Values that expressions read as vars.name.",
    },
  },
};

type Whole = Parameters<typeof setWhole>[0];

function set<Key extends keyof Whole>(key: Key, value: Whole[Key]): void {
  workflow().change(`Set ${key} of the workflow`, setWhole({ [key]: value }), {
    merge: `workflow:${key}`,
  });
}

interface ReadFieldProps<T> {
  label: string;
  value: T;
  write: (value: T) => string;
  /** What a text stands for; null where it stands for nothing. */
  read: (text: string) => T | null;
  onChange: (value: T) => void;
  help?: string;
  /** What is said of a text that stands for nothing. */
  otherwise?: string;
  autoFocus?: boolean;
}

/** A line whose text is more than its value, such as a comma at its end. */
function ReadField<T extends string | readonly string[]>({
  label,
  value,
  write,
  read,
  onChange,
  help,
  otherwise,
  autoFocus = false,
}: ReadFieldProps<T>) {
  const isReadOnly = useWorkflow((state) => state.readOnly);
  const typed = useTyped(value as string | string[]);
  const text = typed.text ?? write(value);
  return (
    <TextField
      label={label}
      value={text}
      help={help}
      error={read(text) === null ? otherwise : null}
      maxLength={200}
      isReadOnly={isReadOnly}
      autoFocus={autoFocus}
      onChange={(next) => {
        const meant = read(next) ?? value;
        typed.keep(next, meant as string | string[]);
        onChange(meant);
      }}
      onBlur={() => read(text) !== null && typed.forget()}
    />
  );
}
