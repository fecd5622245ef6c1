import { useSearch } from "@tanstack/react-router";
import { Pause, Play as PlayIcon, SkipBack, SkipForward } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button, IconButton } from "@/ui/Button";
import { duration, moment } from "@/ui/time";
import { SpeedChoice } from "./SpeedChoice";
import { paceOf } from "./speed";

interface ScrubberProps {
  /** The change before this moment, and the one after it, where they are known. */
  before: number | null;
  next: number | null;
  /** Milliseconds from the begin to the last change, or to now while it runs. */
  end: number;
  now: number;
  /** When the execution was created. */
  begin: string | null;
  /** What is shown is what happens at this moment. */
  isLive: boolean;
  isEnded: boolean;
  onTime: (time: number) => void;
}

const STEPS = 1_000;

/** Goes through the time of an execution: by dragging, by keys, change by change, or played. */
export function Scrubber(props: ScrubberProps) {
  const { before, next, end, now, begin, isLive, isEnded, onTime } = props;
  const { speed } = useSearch({ from: "/shell/executions/$executionId" });
  const { isPlaying, toggle, stop } = usePlay({ end, now, pace: paceOf(speed, end), onTime });
  const step = end / STEPS || 1;
  const go = (time: number | null) => {
    stop();
    if (time !== null) onTime(time);
  };
  // What is live goes on by itself: it stops at the moment before the one that is shown.
  const press = () => (isLive ? go(Math.max(0, end - step)) : toggle());
  return (
    <section
      aria-label="Time travel"
      className="flex items-center gap-2 border-t border-line bg-surface px-4 py-2"
    >
      <IconButton
        label="To the change before"
        isDisabled={now <= 0 || before === null}
        onPress={() => go(before)}
      >
        <SkipBack size={15} aria-hidden />
      </IconButton>
      <IconButton label={isPlaying || isLive ? "Pause" : "Play"} onPress={press}>
        {isPlaying || isLive ? <Pause size={15} aria-hidden /> : <PlayIcon size={15} aria-hidden />}
      </IconButton>
      <IconButton label="To the next change" isDisabled={next === null} onPress={() => go(next)}>
        <SkipForward size={15} aria-hidden />
      </IconButton>
      <SpeedChoice value={speed} />
      <input
        type="range"
        aria-label="Moment"
        aria-valuetext={isLive ? "now" : `${duration(now)} after the begin`}
        className="h-6 min-w-0 flex-1 accent-accent"
        min={0}
        max={end}
        step={step}
        value={now}
        onChange={({ target }) =>
          // The last step is the end, whatever was lost in counting.
          go(target.valueAsNumber > end - step / 2 ? end : target.valueAsNumber)
        }
      />
      {isEnded ? null : (
        <Button isDisabled={isLive} onPress={() => go(end)}>
          {isLive ? "Live" : "Back to now"}
        </Button>
      )}
      <output className="num w-56 text-right text-xs text-muted">
        {duration(now)} of {duration(end)}
        {begin ? ` · ${moment(new Date(Date.parse(begin) + now).toISOString())}` : ""}
      </output>
    </section>
  );
}

interface Play extends Pick<ScrubberProps, "end" | "now" | "onTime"> {
  /** So much of its time passes in the time of whoever looks. */
  pace: number;
}

/** Moves the time on with every frame while it is played. */
function usePlay(play: Play) {
  const { end, now, onTime } = play;
  const [isPlaying, setPlaying] = useState(false);
  const latest = useRef(play);
  latest.current = play;
  useEffect(() => {
    if (!isPlaying) return;
    let frame = 0;
    let last = performance.now();
    const step = (time: number) => {
      const { now, onTime, end, pace } = latest.current;
      const moved = now + (time - last) * pace;
      last = time;
      onTime(Math.min(end, moved));
      if (moved >= end) setPlaying(false);
      else frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [isPlaying]);
  const toggle = () => {
    if (!isPlaying && now >= end) onTime(0);
    setPlaying(!isPlaying);
  };
  return { isPlaying, toggle, stop: () => setPlaying(false) };
}
