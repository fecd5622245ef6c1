import {
  Activity,
  Blocks,
  ChartColumn,
  History,
  KeyRound,
  type LucideIcon,
  Network,
  Settings,
  ShieldAlert,
  Workflow,
} from "lucide-react";

/** A part of the product: an icon in the rail, an entry of the palette. */
export interface Part {
  to: string;
  label: string;
  icon: LucideIcon;
  /** What somebody must be allowed to do to see it. */
  action?: string;
  isBelow?: boolean;
}

export const PARTS: readonly Part[] = [
  { to: "/workflows", label: "Workflows", icon: Workflow },
  { to: "/executions", label: "Executions", icon: History, action: "executions:read" },
  { to: "/network", label: "Network", icon: Network, action: "executions:read" },
  { to: "/analytics", label: "Analytics", icon: ChartColumn, action: "executions:read" },
  { to: "/resources", label: "Resources", icon: Activity, action: "executions:read" },
  { to: "/credentials", label: "Credentials", icon: KeyRound, action: "credentials:read" },
  { to: "/nodes", label: "Nodes", icon: Blocks, action: "workflows:read" },
  { to: "/security", label: "Security", icon: ShieldAlert, action: "security:read" },
  { to: "/settings", label: "Settings", icon: Settings, isBelow: true },
];
