import { useState } from "react";
import { Label, Radio, RadioGroup } from "react-aria-components";
import { autosaves, setAutosaves } from "@/editor/document/autosave";
import { type Density, useDensity } from "@/theme/density";
import { type ThemeChoice, useTheme } from "@/theme/theme";
import { StatusIcon } from "@/ui/StatusIcon";
import { Switch } from "@/ui/Switch";
import { Panel } from "./Panel";

interface Choice {
  id: string;
  label: string;
  about: string;
}

const CHOICES: Choice[] = [
  { id: "system", label: "As the system", about: "Follows your computer, day and night." },
  { id: "dark", label: "Dark", about: "Light text on a dark ground." },
  { id: "light", label: "Light", about: "Dark text on a light ground." },
];

const DENSITIES: Choice[] = [
  { id: "comfortable", label: "Comfortable", about: "Room between the lines." },
  { id: "compact", label: "Compact", about: "More lines of tables and lists at once." },
];

export function AppearanceSection() {
  const { choice, choose } = useTheme();
  const { density, choose: chooseDensity } = useDensity();
  const [saves, setSaves] = useState(autosaves);
  const chooseSaves = (isOn: boolean) => {
    setAutosaves(isOn);
    setSaves(isOn);
  };
  return (
    <>
      <Panel title="Theme" about="Kept in this browser.">
        <Choices
          label="Theme"
          choices={CHOICES}
          value={choice}
          onChange={(id) => choose(id as ThemeChoice)}
        />
      </Panel>
      <Panel title="Density" about="Kept in this browser.">
        <Choices
          label="Density"
          choices={DENSITIES}
          value={density}
          onChange={(id) => chooseDensity(id as Density)}
        />
      </Panel>
      <Panel title="Drafts" about="Kept in this browser.">
        <Switch isSelected={saves} onChange={chooseSaves}>
          Save drafts by themselves
        </Switch>
        <p className="mt-1 text-xs text-muted">
          A draft is saved a second after the last change. Without it, press Ctrl S; what is not
          saved is kept in this browser either way.
        </p>
      </Panel>
      <Panel
        title="Statuses"
        about="Each is a colour, a shape and a word; the colours differ for every kind of colour vision."
      >
        <div className="flex flex-wrap gap-x-5 gap-y-2">
          {(
            [
              "idle",
              "queued",
              "running",
              "retrying",
              "waiting",
              "succeeded",
              "failed",
              "cancelled",
            ] as const
          ).map((status) => (
            <StatusIcon key={status} status={status} withWord />
          ))}
        </div>
      </Panel>
    </>
  );
}

interface ChoicesProps {
  label: string;
  choices: readonly Choice[];
  value: string;
  onChange: (id: string) => void;
}

function Choices({ label, choices, value, onChange }: ChoicesProps) {
  return (
    <RadioGroup value={value} onChange={onChange}>
      <Label className="sr-only">{label}</Label>
      <div className="grid gap-3 sm:grid-cols-3">
        {choices.map(({ id, label: name, about }) => (
          <Radio
            key={id}
            value={id}
            className="cursor-default rounded-card border border-line p-3 data-focus-visible:outline-2 data-focus-visible:outline-accent data-selected:border-accent data-selected:bg-accent-soft"
          >
            <span className="block font-semibold">{name}</span>
            <span className="text-xs text-muted">{about}</span>
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
