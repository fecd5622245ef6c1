import { Search } from "lucide-react";
import { useMemo, useState } from "react";
import {
  Autocomplete,
  Dialog,
  Header,
  Input,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
} from "react-aria-components";
import { Keys } from "@/ui/Keys";
import { named } from "./named";
import { found } from "./search";
import { type Command, useCommandStore } from "./store";
import { useExecutionCommands } from "./useExecutionCommands";
import { useWorkflowCommands } from "./useWorkflowCommands";

const MOST_EXECUTIONS = 8;
/** So many of them stand there before anything is typed. */
const NEWEST = 4;

/** Search everything: pages, workflows, actions. */
export function CommandPalette({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={(open) => !open && onClose()}
      isDismissable
      className="fixed inset-0 z-50 flex items-start justify-center bg-black/50 p-4 pt-[14vh]"
    >
      <Modal className="w-full max-w-[600px]">
        <Dialog aria-label="Search everything" className="outline-none">
          <Palette onClose={onClose} />
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function Palette({ onClose }: { onClose: () => void }) {
  const [query, setQuery] = useState("");
  const offered = useCommandStore((state) => state.offered);
  const workflows = useWorkflowCommands(query);
  const executions = useExecutionCommands(query);
  const all = useMemo(() => [...Object.values(offered).flat(), ...workflows], [offered, workflows]);
  const commands = useMemo(() => {
    const others = found(all, query);
    const some = found(executions, query, query.trim() ? MOST_EXECUTIONS : NEWEST);
    // Whoever types a number means an execution; nobody asks for executions before typing.
    return named(query)
      ? [...some, ...others]
      : query.trim()
        ? [...others, ...some]
        : mixed(others, some);
  }, [all, executions, query]);
  const groups = useMemo(() => Object.entries(grouped(commands)), [commands]);
  return (
    <div className="overflow-hidden rounded-card border border-line bg-raised shadow-float">
      <Autocomplete inputValue={query} onInputChange={setQuery}>
        <SearchField
          aria-label="Search workflows, executions, pages and actions"
          autoFocus
          className="flex items-center gap-2 border-b border-line px-3"
        >
          <Search size={16} aria-hidden className="text-muted" />
          <Input
            placeholder="Search workflows, executions, pages and actions"
            className="h-11 flex-1 bg-transparent text-base outline-none placeholder:text-muted [&::-webkit-search-cancel-button]:hidden"
          />
          <Keys keys="Escape" />
        </SearchField>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <section aria-label="Results" tabIndex={0} className="max-h-[50vh] overflow-auto p-1">
          <Menu
            aria-label="What was found"
            className="outline-none"
            renderEmptyState={() => (
              <p className="p-6 text-center text-muted">Nothing is called so.</p>
            )}
          >
            {groups.map(([group, entries]) => (
              <MenuSection key={group} id={group}>
                <Header className="px-2 pt-2 pb-1 text-2xs font-semibold text-muted">
                  {group}
                </Header>
                {entries.map((command) => (
                  <MenuItem
                    key={command.id}
                    id={command.id}
                    textValue={command.label}
                    onAction={() => {
                      onClose();
                      command.run();
                    }}
                    className="flex min-h-8 cursor-default items-center gap-2.5 rounded-control px-2 outline-none data-focused:bg-hover"
                  >
                    <span className="text-muted">{command.icon}</span>
                    <span className="truncate">{command.label}</span>
                    <span className="min-w-0 flex-1 truncate text-xs text-muted">
                      {command.detail}
                    </span>
                    {command.keys ? <Keys keys={command.keys} /> : null}
                  </MenuItem>
                ))}
              </MenuSection>
            ))}
          </Menu>
        </section>
      </Autocomplete>
    </div>
  );
}

/** The executions before the workflows, of which there may be many. */
function mixed(others: readonly Command[], executions: readonly Command[]): Command[] {
  const isWorkflow = ({ group }: Command) => group === "Workflows";
  return [
    ...others.filter((command) => !isWorkflow(command)),
    ...executions,
    ...others.filter(isWorkflow),
  ];
}

function grouped(commands: readonly Command[]): Record<string, Command[]> {
  const groups: Record<string, Command[]> = {};
  for (const command of commands) {
    groups[command.group] ??= [];
    groups[command.group]?.push(command);
  }
  return groups;
}
