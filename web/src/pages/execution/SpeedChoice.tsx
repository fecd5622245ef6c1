import { useChangeAddress } from "@/app/useChangeAddress";
import { Select } from "@/ui/Select";
import { SPEEDS, type Speed } from "./search";
import { PLAYED_IN } from "./speed";

const WHOLE = "whole";
const CHOICES = [
  { id: WHOLE, label: `in ${PLAYED_IN / 1_000} s` },
  ...SPEEDS.map((speed) => ({ id: String(speed), label: `${speed}×` })),
];

/** How fast the time is played: as it was, slower or faster, or the whole in some seconds. */
export function SpeedChoice({ value }: { value: Speed | undefined }) {
  const change = useChangeAddress();
  return (
    <Select
      label="Speed"
      hideLabel
      className="w-24 shrink-0"
      choices={CHOICES}
      value={value === undefined ? WHOLE : String(value)}
      onChange={(id) => change({ speed: SPEEDS.find((speed) => String(speed) === id) })}
    />
  );
}
