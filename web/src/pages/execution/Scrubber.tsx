import { Pause, Play, SkipBack, SkipForward } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Replay } from "@/live/replay";
import { IconButton } from "@/ui/Button";
import { duration, moment } from "@/ui/time";

interface ScrubberProps {
  replay: Replay;
  /** Milliseconds from the begin to the last change. */
  end: number;
  now: number;
  /** When the execution was created. */
  begin: string | null;
  onTime: (time: number) => void;
}

/** The whole is played in so many milliseconds, however long it took. */
const PLAYED_IN = 5_000;
const STEPS = 1_000;

/** Goes through the time of an execution: by dragging, by keys, change by change, or played. */
export function Scrubber({ replay, end, now, begin, onTime }: ScrubberProps) {
  const { isPlaying, toggle, stop } = usePlay(end, now, onTime);
  const count = replay.count(now);
  const go = (time: number | undefined) => {
    stop();
    if (time !== undefined) onTime(time);
  };
  // The change before the last one that has happened, whatever happened at the same moment.
  const before = replay.changes.findLast(({ at }) => at < now);
  const next = replay.changes[count];
  return (
    <section
      aria-label="Time travel"
      className="flex items-center gap-2 border-t border-line bg-surface px-4 py-2"
    >
      <IconButton
        label="To the change before"
        isDisabled={now <= 0}
        onPress={() => go(before?.at ?? 0)}
      >
        <SkipBack size={15} aria-hidden />
      </IconButton>
      <IconButton label={isPlaying ? "Pause" : "Play"} onPress={toggle}>
        {isPlaying ? <Pause size={15} aria-hidden /> : <Play size={15} aria-hidden />}
      </IconButton>
      <IconButton label="To the next change" isDisabled={!next} onPress={() => go(next?.at)}>
        <SkipForward size={15} aria-hidden />
      </IconButton>
      <input
        type="range"
        aria-label="Moment"
        aria-valuetext={`${duration(now)} after the begin`}
        className="h-6 min-w-0 flex-1 accent-accent"
        min={0}
        max={end}
        step={end / STEPS || 1}
        value={now}
        onChange={(event) => go(event.target.valueAsNumber)}
      />
      <output className="num w-56 text-right text-xs text-muted">
        {duration(now)} of {duration(end)}
        {begin ? ` · ${moment(new Date(Date.parse(begin) + now).toISOString())}` : ""}
      </output>
    </section>
  );
}

/** Moves the time on with every frame while it is played. */
function usePlay(end: number, now: number, onTime: (time: number) => void) {
  const [isPlaying, setPlaying] = useState(false);
  const latest = useRef({ now, onTime });
  latest.current = { now, onTime };
  useEffect(() => {
    if (!isPlaying) return;
    let frame = 0;
    let last = performance.now();
    const step = (time: number) => {
      const moved = latest.current.now + ((time - last) * end) / PLAYED_IN;
      last = time;
      latest.current.onTime(Math.min(end, moved));
      if (moved >= end) setPlaying(false);
      else frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, end]);
  const toggle = () => {
    if (!isPlaying && now >= end) onTime(0);
    setPlaying(!isPlaying);
  };
  return { isPlaying, toggle, stop: () => setPlaying(false) };
}
