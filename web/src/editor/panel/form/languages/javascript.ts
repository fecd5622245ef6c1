import { javascriptLanguage } from "@codemirror/lang-javascript";

/** The language alone: without completion of its own, which this editor does not show. */
export const language = javascriptLanguage;
