// The script of a shop's page: <aanrader-survey>, and a survey out of this one tag if it has data-survey.
//
// All that has to be a classic script stands here: document.currentScript is how it knows where it came
// from; the one that is pinned to a version stands in that version's folder. The rest is element.js, of
// which other scripts can be made.
import { start } from "./element.js";

const { src, dataset } = document.currentScript;
start(__PINNED__ ? new URL("../../", src) : src);
if (dataset.survey) aanrader.q.push(["ask", dataset]);
