import { Link } from "@tanstack/react-router";
import { ChevronRight, CircleHelp, Moon, Search, Sun } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTheme } from "@/theme/theme";
import { Button, IconButton } from "@/ui/Button";
import { Keys } from "@/ui/Keys";
import { persistently } from "@/ui/persistently";
import { useCrumbStore } from "./crumbs";
import { keysFor, useShortcutStore } from "./shortcuts/store";
import { useShortcut } from "./shortcuts/useShortcut";
import { SLOT } from "./TopBarSlot";
import { UserMenu } from "./UserMenu";
import { useMay } from "./useAccount";

// Loaded after the first paint: the stream is no part of the frame.
const Bell = lazy(
  persistently(() => import("./Bell").then((module) => ({ default: module.Bell }))),
);

/** Where one is, what the page adds, search, theme, account. */
export function TopBar(props: { onSearch: () => void; onShortcuts: () => void }) {
  const { theme, toggle } = useTheme();
  const chosen = useShortcutStore((state) => state.chosen);
  useShortcut("theme.toggle", toggle);
  const mayReadEvents = useMay("security:read");
  const other = theme === "dark" ? "light" : "dark";
  return (
    <header className="flex h-11 shrink-0 items-center gap-2 border-b border-line bg-surface px-3">
      <Crumbs />
      <div id={SLOT} className="flex min-w-0 flex-1 items-center justify-end gap-2" />
      <Button look="quiet" onPress={props.onSearch} className="font-normal">
        <Search size={15} aria-hidden />
        <span>Search</span>
        <Keys keys={keysFor("palette.open", chosen)} />
      </Button>
      {mayReadEvents ? (
        <Suspense fallback={<span className="size-7" />}>
          <Bell />
        </Suspense>
      ) : null}
      <IconButton
        label={`Use the ${other} theme`}
        shortcut={keysFor("theme.toggle", chosen)}
        onPress={toggle}
      >
        {theme === "dark" ? <Sun size={16} aria-hidden /> : <Moon size={16} aria-hidden />}
      </IconButton>
      <IconButton
        label="Shortcuts"
        shortcut={keysFor("shortcuts.open", chosen)}
        onPress={props.onShortcuts}
      >
        <CircleHelp size={16} aria-hidden />
      </IconButton>
      <UserMenu />
    </header>
  );
}

function Crumbs() {
  const crumbs = useCrumbStore((state) => state.crumbs);
  return (
    <nav aria-label="Breadcrumb" className="min-w-0 shrink">
      <ol className="flex min-w-0 items-center gap-1">
        {crumbs.map((crumb, index) => (
          <li key={`${crumb.to ?? ""} ${crumb.label}`} className="flex min-w-0 items-center gap-1">
            {index > 0 ? (
              <ChevronRight size={14} aria-hidden className="shrink-0 text-muted" />
            ) : null}
            {crumb.to ? (
              <Link
                to={crumb.to}
                className="truncate rounded-control px-1 text-muted hover:text-text"
              >
                {crumb.label}
              </Link>
            ) : (
              <span aria-current="page" className="truncate px-1 font-semibold">
                {crumb.label}
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
