import type { DecorationSet, EditorView } from "@codemirror/view";
import { Decoration, MatchDecorator, ViewPlugin, type ViewUpdate } from "@codemirror/view";

const matcher = new MatchDecorator({
  regexp: /\{\{.*?\}\}/g,
  decoration: Decoration.mark({ class: "cm-expression" }),
});

/** Shows which parts of a text are expressions. */
export const expressionMarks = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = matcher.createDeco(view);
    }

    update(update: ViewUpdate): void {
      this.decorations = matcher.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);
