import { useState } from "react";
import type { Parts } from "./parts";
import { timeOf } from "./parts";

interface BrushProps {
  times: readonly number[];
  formatTime: (seconds: number) => string;
  onChoose: (parts: Parts) => void;
}

/**
 * Chooses a part of a chart's time by keyboard: two sliders over the picture, which are there when
 * they have the focus. Enter takes what is between them, Escape gives it up.
 */
export function Brush({ times, formatTime, onChoose }: BrushProps) {
  const most = times.length - 1;
  const [chosen, setChosen] = useState<Parts | null>(null);
  const [first, last]: Parts = chosen ? [chosen[0], Math.min(chosen[1], most)] : [0, most];
  const [begin, end] = timeOf(times, [first, last]);
  const slider = (label: string, value: number, text: string, move: (to: number) => Parts) => (
    <input
      type="range"
      aria-label={label}
      aria-valuetext={text}
      min={0}
      max={most}
      value={value}
      className="pointer-events-none absolute inset-0 h-full w-full opacity-0"
      onChange={(event) => setChosen(move(Number(event.target.value)))}
      onKeyDown={(event) => {
        if (event.key === "Enter") {
          onChoose([first, last]);
          setChosen(null);
        }
        if (event.key === "Escape") setChosen(null);
      }}
    />
  );
  const percent = (part: number) => `${(100 * part) / times.length}%`;
  return (
    <fieldset className="group pointer-events-none absolute top-2 right-2 bottom-[30px] left-16">
      <legend className="sr-only">Choose a time; Enter takes it</legend>
      {slider("Begin of the time", first, formatTime(begin), (to) => [Math.min(to, last), last])}
      {slider("End of the time", last, formatTime(end), (to) => [first, Math.max(to, first)])}
      <span
        aria-hidden
        className="absolute inset-y-0 hidden rounded-[2px] border-x-2 border-accent bg-accent/20 outline-offset-2 group-focus-within:block group-has-focus-visible:outline-2"
        style={{ left: percent(first), width: percent(last + 1 - first) }}
      />
      <span className="absolute top-full right-0 mt-7 hidden rounded-control bg-raised px-2 py-1 text-xs group-focus-within:block">
        {formatTime(begin)} to {formatTime(end)}: arrows move the ends, Enter takes it
      </span>
    </fieldset>
  );
}
