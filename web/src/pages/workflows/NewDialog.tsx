import { useState } from "react";
import { Form } from "react-aria-components";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { ErrorNotice } from "@/ui/Notice";
import { cleanFolder } from "./OrganiseDialog";
import { TemplateCards } from "./TemplateCards";
import { BLANK } from "./templates";
import { useCreate } from "./useCreate";

/** A new workflow: empty, or from a template. */
export function NewDialog({ folder: first, onClose }: { folder: string; onClose: () => void }) {
  const [name, setName] = useState("");
  const [folder, setFolder] = useState(first);
  const create = useCreate(onClose);
  return (
    <Dialog title="New workflow" isOpen onClose={onClose}>
      <Form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate({
            name: name.trim(),
            document: BLANK.document,
            folder: cleanFolder(folder),
          });
        }}
      >
        <div className="grid grid-cols-2 gap-3">
          <TextField label="Name" value={name} onChange={setName} isRequired autoFocus />
          <TextField label="Folder" value={folder} onChange={setFolder} placeholder="none" />
        </div>
        {create.isError ? <ErrorNotice title="It was not made" error={create.error} /> : null}
        <Button
          look="solid"
          type="submit"
          isDisabled={!name.trim() || create.isPending}
          className="self-start"
        >
          Make an empty workflow
        </Button>
      </Form>
      <h3 className="mt-6 mb-2 text-xs text-muted">Or begin with a template</h3>
      <TemplateCards folder={cleanFolder(folder)} onMade={onClose} />
    </Dialog>
  );
}
