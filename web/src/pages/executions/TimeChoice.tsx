import { Select } from "@/ui/Select";
import { SINCE, type Since } from "./search";

interface Time {
  since?: Since | undefined;
  from?: number | undefined;
  to?: number | undefined;
}

/** The time that somebody chose in the histogram. */
const CHOSEN = "chosen";
const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "medium" });
const TIMES: Record<Since, string> = {
  hour: "last hour",
  day: "last 24 hours",
  week: "last 7 days",
  month: "last 30 days",
};

interface TimeChoiceProps {
  value: Time;
  /** Takes a time in the place of the one before. */
  onChange: (time: Time) => void;
}

/** How far back a list goes, or the time that was chosen in its histogram. */
export function TimeChoice({ value: { since, from, to }, onChange }: TimeChoiceProps) {
  const range = from !== undefined && to !== undefined ? CLOCK.formatRange(from, to) : null;
  return (
    <Select
      label="Time"
      hideLabel
      className={range ? "w-72" : "w-36"}
      choices={[
        ...(range ? [{ id: CHOSEN, label: range }] : []),
        { id: "", label: "any time" },
        ...(Object.keys(SINCE) as Since[]).map((id) => ({ id, label: TIMES[id] })),
      ]}
      value={range ? CHOSEN : (since ?? "")}
      onChange={(id) =>
        id !== CHOSEN &&
        onChange({ since: id === "" ? undefined : (id as Since), from: undefined, to: undefined })
      }
    />
  );
}
