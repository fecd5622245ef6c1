import {
  CircleUser,
  FolderKanban,
  Info,
  Keyboard,
  KeyRound,
  Palette,
  SlidersHorizontal,
  Users,
  Variable,
} from "lucide-react";
import type { Part } from "./parts";

/** The pages below Settings, by the last part of their address. */
export const SETTINGS_PAGES: readonly Part[] = [
  { to: "/settings/account", label: "Your account", icon: CircleUser },
  { to: "/settings/appearance", label: "Appearance", icon: Palette },
  { to: "/settings/shortcuts", label: "Shortcuts", icon: Keyboard },
  { to: "/settings/keys", label: "API keys", icon: KeyRound },
  { to: "/settings/users", label: "People", icon: Users, action: "users:manage" },
  { to: "/settings/projects", label: "Projects", icon: FolderKanban },
  { to: "/settings/variables", label: "Variables", icon: Variable, action: "variables:read" },
  { to: "/settings/server", label: "Server", icon: SlidersHorizontal, action: "settings:read" },
  { to: "/settings/about", label: "About", icon: Info },
];
