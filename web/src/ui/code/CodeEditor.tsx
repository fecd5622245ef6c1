import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, indentUnit, syntaxHighlighting } from "@codemirror/language";
import {
  Annotation,
  Compartment,
  EditorState,
  type Extension,
  Transaction,
} from "@codemirror/state";
import { EditorView, keymap, placeholder as placeholderOf } from "@codemirror/view";
import { useEffect, useRef } from "react";
import { HIGHLIGHT, THEME } from "./theme";

interface CodeEditorProps {
  label: string;
  value: string;
  onChange: (text: string) => void;
  /** The language, completion, marks; the same object as long as nothing changes. */
  extensions?: Extension;
  placeholder?: string | undefined;
  isReadOnly?: boolean;
  startsFocused?: boolean;
}

/** Marks a text that was given from outside (undo, another node): nobody typed it. */
const given = Annotation.define<boolean>();

/** The value that styles of this page carry under its content security policy. */
function nonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? "";
}

/** A text editor for code: CodeMirror, in our colours. Tab leaves it, so that no one is caught. */
export function CodeEditor({
  label,
  value,
  onChange,
  extensions = [],
  placeholder = "",
  isReadOnly = false,
  startsFocused = false,
}: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const changing = useRef(onChange);
  changing.current = onChange;
  const variable = useRef(new Compartment());
  const initial = useRef({ value, startsFocused });

  useEffect(() => {
    if (!place.current) return;
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: initial.current.value,
        extensions: [
          EditorView.cspNonce.of(nonce()),
          EditorView.lineWrapping,
          history(),
          bracketMatching(),
          closeBrackets(),
          indentUnit.of("    "),
          syntaxHighlighting(HIGHLIGHT),
          THEME,
          keymap.of([
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...defaultKeymap,
            ...historyKeymap,
          ]),
          EditorView.updateListener.of((update) => {
            const isGiven = update.transactions.some((each) => each.annotation(given));
            if (update.docChanged && !isGiven) changing.current(update.state.doc.toString());
          }),
          variable.current.of([]),
        ],
      }),
    });
    view.current = made;
    if (initial.current.startsFocused) made.focus();
    return () => made.destroy();
  }, []);

  useEffect(() => {
    view.current?.dispatch({
      effects: variable.current.reconfigure([
        extensions,
        placeholderOf(placeholder),
        EditorState.readOnly.of(isReadOnly),
        EditorView.contentAttributes.of({ "aria-label": label, role: "textbox" }),
      ]),
    });
  }, [extensions, placeholder, isReadOnly, label]);

  useEffect(() => {
    const current = view.current;
    if (!current || current.state.doc.toString() === value) return;
    current.dispatch({
      changes: { from: 0, to: current.state.doc.length, insert: value },
      annotations: [given.of(true), Transaction.addToHistory.of(false)],
    });
  }, [value]);

  return <div ref={place} className="min-w-0" />;
}
