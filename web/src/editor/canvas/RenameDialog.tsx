import { useState } from "react";
import {
  freeId,
  groupKey,
  idOf,
  idProblem,
  nodeName,
  referringNodes,
  renameNode,
  setGroup,
  setLabel,
  useWorkflow,
  workflow,
} from "@/editor/document";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { ui } from "./ui";

/** Another name for a node; with another id, edges and references in expressions follow. */
export function RenameDialog({ node: id }: { node: string }) {
  const document = useWorkflow((state) => state.document);
  const [label, setName] = useState(document.nodes[id]?.label ?? "");
  const [own, setOwn] = useState(id);
  // The id follows the name until somebody writes an id.
  const [isFollowing, setFollowing] = useState(true);
  const problem = idProblem(document, own, id);
  const referring = referringNodes(document, id);
  const close = (focused: string) => {
    ui().open(null);
    ui().view?.focus(focused);
  };
  const save = () => {
    if (problem) return;
    const { change } = workflow();
    change(
      `Rename ${nodeName(id, document.nodes[id])}`,
      (before) => renameNode(id, own)(setLabel(id, label)(before)),
      { select: [own] },
    );
    close(own);
  };
  return (
    <Dialog
      title={`Rename ${nodeName(id, document.nodes[id])}`}
      isOpen
      onClose={() => close(id)}
      size="small"
      actions={
        <>
          <Button onPress={() => close(id)}>Cancel</Button>
          <Button look="solid" onPress={save} isDisabled={problem !== null}>
            Rename
          </Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextField
          label="Name"
          autoFocus
          value={label}
          onChange={(text) => {
            setName(text);
            if (isFollowing && text.trim())
              setOwn(freeId(idOf(text), (other) => other !== id && other in document.nodes));
          }}
        />
        <TextField
          label="Id"
          mono
          value={own}
          error={problem}
          onChange={(text) => {
            setFollowing(false);
            setOwn(text);
          }}
          help={
            referring.length
              ? `Edges follow, and what ${referring.join(", ")} read from it.`
              : "Edges follow; so do expressions that read from it."
          }
        />
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}

export function RenameGroupDialog({ group }: { group: string }) {
  const [label, setName] = useState(workflow().document.groups[group]?.label ?? "");
  const close = () => {
    ui().open(null);
    ui().view?.focus(groupKey(group));
  };
  const save = () => {
    workflow().change("Rename group", setGroup(group, { label: label.trim() }));
    close();
  };
  return (
    <Dialog
      title="Name of the group"
      isOpen
      onClose={close}
      size="small"
      actions={
        <>
          <Button onPress={close}>Cancel</Button>
          <Button look="solid" onPress={save}>
            Save
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <TextField label="Name" autoFocus value={label} onChange={setName} maxLength={200} />
      </form>
    </Dialog>
  );
}
