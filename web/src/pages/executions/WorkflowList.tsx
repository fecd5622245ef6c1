import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Check } from "lucide-react";
import { type RefObject, useState } from "react";
import {
  Autocomplete,
  Dialog,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
  SearchField,
} from "react-aria-components";
import { INPUT } from "@/ui/Field";
import { ErrorNotice } from "@/ui/Notice";
import { OPTION } from "@/ui/Select";
import { usePaused } from "@/ui/usePaused";
import { workflowsCalled } from "./names";

interface WorkflowListProps {
  button: RefObject<HTMLButtonElement | null>;
  value: string | undefined;
  onChoose: (id: string | undefined) => void;
  onClose: () => void;
}

const ANY = "any";

/** The workflows whose names hold what is typed; the server looks through all of them. */
export function WorkflowList({ button, value, onChoose, onClose }: WorkflowListProps) {
  const [typed, setTyped] = useState("");
  const asked = usePaused(typed.trim());
  const found = useQuery({ ...workflowsCalled(asked), placeholderData: keepPreviousData });
  const choices = [
    ...(typed.trim() ? [] : [{ id: ANY, name: "any workflow" }]),
    ...(found.data?.workflows ?? []),
  ];
  return (
    <Popover
      triggerRef={button}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      placement="bottom start"
      offset={4}
      className="w-80 rounded-card border border-line bg-raised p-1 shadow-float"
    >
      <Dialog aria-label="Choose a workflow" className="flex flex-col gap-1 outline-none">
        <Autocomplete inputValue={typed} onInputChange={setTyped}>
          <SearchField aria-label="Search workflows" autoFocus>
            <Input
              placeholder="A part of its name"
              className={`${INPUT} w-full [&::-webkit-search-cancel-button]:hidden`}
            />
          </SearchField>
          {found.isError ? (
            <ErrorNotice title="The workflows can't be listed" error={found.error} />
          ) : null}
          <ListBox
            aria-label="Workflows"
            items={choices}
            selectionMode="single"
            selectedKeys={[value ?? ANY]}
            onSelectionChange={(keys) => {
              const [id] = keys === "all" ? [] : [...keys];
              if (id !== undefined) onChoose(id === ANY ? undefined : String(id));
              onClose();
            }}
            renderEmptyState={() => (
              <p className="p-4 text-center text-muted">
                {found.isPending ? "Looking for it" : "No workflow is called so."}
              </p>
            )}
            className="max-h-72 overflow-auto outline-none"
          >
            {({ id, name }) => (
              <ListBoxItem id={id} textValue={name} className={OPTION}>
                {({ isSelected }) => (
                  <>
                    <span className="min-w-0 flex-1 truncate">{name}</span>
                    {isSelected ? <Check size={14} aria-hidden className="text-accent" /> : null}
                  </>
                )}
              </ListBoxItem>
            )}
          </ListBox>
        </Autocomplete>
        {found.data?.next ? (
          <p className="px-2 py-1 text-xs text-muted">There are more: type a part of the name.</p>
        ) : null}
      </Dialog>
    </Popover>
  );
}
