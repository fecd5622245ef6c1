import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { Ellipsis, FlaskConical, HistoryIcon, KeyRound, Pencil, Plus, Trash2 } from "lucide-react";
import { useMemo, useRef, useState } from "react";
import { useCrumbs } from "@/app/crumbs";
import { ENTRY, useListKeys } from "@/app/shortcuts/useListKeys";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import { useMay } from "@/app/useAccount";
import { useChangeAddress } from "@/app/useChangeAddress";
import { Button, IconButton } from "@/ui/Button";
import { EmptyState } from "@/ui/EmptyState";
import { Menu, MenuItem, MenuSeparator } from "@/ui/Menu";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { TimeAgo } from "@/ui/TimeAgo";
import { TypedSearch } from "@/ui/TypedSearch";
import { CredentialDialog } from "./CredentialDialog";
import { Expiry, LastTest } from "./CredentialState";
import { DeleteCredential } from "./DeleteCredential";
import { History } from "./History";
import { type Credential, credentialsQuery, useTest } from "./queries";
import { UsedBy } from "./UsedBy";

const CELL = "px-3 py-2 text-left";

type Asked =
  | { what: "edit" | "delete" | "history"; credential: Credential }
  | { what: "new" }
  | null;

/** The stored secrets: their names and types, never their values. */
export function CredentialsPage() {
  const [other, setOther] = useState<Asked>(null);
  const field = useRef<HTMLInputElement>(null);
  const mayWrite = useMay("credentials:write");
  const list = useQuery(credentialsQuery);
  const { q: text = "", edit, history } = useSearch({ from: "/shell/credentials" });
  const change = useChangeAddress();
  const named = list.data?.find((each) => each.name === (edit ?? history));
  const asked: Asked = named ? { what: edit ? "edit" : "history", credential: named } : other;
  const setAsked = (next: Asked) => {
    setOther(next?.what === "new" || next?.what === "delete" ? next : null);
    change({
      edit: next?.what === "edit" ? next.credential.name : undefined,
      history: next?.what === "history" ? next.credential.name : undefined,
    });
  };
  useCrumbs({ label: "Credentials" });
  useShortcut("list.new", () => setAsked({ what: "new" }), mayWrite);
  useShortcut("list.search", () => field.current?.focus());
  const place = useRef<HTMLDivElement>(null);
  useListKeys(place);
  const shown = useMemo(
    () =>
      (list.data ?? []).filter((each) =>
        `${each.name} ${each.type}`.toLowerCase().includes(text.toLowerCase()),
      ),
    [list.data, text],
  );
  const add = (
    <Button look="solid" onPress={() => setAsked({ what: "new" })}>
      <Plus size={15} aria-hidden />
      New credential
    </Button>
  );
  return (
    <main className="flex min-h-0 flex-1 flex-col">
      <header className="flex flex-wrap items-center gap-2 px-6 py-3">
        <div className="mr-auto">
          <h1 className="text-lg">Credentials</h1>
          <p className="text-xs text-muted">
            Sealed at rest. A value that was stored is never shown again.
          </p>
        </div>
        <TypedSearch
          label="Search"
          value={text}
          onChange={(q) => change({ q: q || undefined })}
          inputRef={field}
          className="w-56"
        />
        {mayWrite ? add : null}
      </header>
      <div ref={place} className="min-h-0 flex-1 overflow-auto px-3 pb-6">
        {list.isPending ? <Skeleton lines={6} /> : null}
        {list.isError ? (
          <ErrorNotice title="The credentials could not be loaded" error={list.error} />
        ) : null}
        {list.data?.length === 0 ? (
          <EmptyState
            icon={<KeyRound size={28} aria-hidden />}
            title="No credentials yet"
            action={mayWrite ? add : null}
          >
            Tokens, passwords and keys that nodes use. Workflows name them and never hold them.
          </EmptyState>
        ) : null}
        {list.data && list.data.length > 0 && shown.length === 0 ? (
          <EmptyState title="No credential is called so" />
        ) : null}
        {shown.length > 0 ? (
          <table className="w-full border-collapse text-sm">
            <thead className="text-xs text-muted">
              <tr className="border-b border-line">
                <th className={CELL}>Name</th>
                <th className={CELL}>Type</th>
                <th className={CELL}>Last test</th>
                <th className={CELL}>Expires</th>
                <th className={CELL}>Used by</th>
                <th className={CELL}>Last used</th>
                <th className={CELL}>Changed</th>
                <th className={CELL}>
                  <span className="sr-only">More</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((each) => (
                <Row key={each.name} credential={each} mayWrite={mayWrite} ask={setAsked} />
              ))}
            </tbody>
          </table>
        ) : null}
      </div>
      {asked?.what === "new" ? (
        <CredentialDialog credential={null} onClose={() => setAsked(null)} />
      ) : null}
      {asked?.what === "edit" ? (
        <CredentialDialog credential={asked.credential} onClose={() => setAsked(null)} />
      ) : null}
      {asked?.what === "history" ? (
        <History name={asked.credential.name} onClose={() => setAsked(null)} />
      ) : null}
      {asked?.what === "delete" ? (
        <DeleteCredential credential={asked.credential} onClose={() => setAsked(null)} />
      ) : null}
    </main>
  );
}

function Row({
  credential,
  mayWrite,
  ask: askFor,
}: {
  credential: Credential;
  mayWrite: boolean;
  ask: (asked: Asked) => void;
}) {
  const { name } = credential;
  const { mutate: test, isPending } = useTest(name);
  const mayReadHistory = useMay("security:read");
  return (
    <tr className="border-b border-line focus-within:outline-1 focus-within:-outline-offset-1 focus-within:outline-accent hover:bg-surface">
      <td className={CELL}>
        <button
          type="button"
          {...{ [ENTRY]: name }}
          // Those who may not change it walk through the list all the same.
          aria-disabled={!mayWrite}
          title={mayWrite ? "Give it other values" : undefined}
          className="min-h-6 rounded-control text-left font-semibold enabled:hover:text-accent"
          onClick={() => mayWrite && askFor({ what: "edit", credential })}
        >
          {name}
        </button>
      </td>
      <td className={CELL}>
        <code className="text-xs">{credential.type}</code>
      </td>
      <td className={`${CELL} text-xs`}>
        <LastTest credential={credential} />
      </td>
      <td className={`${CELL} text-xs`}>
        <Expiry credential={credential} />
      </td>
      <td className={CELL}>
        <UsedBy credential={credential} />
      </td>
      <td className={`${CELL} text-xs text-muted`}>
        <TimeAgo at={credential.last_used_at} />
      </td>
      <td className={`${CELL} text-xs text-muted`}>
        <TimeAgo at={credential.updated_at} />
      </td>
      <td className={`${CELL} text-right`}>
        <Menu
          label={`More for ${name}`}
          trigger={
            <IconButton label={`More for ${name}`} isDisabled={!mayWrite || isPending}>
              <Ellipsis size={16} aria-hidden />
            </IconButton>
          }
        >
          <MenuItem icon={<FlaskConical size={15} aria-hidden />} onAction={() => test()}>
            Try it at its first host
          </MenuItem>
          <MenuItem
            icon={<Pencil size={15} aria-hidden />}
            onAction={() => askFor({ what: "edit", credential })}
          >
            Give it other values
          </MenuItem>
          {mayReadHistory ? (
            <MenuItem
              icon={<HistoryIcon size={15} aria-hidden />}
              onAction={() => askFor({ what: "history", credential })}
            >
              What was done with it
            </MenuItem>
          ) : null}
          <MenuSeparator />
          <MenuItem
            icon={<Trash2 size={15} aria-hidden />}
            isDanger
            onAction={() => askFor({ what: "delete", credential })}
          >
            Delete
          </MenuItem>
        </Menu>
      </td>
    </tr>
  );
}
