import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "@/api/client";
import { textOf } from "@/api/problem";
import { ConfirmDialog } from "@/ui/Dialog";
import { toast } from "@/ui/toast";
import type { Credential } from "./queries";

/** Asks, and deletes a credential. */
export function DeleteCredential({
  credential: { name },
  onClose,
}: {
  credential: Credential;
  onClose: () => void;
}) {
  const queryClient = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: () => ask(api.DELETE("/api/v1/credentials/{name}", { params: { path: { name } } })),
    onSuccess: () => toast("success", `${name} was deleted`),
    onError: (error) => toast("error", `${name} was not deleted: ${textOf(error)}`),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["credentials"] }),
  });
  return (
    <ConfirmDialog
      title="Delete this credential?"
      action="Delete"
      isOpen
      onConfirm={() => mutate()}
      onClose={onClose}
    >
      Nodes that name <b>{name}</b> fail from now on. Its values can't be brought back.
    </ConfirmDialog>
  );
}
