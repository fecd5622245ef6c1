import { type ReactNode, useState } from "react";
import { Button } from "@/ui/Button";
import { Redacted } from "@/ui/Redacted";
import { bytes, duration } from "@/ui/time";
import { PHASES, phasesOf } from "./phases";

/** The parts of one request: its phases, headers and bodies; secrets are masked by the server. */

export function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-xs text-muted">{title}</h3>
      {children}
    </section>
  );
}

export function Phases({ timings, total }: { timings: unknown; total: number | null }) {
  const phases = phasesOf(timings);
  if (phases.length === 0) return <p className="text-xs text-muted">Nothing was sent.</p>;
  return (
    <ul className="flex flex-col gap-1 text-xs">
      {phases.map(({ name, share, ms }) => (
        <li key={name} className="grid grid-cols-[5rem_1fr_5rem] items-center gap-2">
          <span>{name}</span>
          <span aria-hidden className="h-2 rounded-full bg-hover">
            <span
              className="block h-full rounded-full"
              style={{ width: `${share}%`, backgroundColor: PHASES[name] }}
            />
          </span>
          <span className="num text-right">{duration(ms)}</span>
        </li>
      ))}
      <li className="grid grid-cols-[5rem_1fr_5rem] gap-2 text-muted">
        <span>all</span>
        <span />
        <span className="num text-right">{duration(total)}</span>
      </li>
    </ul>
  );
}

export function Headers({ headers }: { headers: Record<string, unknown> | null }) {
  const entries = Object.entries(headers ?? {});
  if (entries.length === 0) return <p className="text-xs text-muted">None were kept.</p>;
  return (
    <dl className="grid grid-cols-[minmax(7rem,auto)_1fr] gap-x-3 font-mono text-xs">
      {entries.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="break-all">
            <Redacted text={String(value)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

const MOST_BODY = 20_000;

export function Body({ title, body }: { title: string; body: unknown }) {
  const [isWhole, setWhole] = useState(false);
  if (body === null || body === undefined || body === "") return null;
  const text = typeof body === "string" ? body : JSON.stringify(body, null, 2);
  const isCut = text.length > MOST_BODY && !isWhole;
  return (
    <Part title={title}>
      <pre className="rounded-control border border-line bg-bg p-2 text-xs break-all whitespace-pre-wrap">
        <Redacted text={isCut ? `${text.slice(0, MOST_BODY)}…` : text} />
      </pre>
      {isCut ? (
        <p className="mt-1 flex items-center gap-2 text-xs text-muted">
          The first {bytes(MOST_BODY)} of {bytes(text.length)} that were kept
          <Button look="quiet" onPress={() => setWhole(true)}>
            Show all
          </Button>
        </p>
      ) : null}
    </Part>
  );
}
