import type { HTMLAttributes } from "svelte/elements";
import type { AanraderSurvey, AanraderSurveyAttributes, AanraderSurveyProperties, EventMap } from "./index.js";

export * from "./index.js";

type Own = AanraderSurveyAttributes & AanraderSurveyProperties;
type Heard = { [Name in keyof EventMap as `on${Name}`]?: (event: EventMap[Name]) => void };

declare module "svelte/elements" {
  interface SvelteHTMLElements {
    "aanrader-survey": Own & Heard & Omit<HTMLAttributes<AanraderSurvey>, keyof Own>;
  }
}
