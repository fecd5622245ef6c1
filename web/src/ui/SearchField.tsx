import clsx from "clsx";
import { Search, X } from "lucide-react";
import type { Ref } from "react";
import {
  SearchField as AriaSearchField,
  type SearchFieldProps as AriaSearchFieldProps,
  Button,
  Input,
} from "react-aria-components";
import { INPUT } from "./Field";

export interface SearchFieldProps extends Omit<AriaSearchFieldProps, "children" | "className"> {
  label: string;
  placeholder?: string;
  className?: string;
  inputRef?: Ref<HTMLInputElement>;
}

export function SearchField(props: SearchFieldProps) {
  const { label, placeholder, className, inputRef, ...rest } = props;
  return (
    <AriaSearchField
      {...rest}
      aria-label={label}
      className={clsx("group relative flex items-center", className)}
    >
      <Search size={14} aria-hidden className="pointer-events-none absolute left-2.5 text-muted" />
      <Input
        ref={inputRef}
        placeholder={placeholder ?? label}
        className={clsx(INPUT, "h-8 pr-8 pl-8 [&::-webkit-search-cancel-button]:hidden")}
      />
      <Button
        aria-label="Clear the search"
        className="absolute right-1 grid size-6 place-items-center rounded-control text-muted group-empty:hidden hover:text-text"
      >
        <X size={14} aria-hidden />
      </Button>
    </AriaSearchField>
  );
}
