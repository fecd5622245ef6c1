import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { KeyRound, LogOut, UserRound } from "lucide-react";
import { api, ask } from "@/api/client";
import { textOf } from "@/api/problem";
import { stream } from "@/live/stream";
import { IconButton } from "@/ui/Button";
import { Menu, MenuItem, MenuSeparator } from "@/ui/Menu";
import { toast } from "@/ui/toast";
import { useAccount } from "./useAccount";

/** One's own account, and signing out. */
export function UserMenu() {
  const account = useAccount();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const go = (section: string) => void navigate({ to: "/settings/$section", params: { section } });
  return (
    <Menu
      label="Account"
      trigger={
        <IconButton
          label={`Account of ${account.email}`}
          className="rounded-full! bg-accent-soft text-accent"
        >
          <span aria-hidden className="text-xs font-semibold uppercase">
            {account.email.slice(0, 1)}
          </span>
        </IconButton>
      }
    >
      <MenuItem icon={<UserRound size={15} aria-hidden />} onAction={() => go("account")}>
        Your account
      </MenuItem>
      <MenuItem icon={<KeyRound size={15} aria-hidden />} onAction={() => go("keys")}>
        API keys
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={<LogOut size={15} aria-hidden />} onAction={signOut}>
        Sign out
      </MenuItem>
    </Menu>
  );
}

/** Ends the session and goes to the page for signing in. */
export function useSignOut(): () => void {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const { mutate } = useMutation({
    mutationFn: async () => {
      // The server ends the stream with the session; asking for it again would be refused.
      await stream.pause();
      return ask(api.DELETE("/api/v1/session"));
    },
    onSuccess: async () => {
      await navigate({ to: "/login" });
      queryClient.clear();
    },
    onError: (error) => {
      stream.resume();
      toast("error", `You are still signed in: ${textOf(error)}`);
    },
  });
  return mutate;
}
