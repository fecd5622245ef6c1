import { queryOptions, useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { api, ask, type Schemas } from "@/api/client";
import { useCrumbs } from "@/app/crumbs";
import { ErrorNotice, Notice } from "@/ui/Notice";
import { Prose } from "@/ui/Prose";
import { Skeleton } from "@/ui/Skeleton";
import { TableTitles } from "@/ui/TableTitles";

type ErrorCode = Schemas["ErrorCode"];
type Kind = Pick<ErrorCode, "meaning" | "advice" | "repeated">;

const errorCodesQuery = queryOptions({
  queryKey: ["error_codes"],
  queryFn: ({ signal }) => ask(api.GET("/api/v1/error_codes", { signal })),
  staleTime: Number.POSITIVE_INFINITY,
});

const AGAIN = {
  yes: "where the node has retries left",
  no: "no: repeating does not help",
  by_type: "by its type",
  by_status: "by the status: 408, 429 and those of busy servers",
};

/** What every code of an error means, and what to try; first the one that was asked about. */
export function ErrorsPage() {
  const { code, type } = useSearch({ from: "/shell/errors" });
  const list = useQuery(errorCodesQuery);
  useCrumbs({ label: "Error codes" });
  return (
    <main className="min-h-0 flex-1 overflow-auto px-4 pt-5 pb-8">
      <div className="flex max-w-[1000px] flex-col gap-4">
        <h1 className="text-lg">Error codes</h1>
        {list.isError ? <ErrorNotice title="The codes can't be listed" error={list.error} /> : null}
        {list.isPending ? <Skeleton lines={12} /> : null}
        {list.data && code ? <Asked codes={list.data} code={code} type={type} /> : null}
        {list.data ? <EveryCode codes={list.data} asked={code} /> : null}
      </div>
    </main>
  );
}

interface AskedProps {
  codes: readonly ErrorCode[];
  code: string;
  type: string | undefined;
}

function Asked({ codes, code, type }: AskedProps) {
  const found = codes.find((each) => each.code === code);
  const kind = found?.types.find((each) => each.type === type);
  const name = kind ? `${code} · ${kind.type}` : code;
  if (!found)
    return (
      <Notice title={`${code} is not explained here`}>
        <p>Packages have codes of their own. The message of the error says what happened.</p>
      </Notice>
    );
  return (
    <section aria-label={name} className="rounded-card border border-line bg-surface p-3">
      <h2 className="pb-2 font-mono text-base">{name}</h2>
      <dl className="grid grid-cols-[120px_1fr] gap-x-3 gap-y-2">
        <Fact name="What it means">
          <Prose text={found.meaning} />
          {kind ? <Prose text={sentence(kind.meaning)} /> : null}
        </Fact>
        <Fact name="What to try">
          <Prose text={(kind ?? found).advice} />
        </Fact>
        <Repeated kind={kind ?? found} />
      </dl>
    </section>
  );
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="flex flex-col gap-1">{children}</dd>
    </>
  );
}

function Repeated({ kind: { repeated } }: { kind: Kind }) {
  return repeated === null ? null : <Fact name="Tried again">{AGAIN[repeated]}</Fact>;
}

function EveryCode({ codes, asked }: { codes: readonly ErrorCode[]; asked: string | undefined }) {
  return (
    <table aria-label="All codes" className="w-full text-xs">
      <TableTitles titles={["Code", "What it means", "What to try"]} />
      <tbody>
        {codes.map((each) => (
          <Rows key={each.code} of={each} isAsked={each.code === asked} />
        ))}
      </tbody>
    </table>
  );
}

function Rows({ of, isAsked }: { of: ErrorCode; isAsked: boolean }) {
  return (
    <>
      <tr className="border-t border-line align-top">
        <th scope="row" className="px-2 py-1 text-left font-mono font-semibold">
          <CodeLink code={of.code} isAsked={isAsked} />
        </th>
        <Texts {...of} />
      </tr>
      {of.types.map((kind) => (
        <tr key={kind.type} className="align-top">
          <th scope="row" className="py-1 pr-2 pl-6 text-left font-mono font-normal">
            <CodeLink code={of.code} type={kind.type} isAsked={false} />
          </th>
          <Texts {...kind} meaning={sentence(kind.meaning)} />
        </tr>
      ))}
    </>
  );
}

function CodeLink({ code, type, isAsked }: { code: string; type?: string; isAsked: boolean }) {
  return (
    <Link
      to="/errors"
      search={type ? { code, type } : { code }}
      aria-current={isAsked ? "page" : undefined}
      className="text-accent hover:underline"
    >
      {type ?? code}
    </Link>
  );
}

function Texts({ meaning, advice }: Kind) {
  return (
    <>
      <td className="px-2 py-1">
        <Prose text={meaning} />
      </td>
      <td className="px-2 py-1">
        <Prose text={advice} />
      </td>
    </>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
