import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Copy, Ellipsis } from "lucide-react";
import { useState } from "react";
import { Form } from "react-aria-components";
import { api, ask, type Schemas } from "@/api/client";
import { textOf } from "@/api/problem";
import { useAccount } from "@/app/useAccount";
import { Badge } from "@/ui/Badge";
import { Button, IconButton } from "@/ui/Button";
import { ConfirmDialog, Dialog } from "@/ui/Dialog";
import { TextField } from "@/ui/Field";
import { Menu, MenuItem, MenuSeparator } from "@/ui/Menu";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { Select } from "@/ui/Select";
import { Skeleton } from "@/ui/Skeleton";
import { toast } from "@/ui/toast";
import { CELL, Panel } from "./Panel";

type User = Schemas["User"];
type Role = Schemas["Role"];

const ROLES: { id: Role; label: string; detail: string }[] = [
  { id: "viewer", label: "viewer", detail: "sees workflows and executions" },
  { id: "operator", label: "operator", detail: "also starts, cancels and repeats executions" },
  { id: "editor", label: "editor", detail: "also changes workflows, credentials and variables" },
  { id: "admin", label: "admin", detail: "everything, in every project" },
  { id: "owner", label: "owner", detail: "the same, and may make owners" },
];

/** Who has an account, and what each may do. */
export function UsersSection() {
  const queryClient = useQueryClient();
  const [isInviting, setInviting] = useState(false);
  const [link, setLink] = useState<{ title: string; url: string } | null>(null);
  const [removed, setRemoved] = useState<User | null>(null);
  const users = useQuery({ queryKey: ["users"], queryFn: () => ask(api.GET("/api/v1/users")) });
  const { mutate: attempt } = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
    onError: (error) => toast("error", textOf(error)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["users"] }),
  });
  const place = (user: User) => ({ params: { path: { user_id: user.id } } });
  const change = (user: User, body: Schemas["UserChange"]) =>
    attempt(() => ask(api.PATCH("/api/v1/users/{user_id}", { ...place(user), body })));
  return (
    <Panel
      title="People"
      about="Editors, operators and viewers have their role in the projects that they are members of."
      actions={
        <Button look="solid" onPress={() => setInviting(true)}>
          Invite
        </Button>
      }
    >
      {users.isPending ? <Skeleton lines={4} /> : null}
      {users.isError ? <ErrorNotice title="It could not be loaded" error={users.error} /> : null}
      <table className="w-full text-sm">
        <thead className="text-xs text-muted">
          <tr>
            <th className={CELL}>Person</th>
            <th className={CELL}>Role</th>
            <th className={CELL}>
              <span className="sr-only">More</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {users.data?.map((user) => (
            <UserRow
              key={user.id}
              user={user}
              change={change}
              onRemove={() => setRemoved(user)}
              onReset={() =>
                attempt(async () => {
                  const path = "/api/v1/users/{user_id}/password_reset";
                  const made = await ask(api.POST(path, place(user)));
                  setLink({ title: `Another password for ${user.email}`, url: made.url });
                })
              }
            />
          ))}
        </tbody>
      </table>
      {isInviting ? (
        <Invite
          onClose={() => setInviting(false)}
          onMade={(email, url) => setLink({ title: `Invitation of ${email}`, url })}
        />
      ) : null}
      {link ? <LinkDialog {...link} onClose={() => setLink(null)} /> : null}
      <ConfirmDialog
        title="Delete this account?"
        action="Delete"
        isOpen={removed !== null}
        onConfirm={() =>
          removed && attempt(() => ask(api.DELETE("/api/v1/users/{user_id}", place(removed))))
        }
        onClose={() => setRemoved(null)}
      >
        <b>{removed?.email}</b> can sign in no more, and the API keys of this account end. Workflows
        stay.
      </ConfirmDialog>
    </Panel>
  );
}

function UserRow({
  user,
  change,
  onReset,
  onRemove,
}: {
  user: User;
  change: (user: User, body: Schemas["UserChange"]) => void;
  onReset: () => void;
  onRemove: () => void;
}) {
  const account = useAccount();
  const isMe = user.id === account.user_id;
  return (
    <tr className="border-t border-line">
      <td className={CELL}>
        <span className="font-semibold">{user.name || user.email}</span>{" "}
        {isMe ? <Badge kind="accent">you</Badge> : null}{" "}
        {user.disabled ? <Badge kind="warning">no access</Badge> : null}
        {user.name ? <span className="block text-xs text-muted">{user.email}</span> : null}
      </td>
      <td className={CELL}>
        <Select
          label={`Role of ${user.email}`}
          hideLabel
          choices={ROLES}
          value={user.role}
          isDisabled={isMe}
          onChange={(role) => change(user, { role: role as Role })}
          className="w-32"
        />
      </td>
      <td className={`${CELL} text-right`}>
        <Menu
          label={`More for ${user.email}`}
          trigger={
            <IconButton label={`More for ${user.email}`} isDisabled={isMe}>
              <Ellipsis size={16} aria-hidden />
            </IconButton>
          }
        >
          <MenuItem onAction={onReset}>Link for another password</MenuItem>
          <MenuItem onAction={() => change(user, { disabled: !user.disabled })}>
            {user.disabled ? "Give access again" : "Take access away"}
          </MenuItem>
          <MenuSeparator />
          <MenuItem isDanger onAction={onRemove}>
            Delete the account
          </MenuItem>
        </Menu>
      </td>
    </tr>
  );
}

function Invite({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (email: string, url: string) => void;
}) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("editor");
  const invite = useMutation({
    mutationFn: () => ask(api.POST("/api/v1/invitations", { body: { email, role } })),
    onSuccess: ({ url }) => {
      onClose();
      onMade(email, url);
    },
  });
  return (
    <Dialog title="Invite somebody" isOpen onClose={onClose} size="small">
      <Form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate();
        }}
      >
        <TextField
          label="E-mail"
          type="email"
          value={email}
          onChange={setEmail}
          isRequired
          autoFocus
          autoComplete="off"
        />
        <Select
          label="Role"
          choices={ROLES}
          value={role}
          onChange={(chosen) => setRole(chosen as Role)}
        />
        {invite.isError ? <ErrorNotice title="Nobody was invited" error={invite.error} /> : null}
        <Button look="solid" type="submit" isDisabled={invite.isPending} className="self-end">
          Make the link
        </Button>
      </Form>
    </Dialog>
  );
}

function LinkDialog({ title, url, onClose }: { title: string; url: string; onClose: () => void }) {
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={() => void navigator.clipboard.writeText(url)}>
            <Copy size={15} aria-hidden />
            Copy
          </Button>
          <Button look="solid" onPress={onClose}>
            Done
          </Button>
        </>
      }
    >
      <Notice title="Hand this link over">It works once, and is shown this once.</Notice>
      <code className="mt-3 block rounded-control border border-line bg-bg p-2 text-xs break-all">
        {url}
      </code>
    </Dialog>
  );
}
