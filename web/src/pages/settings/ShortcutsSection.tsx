import { useState } from "react";
import { Button as KeyButton } from "react-aria-components";
import { isSingle, keysOf } from "@/app/shortcuts/keys";
import { FIXED, fixedTo, SHORTCUTS, type Shortcut, type ShortcutId } from "@/app/shortcuts/list";
import { keysFor, useShortcutStore } from "@/app/shortcuts/store";
import { Button } from "@/ui/Button";
import { Keys } from "@/ui/Keys";
import { Switch } from "@/ui/Switch";
import { Panel } from "./Panel";

const ALL = Object.entries(SHORTCUTS) as [ShortcutId, Shortcut][];

export function ShortcutsSection() {
  const { singleKeys, setSingleKeys, chosen } = useShortcutStore();
  const groups = [...new Set(ALL.map(([, shortcut]) => shortcut.group))];
  return (
    <>
      <Panel
        title="Single keys"
        about="Shortcuts of one key can be in the way of speech input and of some keyboards."
      >
        <Switch isSelected={singleKeys} onChange={setSingleKeys}>
          Shortcuts of one key work
        </Switch>
      </Panel>
      {groups.map((group) => (
        <Panel key={group} title={group}>
          <ul className="divide-y divide-line">
            {ALL.filter(([, shortcut]) => shortcut.group === group).map(([id, shortcut]) => (
              <li key={id} className="flex min-h-10 items-center gap-2">
                <span id={`label-of-${id}`} className="mr-auto">
                  {shortcut.label}
                </span>
                {isSingle(keysFor(id, chosen)) && !singleKeys ? (
                  <span className="text-xs text-muted">off</span>
                ) : null}
                <KeyRecorder id={id} />
              </li>
            ))}
            {FIXED.filter((shortcut) => shortcut.group === group).map(({ label, keys }) => (
              <li key={keys} className="flex min-h-10 items-center gap-2">
                <span className="mr-auto">{label}</span>
                <span className="text-xs text-muted">always</span>
                <Keys keys={keys} />
              </li>
            ))}
          </ul>
        </Panel>
      ))}
    </>
  );
}

/** Shows the keys; pressed, it takes the next ones that are typed. */
function KeyRecorder({ id }: { id: ShortcutId }) {
  const { chosen, choose } = useShortcutStore();
  const [isWaiting, setWaiting] = useState(false);
  const [clash, setClash] = useState<string | null>(null);
  const keys = keysFor(id, chosen);
  const take = (typed: string) => {
    const other =
      ALL.find(([each]) => each !== id && keysFor(each, chosen) === typed)?.[1] ?? fixedTo(typed);
    setClash(other ? `${typed} is taken: ${other.label}` : null);
    if (!other) choose(id, typed);
    setWaiting(false);
  };
  return (
    <>
      {clash ? (
        <span role="alert" className="text-xs text-danger">
          {clash}
        </span>
      ) : null}
      <KeyButton
        id={`keys-of-${id}`}
        aria-labelledby={`label-of-${id} keys-of-${id}`}
        onPress={() => setWaiting(true)}
        onBlur={() => setWaiting(false)}
        onKeyDown={(event) => {
          if (!isWaiting) return;
          if (event.key === "Escape" || event.key === "Tab") {
            setWaiting(false);
            return;
          }
          const typed = keysOf(event as unknown as KeyboardEvent);
          if (typed) take(typed);
        }}
        className="flex min-h-7 min-w-24 items-center justify-center rounded-control border border-line bg-bg px-2 hover:border-line-strong"
      >
        {isWaiting ? (
          <span className="text-xs text-accent">press keys</span>
        ) : keys ? (
          <Keys keys={keys} />
        ) : (
          <span className="text-xs text-muted">none</span>
        )}
      </KeyButton>
      <Button look="quiet" isDisabled={chosen[id] === undefined} onPress={() => choose(id, null)}>
        Reset
      </Button>
    </>
  );
}
