import { useEffect, useState } from "react";
import { SearchField, type SearchFieldProps } from "./SearchField";

interface TypedSearchProps extends Omit<SearchFieldProps, "value" | "onChange"> {
  /** What holds now, such as what the address says. */
  value: string;
  onChange: (value: string) => void;
}

const PAUSE_MS = 200;
/** The server refuses longer ones. */
const LONGEST = 200;

/** A search of which every pause in typing is one change. */
export function TypedSearch({ value, onChange, ...rest }: TypedSearchProps) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  // Changed from elsewhere: filters were cleared, or somebody went back.
  if (value !== known) {
    setKnown(value);
    if (value !== text.trim()) setText(value);
  }
  useEffect(() => {
    const timer = setTimeout(() => text.trim() !== value && onChange(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  });
  return <SearchField maxLength={LONGEST} {...rest} value={text} onChange={setText} />;
}
