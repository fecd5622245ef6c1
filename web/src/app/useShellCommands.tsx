import { useNavigate } from "@tanstack/react-router";
import { Keyboard, LogOut, Moon } from "lucide-react";
import { useMemo, useRef } from "react";
import { useTheme } from "@/theme/theme";
import { type Command, useCommands } from "./commands/store";
import { PARTS } from "./parts";
import { SETTINGS_PAGES } from "./settingsPages";
import { keysFor, useShortcutStore } from "./shortcuts/store";
import { useShortcut } from "./shortcuts/useShortcut";
import { useSignOut } from "./UserMenu";
import { useAccount } from "./useAccount";

/** What the palette offers on every page, and the shortcuts for going there. */
export function useShellCommands(showShortcuts: () => void): void {
  const navigate = useNavigate();
  const { actions } = useAccount();
  const signOut = useSignOut();
  const chosen = useShortcutStore((state) => state.chosen);
  const latest = useRef({ showShortcuts, signOut });
  latest.current = { showShortcuts, signOut };
  useShortcut("go.workflows", () => void navigate({ to: "/workflows" }));
  useShortcut("go.executions", () => void navigate({ to: "/executions" }));
  useShortcut("go.credentials", () => void navigate({ to: "/credentials" }));
  useShortcut("go.network", () => void navigate({ to: "/network" }));
  useShortcut("go.analytics", () => void navigate({ to: "/analytics" }));
  useShortcut("go.security", () => void navigate({ to: "/security" }));
  const commands = useMemo<Command[]>(
    () => [
      ...[...PARTS, ...SETTINGS_PAGES]
        .filter((part) => !part.action || actions.includes(part.action))
        .map(({ to, label, icon: Icon }) => ({
          id: `go ${to}`,
          label: to.startsWith("/settings/") ? `Settings: ${label}` : label,
          group: "Pages",
          icon: <Icon size={15} aria-hidden />,
          run: () => void navigate({ to }),
        })),
      {
        id: "theme",
        label: "Switch between dark and light",
        group: "Actions",
        icon: <Moon size={15} aria-hidden />,
        keys: keysFor("theme.toggle", chosen),
        run: () => useTheme.getState().toggle(),
      },
      {
        id: "shortcuts",
        label: "Show the shortcuts",
        group: "Actions",
        icon: <Keyboard size={15} aria-hidden />,
        keys: keysFor("shortcuts.open", chosen),
        run: () => latest.current.showShortcuts(),
      },
      {
        id: "sign out",
        label: "Sign out",
        group: "Actions",
        icon: <LogOut size={15} aria-hidden />,
        run: () => latest.current.signOut(),
      },
    ],
    [actions, chosen, navigate],
  );
  useCommands("shell", commands);
}
