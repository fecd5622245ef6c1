import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, ask } from "@/api/client";
import { textOf } from "@/api/problem";
import { useForm } from "../form/FormContext";
import { isExpression, type JsonValue } from "../form/schema";
import { caretOf } from "./caret";

/** The value of an expression for the item that is looked at, or what is wrong with it. */
export function ExpressionPreview({ text }: { text: string }) {
  const { sample, mayPreview = true } = useForm();
  const settled = useSettled(text, 120);
  const preview = useQuery({
    queryKey: ["preview", settled, sample.place, sample.place ? null : sample.roots],
    queryFn: ({ signal }) =>
      ask(
        api.POST("/api/v1/expressions/preview", {
          body: {
            expression: settled,
            roots: sample.place ? {} : { ...sample.roots, node: sample.nodes },
            place: sample.place,
          },
          signal,
        }),
      ),
    enabled: mayPreview && isExpression(settled),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    gcTime: 30_000,
    retry: false,
  });
  if (!mayPreview || !isExpression(text)) return null;
  if (preview.isError)
    return <Wrong message={`There is no preview: ${textOf(preview.error)}`} caret="" />;
  if (!preview.data) return null;
  const { value, error } = preview.data;
  if (error) return <Wrong message={String(error.message)} caret={caretOf(error)} />;
  return (
    <output className="flex gap-1 font-mono text-xs text-muted" aria-label="Value">
      <span aria-hidden>=</span>
      <span className="max-h-24 min-w-0 overflow-auto break-all whitespace-pre-wrap text-text">
        {shown(value as JsonValue)}
      </span>
    </output>
  );
}

function Wrong({ message, caret }: { message: string; caret: string }) {
  return (
    <div role="status" className="text-xs text-danger">
      {caret ? <pre className="overflow-auto text-2xs">{caret}</pre> : null}
      <p>{message}</p>
    </div>
  );
}

function shown(value: JsonValue): string {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 1);
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text;
}

/** A value once it has not changed for a while. */
function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
