import { Link, useParams } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { useCrumbs } from "@/app/crumbs";
import { NothingHere } from "@/app/NotFoundPage";
import { SETTINGS_PAGES } from "@/app/settingsPages";
import { useAccount } from "@/app/useAccount";
import { AboutSection } from "./AboutSection";
import { AccountSection } from "./AccountSection";
import { AppearanceSection } from "./AppearanceSection";
import { KeysSection } from "./KeysSection";
import { ProjectsSection } from "./ProjectsSection";
import { ServerSection } from "./ServerSection";
import { ShortcutsSection } from "./ShortcutsSection";
import { UsersSection } from "./UsersSection";
import { VariablesSection } from "./VariablesSection";

const SECTIONS: Record<string, ComponentType> = {
  account: AccountSection,
  appearance: AppearanceSection,
  shortcuts: ShortcutsSection,
  keys: KeysSection,
  users: UsersSection,
  projects: ProjectsSection,
  variables: VariablesSection,
  server: ServerSection,
  about: AboutSection,
};

export function SettingsPage() {
  const { section } = useParams({ from: "/shell/settings/$section" });
  const { actions } = useAccount();
  const pages = SETTINGS_PAGES.filter((page) => !page.action || actions.includes(page.action));
  const current = pages.find((page) => page.to === `/settings/${section}`);
  const Section = current ? SECTIONS[section] : undefined;
  useCrumbs({ label: "Settings" }, { label: current?.label ?? section });
  return (
    <div className="flex min-h-0 flex-1">
      <nav aria-label="Settings" className="w-52 shrink-0 overflow-auto border-r border-line p-2">
        {pages.map(({ to, label, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            className="flex min-h-8 items-center gap-2.5 rounded-control px-2 text-muted hover:bg-hover hover:text-text"
            activeProps={{ className: "bg-accent-soft font-semibold text-accent!" }}
          >
            <Icon size={15} aria-hidden />
            {label}
          </Link>
        ))}
      </nav>
      <main className="min-w-0 flex-1 overflow-auto px-8 py-5">
        {Section && current ? (
          <div className="max-w-[820px]">
            <h1 className="mb-4 text-lg">{current.label}</h1>
            <Section />
          </div>
        ) : (
          <NothingHere />
        )}
      </main>
    </div>
  );
}
