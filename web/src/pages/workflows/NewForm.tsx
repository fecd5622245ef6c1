import { useState } from "react";
import { Form } from "react-aria-components";
import { takenName } from "@/api/problem";
import { Button } from "@/ui/Button";
import { TextField } from "@/ui/Field";
import { ErrorNotice } from "@/ui/Notice";
import { cleanFolder } from "./OrganiseDialog";
import { TemplateCards } from "./TemplateCards";
import { BLANK, type Template } from "./templates";
import { useCreate } from "./useCreate";

interface NewFormProps {
  folder: string;
  /** What it begins with; by default one trigger. */
  template?: Template;
  onMade?: () => void;
}

/** What a new workflow is called and where it stands; below, the templates to begin with. */
export function NewForm({ folder: first, template = BLANK, onMade }: NewFormProps) {
  const [name, setName] = useState(template === BLANK ? "" : template.name);
  const [folder, setFolder] = useState(first);
  const create = useCreate(onMade);
  const taken = takenName(create.error);
  const rename = (text: string) => {
    setName(text);
    create.reset();
  };
  return (
    <>
      <Form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate({
            name: name.trim(),
            document: template.document,
            folder: cleanFolder(folder),
          });
        }}
      >
        <div className="grid grid-cols-2 items-start gap-3">
          <TextField
            label="Name"
            value={name}
            onChange={rename}
            error={taken}
            isRequired
            autoFocus
          />
          <TextField label="Folder" value={folder} onChange={setFolder} placeholder="none" />
        </div>
        {create.isError && !taken ? (
          <ErrorNotice title="It was not made" error={create.error} />
        ) : null}
        <Button
          look="solid"
          type="submit"
          isDisabled={!name.trim() || create.isPending}
          className="self-start"
        >
          {template === BLANK ? "Make an empty workflow" : `Make it from “${template.name}”`}
        </Button>
      </Form>
      <h2 className="mt-6 mb-2 text-xs text-muted">Or begin with a template</h2>
      <TemplateCards folder={cleanFolder(folder)} {...(onMade ? { onMade } : {})} />
    </>
  );
}
