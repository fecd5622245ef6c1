import { pythonLanguage } from "@codemirror/lang-python";

/** The language alone: without completion of its own, which this editor does not show. */
export const language = pythonLanguage;
