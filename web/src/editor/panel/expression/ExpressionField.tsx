import {
  autocompletion,
  type CompletionContext,
  type Completion as MirrorCompletion,
} from "@codemirror/autocomplete";
import { EditorView } from "@codemirror/view";
import { useMemo, useRef } from "react";
import { CodeEditor } from "@/ui/code/CodeEditor";
import { useForm } from "../form/FormContext";
import type { JsonValue } from "../form/schema";
import { complete, type Known, type Option } from "./completion";
import { ExpressionPreview } from "./ExpressionPreview";
import { expressionMarks } from "./marks";
import { DRAGGED } from "./paths";

interface ExpressionFieldProps {
  label: string;
  value: string;
  extraRoots: readonly string[];
  onChange: (value: JsonValue | undefined) => void;
  startsFocused: boolean;
}

/** A text with expressions: completed from real data, with its value for the current item below. */
export function ExpressionField({
  label,
  value,
  extraRoots,
  onChange,
  startsFocused,
}: ExpressionFieldProps) {
  const { sample, functions, isReadOnly } = useForm();
  const known = useRef<Known>({ roots: {}, nodes: {}, functions: [], extraRoots: [] });
  known.current = { roots: sample.roots, nodes: sample.nodes, functions, extraRoots };
  const extensions = useMemo(
    () => [
      expressionMarks,
      autocompletion({ override: [(context) => completed(context, known.current)], icons: false }),
      EditorView.domEventHandlers({ drop: insertDropped }),
    ],
    [],
  );
  return (
    <>
      <CodeEditor
        label={`${label}, expression`}
        value={value}
        extensions={extensions}
        placeholder="{{ json.name }}"
        isReadOnly={isReadOnly}
        startsFocused={startsFocused}
        onChange={(text) => onChange(text === "" ? undefined : text)}
      />
      <ExpressionPreview text={value} />
    </>
  );
}

function completed(context: CompletionContext, known: Known) {
  const found = complete(context.state.doc.toString(), context.pos, known);
  if (!found || found.options.length === 0) return null;
  if (found.from === context.pos && !context.explicit && !isAfterDot(context)) return null;
  return { from: found.from, options: found.options.map(mirrored), validFor: /^\w*$/ };
}

function isAfterDot(context: CompletionContext): boolean {
  return /[."']/.test(context.state.sliceDoc(context.pos - 1, context.pos));
}

function mirrored({ label, insert, detail, info }: Option): MirrorCompletion {
  return {
    label,
    detail,
    ...(info ? { info } : {}),
    apply: (view, _completion, from, to) => {
      const text = insert ?? label;
      // `json.["a b"]` would be wrong: the brackets take the place of the dot.
      const start = text.startsWith("[") ? from - 1 : from;
      view.dispatch({
        changes: { from: start, to, insert: text },
        selection: { anchor: start + text.length },
      });
    },
  };
}

function insertDropped(event: DragEvent, view: EditorView): boolean {
  const path = event.dataTransfer?.getData(DRAGGED);
  if (!path) return false;
  event.preventDefault();
  const position =
    view.posAtCoords({ x: event.clientX, y: event.clientY }) ?? view.state.doc.length;
  const before = view.state.sliceDoc(0, position);
  const isInside = before.lastIndexOf("{{") > before.lastIndexOf("}}");
  view.dispatch({ changes: { from: position, insert: isInside ? path : `{{ ${path} }}` } });
  view.focus();
  return true;
}
