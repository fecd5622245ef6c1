import { clsx } from "clsx";
import type { ReactNode } from "react";
import {
  Tab as AriaTab,
  TabList as AriaTabList,
  TabPanel as AriaTabPanel,
  Tabs as AriaTabs,
} from "react-aria-components";

export interface TabEntry {
  id: string;
  title: string;
  /** A number or mark behind the title. */
  badge?: ReactNode;
  content: () => ReactNode;
}

interface TabsProps {
  label: string;
  tabs: readonly TabEntry[];
  selected: string;
  onSelect: (id: string) => void;
  className?: string;
}

/** Several views in one place; only the selected one is made. */
export function Tabs({ label, tabs, selected, onSelect, className }: TabsProps) {
  return (
    <AriaTabs
      selectedKey={selected}
      onSelectionChange={(key) => onSelect(String(key))}
      // The ring is the tab's, not that of everything below it.
      className={clsx("flex min-h-0 flex-1 flex-col outline-none", className)}
    >
      <AriaTabList
        aria-label={label}
        className="flex shrink-0 gap-1 border-b border-line px-2"
        items={tabs}
      >
        {(tab) => (
          <AriaTab
            id={tab.id}
            className="-mb-px flex min-h-8 cursor-default items-center gap-1 border-b-2 border-transparent px-2 text-sm text-muted hover:text-text data-selected:border-accent data-selected:font-semibold data-selected:text-text"
          >
            {tab.title}
            {tab.badge ? <span className="num text-2xs text-muted">{tab.badge}</span> : null}
          </AriaTab>
        )}
      </AriaTabList>
      {tabs.map((tab) => (
        <AriaTabPanel
          key={tab.id}
          id={tab.id}
          className="flex min-h-0 flex-1 flex-col overflow-auto outline-none"
        >
          {tab.content()}
        </AriaTabPanel>
      ))}
    </AriaTabs>
  );
}
