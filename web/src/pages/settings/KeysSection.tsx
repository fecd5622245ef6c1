import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { api, ask } from "@/api/client";
import { textOf } from "@/api/problem";
import { useAccount } from "@/app/useAccount";
import { Button } from "@/ui/Button";
import { Checkbox } from "@/ui/Checkbox";
import { ConfirmDialog, Dialog } from "@/ui/Dialog";
import { EmptyState } from "@/ui/EmptyState";
import { TextField } from "@/ui/Field";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { TimeAgo } from "@/ui/TimeAgo";
import { toast } from "@/ui/toast";
import { CELL, Panel } from "./Panel";

const LIVES = [
  { id: "30", label: "30 days" },
  { id: "90", label: "90 days" },
  { id: "365", label: "a year" },
  { id: "0", label: "for ever" },
];
const DAY = 86_400_000_000;

/** Keys by which programs call the API. */
export function KeysSection() {
  const queryClient = useQueryClient();
  const [isMaking, setMaking] = useState(false);
  const [ended, setEnded] = useState<{ id: string; name: string } | null>(null);
  const keys = useQuery({
    queryKey: ["api_keys"],
    queryFn: () => ask(api.GET("/api/v1/api_keys")),
  });
  const { mutate: remove } = useMutation({
    mutationFn: (key_id: string) =>
      ask(api.DELETE("/api/v1/api_keys/{key_id}", { params: { path: { key_id } } })),
    onError: (error) => toast("error", `The key still works: ${textOf(error)}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["api_keys"] }),
  });
  return (
    <Panel
      title="API keys"
      about="Programs send one as: Authorization: Bearer tg_… . A key never does more than its person may."
      actions={
        <Button look="solid" onPress={() => setMaking(true)}>
          New key
        </Button>
      }
    >
      {keys.isError ? (
        <ErrorNotice title="The keys could not be loaded" error={keys.error} />
      ) : null}
      {keys.data?.length === 0 ? <EmptyState title="No keys yet" /> : null}
      {keys.data && keys.data.length > 0 ? (
        <table className="w-full text-sm">
          <thead className="text-xs text-muted">
            <tr>
              <th className={CELL}>Name</th>
              <th className={CELL}>Begins with</th>
              <th className={CELL}>May</th>
              <th className={CELL}>Last used</th>
              <th className={CELL}>Ends</th>
              <th className={CELL}>
                <span className="sr-only">Delete</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {keys.data.map((key) => (
              <tr key={key.id} className="border-t border-line">
                <td className={`${CELL} font-semibold`}>{key.name}</td>
                <td className={CELL}>
                  <code className="text-xs">{key.prefix}…</code>
                </td>
                <td className={`${CELL} text-xs text-muted`}>
                  {key.scopes?.join(", ") ?? "all that its person may"}
                </td>
                <td className={`${CELL} text-xs`}>
                  <TimeAgo at={key.last_used_at} />
                </td>
                <td className={`${CELL} text-xs`}>
                  <TimeAgo at={key.expires_at} />
                </td>
                <td className={`${CELL} text-right`}>
                  <Button
                    look="quiet"
                    aria-label={`Delete ${key.name}`}
                    onPress={() => setEnded({ id: key.id, name: key.name })}
                  >
                    Delete
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {isMaking ? <NewKey onClose={() => setMaking(false)} /> : null}
      <ConfirmDialog
        title="Delete this key?"
        action="Delete"
        isOpen={ended !== null}
        onConfirm={() => ended && remove(ended.id)}
        onClose={() => setEnded(null)}
      >
        Programs that use <b>{ended?.name}</b> are refused from now on.
      </ConfirmDialog>
    </Panel>
  );
}

function NewKey({ onClose }: { onClose: () => void }) {
  const { actions } = useAccount();
  const queryClient = useQueryClient();
  const [name, setName] = useState("");
  const [days, setDays] = useState("90");
  const [scopes, setScopes] = useState<readonly string[] | null>(null);
  const make = useMutation({
    mutationFn: () =>
      ask(
        api.POST("/api/v1/api_keys", {
          body: {
            name: name.trim(),
            scopes: scopes as never,
            expires_at: days === "0" ? null : Date.now() * 1000 + Number(days) * DAY,
          },
        }),
      ),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["api_keys"] }),
  });
  return (
    <Dialog title="New API key" isOpen onClose={onClose}>
      {make.data ? (
        <MadeKey text={make.data.key} onClose={onClose} />
      ) : (
        <Form
          className="flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            make.mutate();
          }}
        >
          <TextField label="Name" value={name} onChange={setName} isRequired autoFocus />
          <Select label="It works" choices={LIVES} value={days} onChange={setDays} />
          <Checkbox
            isSelected={scopes === null}
            onChange={(all) => setScopes(all ? null : ["workflows:read"])}
          >
            It may do all that I may
          </Checkbox>
          {scopes ? (
            <fieldset className="grid grid-cols-2 gap-1 pl-6">
              <legend className="sr-only">What it may do</legend>
              {actions.map((action) => (
                <Checkbox
                  key={action}
                  isSelected={scopes.includes(action)}
                  onChange={(on) =>
                    setScopes(on ? [...scopes, action] : scopes.filter((each) => each !== action))
                  }
                >
                  {action}
                </Checkbox>
              ))}
            </fieldset>
          ) : null}
          {make.isError ? <ErrorNotice title="No key was made" error={make.error} /> : null}
          <Button look="solid" type="submit" isDisabled={!name.trim()} className="self-end">
            Make the key
          </Button>
        </Form>
      )}
    </Dialog>
  );
}

function MadeKey({ text, onClose }: { text: string; onClose: () => void }) {
  return (
    <div className="flex flex-col gap-4">
      <Notice tone="warning" title="Copy it now">
        It is shown this once. Only its hash is stored.
      </Notice>
      <code className="rounded-control border border-line bg-bg p-2 text-xs break-all">{text}</code>
      <div className="flex justify-end gap-2">
        <Button onPress={() => void navigator.clipboard.writeText(text)}>
          <Copy size={15} aria-hidden />
          Copy
        </Button>
        <Button look="solid" onPress={onClose}>
          Done
        </Button>
      </div>
    </div>
  );
}
