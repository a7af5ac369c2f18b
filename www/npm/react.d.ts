import type { DetailedHTMLProps, HTMLAttributes } from "react";
import type { AanraderSurvey, AanraderSurveyAttributes, AanraderSurveyProperties, EventMap } from "./index.js";

export * from "./index.js";

type Own = AanraderSurveyAttributes & AanraderSurveyProperties;
type Heard = { [Name in keyof EventMap as `on${Name}`]?: (event: EventMap[Name]) => void };
type Every = Omit<DetailedHTMLProps<HTMLAttributes<AanraderSurvey>, AanraderSurvey>, keyof Own>;

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "aanrader-survey": Own & Heard & Every;
    }
  }
}
