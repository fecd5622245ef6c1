import { useMutation } from "@tanstack/react-query";
import { FileUp } from "lucide-react";
import { useState } from "react";
import { FileTrigger } from "react-aria-components";
import { api, ask } from "@/api/client";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { useOpenMade } from "./useCreate";

const LARGEST = 5_000_000;

/** A workflow from a file, from pasted text, or from a cURL command. */
export function ImportDialog({ folder, onClose }: { folder: string; onClose: () => void }) {
  const [text, setText] = useState("");
  const [tooLarge, setTooLarge] = useState(false);
  const [warnings, setWarnings] = useState<string[]>([]);
  const open = useOpenMade(onClose);
  const isCurl = isCurlCommand(text);
  const take = useMutation({
    mutationFn: () => (isCurl ? fromCurl(text, folder) : fromText(text, folder)),
    onSuccess: async ({ made, said }) => {
      if (said.length === 0) await open(made);
      else setWarnings(said);
    },
  });
  const made = take.data?.made;
  const read = async (file: File | undefined) => {
    if (!file) return;
    setTooLarge(file.size > LARGEST);
    if (file.size <= LARGEST) setText(await file.text());
  };
  const isDone = warnings.length > 0 && made;
  return (
    <Dialog
      title="Import a workflow"
      isOpen
      onClose={onClose}
      actions={
        isDone ? (
          <Button look="solid" onPress={() => void open(made)}>
            Open it
          </Button>
        ) : (
          <>
            <Button onPress={onClose}>Cancel</Button>
            <Button
              look="solid"
              isDisabled={!text.trim() || take.isPending}
              onPress={() => take.mutate()}
            >
              {isCurl ? "Make a workflow of it" : "Import"}
            </Button>
          </>
        )
      }
    >
      {isDone ? (
        <Notice tone="warning" title="Imported, but look at this">
          <ul className="list-disc pl-4">
            {warnings.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </Notice>
      ) : (
        <div className="flex flex-col gap-3">
          <FileTrigger
            acceptedFileTypes={[".yaml", ".yml", ".json"]}
            onSelect={(files) => void read(files?.[0])}
          >
            <Button className="self-start">
              <FileUp size={15} aria-hidden />
              Choose a file
            </Button>
          </FileTrigger>
          <TextField
            label="Or paste"
            rows={12}
            mono
            value={text}
            onChange={setText}
            placeholder={
              "A workflow file in YAML or JSON, or a command:\ncurl https://api.example.com/orders"
            }
            help={
              isCurl
                ? "A cURL command: it becomes a workflow with an HTTP request. It is read, never run."
                : "Nothing runs before you say so."
            }
          />
          {tooLarge ? (
            <Notice tone="danger">This file is larger than 5 MB, the most that is taken.</Notice>
          ) : null}
          {take.isError ? <ErrorNotice title="It was not imported" error={take.error} /> : null}
        </div>
      )}
    </Dialog>
  );
}

export function isCurlCommand(text: string): boolean {
  return /^\s*(?:\$\s*)?curl(?:\.exe)?\s/i.test(text);
}

async function fromText(text: string, folder: string) {
  const made = await ask(api.POST("/api/v1/workflows/import", { body: { text, folder } }));
  return { made, said: [] as string[] };
}

async function fromCurl(text: string, folder: string) {
  const taken = await ask(api.POST("/api/v1/node_types/from_curl", { body: { text } }));
  const document = {
    tidegate: 1,
    name: taken.id,
    nodes: { start: { type: "trigger.manual" }, [taken.id]: taken.node },
    edges: [`start -> ${taken.id}`],
    layout: { start: [0, 0], [taken.id]: [260, 0] },
  };
  const made = await ask(api.POST("/api/v1/workflows", { body: { document, folder, tags: [] } }));
  const said = [...taken.warnings];
  if (taken.credential)
    said.unshift(
      "The secrets of the command were left out. Make a credential for them and choose it in the node.",
    );
  if (Object.keys(taken.files).length > 0)
    said.push(`It sends files: put a node that reads them before ${taken.id}.`);
  return { made, said };
}
