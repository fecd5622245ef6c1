import { Label, Radio, RadioGroup } from "react-aria-components";
import { type ThemeChoice, useTheme } from "@/theme/theme";
import { StatusIcon } from "@/ui/StatusIcon";
import { Panel } from "./Panel";

const CHOICES: { id: ThemeChoice; label: string; about: string }[] = [
  { id: "system", label: "As the system", about: "Follows your computer, day and night." },
  { id: "dark", label: "Dark", about: "Light text on a dark ground." },
  { id: "light", label: "Light", about: "Dark text on a light ground." },
];

export function AppearanceSection() {
  const { choice, choose } = useTheme();
  return (
    <>
      <Panel title="Theme" about="Kept in this browser.">
        <RadioGroup value={choice} onChange={(id) => choose(id as ThemeChoice)}>
          <Label className="sr-only">Theme</Label>
          <div className="grid gap-3 sm:grid-cols-3">
            {CHOICES.map(({ id, label, about }) => (
              <Radio
                key={id}
                value={id}
                className="cursor-default rounded-card border border-line p-3 data-focus-visible:outline-2 data-focus-visible:outline-accent data-selected:border-accent data-selected:bg-accent-soft"
              >
                <span className="block font-semibold">{label}</span>
                <span className="text-xs text-muted">{about}</span>
              </Radio>
            ))}
          </div>
        </RadioGroup>
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
