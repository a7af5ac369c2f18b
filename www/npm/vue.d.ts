import type { HTMLAttributes } from "vue";
import type { AanraderSurveyAttributes, AanraderSurveyProperties, EventMap } from "./index.js";

export * from "./index.js";

type Own = AanraderSurveyAttributes & AanraderSurveyProperties;
type Camel<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${Camel<Rest>}`
  : Capitalize<Name>;
type Heard = { [Name in keyof EventMap as `on${Camel<Name>}`]?: (event: EventMap[Name]) => void };

declare module "vue" {
  interface GlobalComponents {
    "aanrader-survey": new () => { $props: Own & Heard & Omit<HTMLAttributes, keyof Own> };
  }
}
