import { Outlet } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { stream } from "@/live/stream";
import { onDemand } from "@/ui/onDemand";
import { Toasts } from "@/ui/Toasts";
import { Rail } from "./Rail";
import { StatusBar } from "./StatusBar";
import { listenForShortcuts, useShortcut } from "./shortcuts/useShortcut";
import { TopBar } from "./TopBar";
import { useShellCommands } from "./useShellCommands";

const CommandPalette = onDemand(() =>
  import("./commands/CommandPalette").then((module) => module.CommandPalette),
);
const ShortcutSheet = onDemand(() =>
  import("./shortcuts/ShortcutSheet").then((module) => module.ShortcutSheet),
);

type Open = "palette" | "shortcuts" | null;

/** The frame of every page of somebody who is signed in. */
export function Shell() {
  const [open, setOpen] = useState<Open>(null);
  useEffect(listenForShortcuts, []);
  useEffect(() => stream.resume(), []);
  useEffect(() => {
    CommandPalette.preload();
    ShortcutSheet.preload();
  }, []);
  useShortcut("palette.open", () => setOpen("palette"));
  useShortcut("shortcuts.open", () => setOpen("shortcuts"));
  useShellCommands(() => setOpen("shortcuts"));
  const close = () => setOpen(null);
  return (
    <div className="flex h-full">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-60 focus:rounded-control focus:bg-accent focus:px-3 focus:py-2 focus:text-on-accent"
      >
        Skip to the content
      </a>
      <Rail />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar onSearch={() => setOpen("palette")} onShortcuts={() => setOpen("shortcuts")} />
        <div id="main" tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
          <Outlet />
        </div>
        <StatusBar />
      </div>
      <Toasts />
      {open === "palette" ? <CommandPalette isOpen onClose={close} /> : null}
      {open === "shortcuts" ? <ShortcutSheet isOpen onClose={close} /> : null}
    </div>
  );
}
