import { ChevronDown, ChevronRight } from "lucide-react";
import { use, useState } from "react";
import { Redacted } from "@/ui/Redacted";
import type { JsonValue } from "../form/schema";
import { CopyMenu } from "./CopyMenu";
import { Dragged } from "./Dragged";
import { Folds, openDepth } from "./folds";

/** So many entries of a list or an object are shown at first. */
const FIRST = 100;
/** Longer texts are cut until somebody asks for all of it. */
const MOST_TEXT = 2_000;

interface JsonTreeProps {
  value: JsonValue;
  /** What expressions call it; null where none can. */
  root: string | null;
  label: string;
}

/** A JSON value that can be folded, whose parts can be dragged and copied. */
export function JsonTree({ value, root, label }: JsonTreeProps) {
  return (
    <ul aria-label={label} className="p-2 font-mono text-xs">
      <Branch
        name={null}
        value={value}
        root={root}
        keys={[]}
        isOpenTo={openDepth(value)}
        owner={label}
      />
    </ul>
  );
}

interface BranchProps {
  name: string | number | null;
  value: JsonValue;
  root: string | null;
  keys: readonly (string | number)[];
  /** How deep everything is open at first. */
  isOpenTo: number;
  /** Whose part it is, so that its state is found again. */
  owner: string;
}

function Branch({ name, value, root, keys, isOpenTo, owner }: BranchProps) {
  const folds = use(Folds);
  const key = JSON.stringify([owner, ...keys]);
  const [isOpen, setOpen] = useState(folds?.get(key) ?? keys.length < isOpenTo);
  const [count, setCount] = useState(FIRST);
  const entries = entriesOf(value);
  const title =
    name === null ? null : (
      <span className="text-(--code-name)">{`${JSON.stringify(name)}: `}</span>
    );
  if (entries === null)
    return (
      <li className="group flex items-start pl-4">
        <Dragged root={root} keys={keys}>
          {title}
          <Leaf value={value} />
        </Dragged>
        <CopyMenu root={root} keys={keys} value={value} />
      </li>
    );
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return (
    <li>
      <div className="group flex items-start">
        <button
          type="button"
          aria-expanded={isOpen}
          className="flex items-center rounded-control text-left hover:bg-hover"
          onClick={() => {
            setOpen(!isOpen);
            folds?.set(key, !isOpen);
          }}
        >
          {isOpen ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
          <Dragged root={root} keys={keys}>
            {title}
            <span className="text-muted">
              {isOpen ? open : `${open} ${entries.length} ${close}`}
            </span>
          </Dragged>
        </button>
        <CopyMenu root={root} keys={keys} value={value} />
      </div>
      {isOpen ? (
        <ul className="pl-4">
          {entries.slice(0, count).map(([key, part]) => (
            <Branch
              key={key}
              name={key}
              value={part}
              root={root}
              keys={[...keys, key]}
              isOpenTo={isOpenTo}
              owner={owner}
            />
          ))}
          {entries.length > count ? (
            <li className="pl-4">
              <button
                type="button"
                className="text-accent underline"
                onClick={() => setCount(count + 10 * FIRST)}
              >
                {`show more (${entries.length - count} left)`}
              </button>
            </li>
          ) : null}
        </ul>
      ) : null}
      {isOpen ? <span className="pl-3.5 text-muted">{close}</span> : null}
    </li>
  );
}

function entriesOf(value: JsonValue): [string | number, JsonValue][] | null {
  if (Array.isArray(value)) return value.map((part, index) => [index, part]);
  return typeof value === "object" && value !== null ? Object.entries(value) : null;
}

function Leaf({ value }: { value: JsonValue }) {
  const [isWhole, setWhole] = useState(false);
  const text = JSON.stringify(value);
  const color =
    typeof value === "string"
      ? "text-(--code-string)"
      : typeof value === "number"
        ? "text-(--code-number)"
        : "text-(--code-keyword)";
  if (text.length <= MOST_TEXT || isWhole)
    return (
      <span className={`${color} break-all whitespace-pre-wrap`}>
        <Redacted text={text} />
      </span>
    );
  return (
    <span className={`${color} break-all`}>
      <Redacted text={text.slice(0, MOST_TEXT)} />…{" "}
      <button type="button" className="text-accent underline" onClick={() => setWhole(true)}>
        {`all ${text.length} characters`}
      </button>
    </span>
  );
}
