import { useState } from "react";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import type { ListedWorkflow } from "./queries";

/** Where a workflow stands in the list, and its tags. */
export function OrganiseDialog({
  workflow,
  onSave,
  onClose,
}: {
  workflow: ListedWorkflow;
  onSave: (folder: string, tags: string[]) => void;
  onClose: () => void;
}) {
  const [folder, setFolder] = useState(workflow.folder);
  const [tags, setTags] = useState(workflow.tags.join(", "));
  const save = () => {
    onSave(cleanFolder(folder), cleanTags(tags));
    onClose();
  };
  return (
    <Dialog
      title={`Folder and tags of ${workflow.name}`}
      isOpen
      onClose={onClose}
      size="small"
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button look="solid" onPress={save}>
            Save
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <TextField
          label="Folder"
          value={folder}
          onChange={setFolder}
          autoFocus
          help="A folder in a folder: sales/reports. Empty: none."
        />
        <TextField label="Tags" value={tags} onChange={setTags} help="Separated by commas." />
      </div>
    </Dialog>
  );
}

export function cleanFolder(text: string): string {
  return text
    .split("/")
    .map((part) => part.trim())
    .filter(Boolean)
    .join("/");
}

export function cleanTags(text: string): string[] {
  return [...new Set(text.split(",").map((tag) => tag.trim()))].filter(Boolean);
}
