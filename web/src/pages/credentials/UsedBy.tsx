import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { api, ask, type Schemas } from "@/api/client";
import { textOf } from "@/api/problem";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Skeleton } from "@/ui/Skeleton";

/** How many workflows name a credential; a press says which. */
export function UsedBy({ credential }: { credential: Schemas["Credential"] }) {
  const [isOpen, setOpen] = useState(false);
  const { name, used_by: count } = credential;
  if (count === 0) return <span className="text-muted">nobody</span>;
  const said = count === 1 ? "1 workflow" : `${count} workflows`;
  return (
    <>
      <Button look="quiet" aria-label={`${said}: who uses ${name}`} onPress={() => setOpen(true)}>
        {said}
      </Button>
      {isOpen ? <Users name={name} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function Users({ name, onClose }: { name: string; onClose: () => void }) {
  const found = useQuery({
    queryKey: ["credentials", "users", name],
    queryFn: ({ signal }) =>
      ask(api.GET("/api/v1/credentials/{name}", { params: { path: { name } }, signal })),
  });
  return (
    <Dialog title={`Workflows that use ${name}`} isOpen onClose={onClose} size="small">
      {found.isError ? <p className="text-danger">{textOf(found.error)}</p> : null}
      {found.isPending ? <Skeleton /> : null}
      <ul>
        {found.data?.workflows.map((workflow) => (
          <li key={workflow.id}>
            <Link
              to="/w/$workflowId"
              params={{ workflowId: workflow.id }}
              className="block rounded-control px-2 py-1 hover:bg-hover"
            >
              {workflow.name}
            </Link>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
