// One survey in the page: connects it with the module, and follows changes of the page.
import { adopt, observe } from "../properties.js";
import { onLanguage } from "./language.js";
import { Promise } from "./platform.js";
import { seen } from "./sight.js";
import { languageOf, textsIn } from "./texts.js";
import { arrive, givenTo, leave } from "./visits.js";

// Some pages make clicks of touches on a guessed element. So touches in a survey stay in the survey.
const keep = (event) => event.stopPropagation();
const TOUCHES = ["touchstart", "touchmove", "touchend", "touchcancel"];

// The endpoint of answers: that of the element or of the script's data-endpoint, by default the collector. At
// the collector: the site of the script's data-site, by default that of the page's origin.
const endpointOf = (element, source) => {
  const endpoint = element.getAttribute("endpoint") || source.endpoint;
  const site = source.site ? "?site=" + encodeURIComponent(source.site) : "";
  if (!endpoint) return source.collector + "v1/answers" + site;
  const { href, protocol } = Object.assign(document.createElement("a"), { href: endpoint });
  // Then the survey doesn't ask: an answer for this address must not go to another one.
  if (!/^https?:$/.test(protocol)) throw Error(`endpoint="${endpoint}" is no http or https address`);
  return href;
};

// Tells the collector how often the question is shown, and what becomes of it: nothing about the customer. Answers
// that go elsewhere are counted there. The module keeps this function, so it must not hold the element.
const counter = ({ collector }, endpoint) => (element, ...words) => {
  const own = collector + "v1/a";
  if (!endpoint.startsWith(own) || element.hasAttribute("no-counts")) return;
  try {
    navigator.sendBeacon(endpoint.replace(own + "nswers", own + "skings"), words.join(" ") + " " + element.mode);
  } catch {
    // A count that gets lost is no harm.
  }
};

// Creates the element's survey from the prepared parts.
export const create = ({ get }, element, { glue, language, texts, ...addresses }) => {
  const survey = new glue.Survey(element, texts, { language, ...addresses, ...givenTo(element) });
  TOUCHES.forEach((kind) => element.addEventListener(kind, keep, { passive: true }));
  // It follows changes of attributes until it is closed for good.
  const ignore = observe(element, () => survey.changed());
  let deaf = () => {};

  const translate = async () => {
    const next = languageOf(element);
    if (next == language) return;
    language = next;
    try {
      const texts = await textsIn(next, get);
      if (language == next) survey.translate(texts, { language, ...addresses });
    } catch {
      // It keeps its current language.
    }
  };

  // Unsent answers of an earlier page are sent after the question has been painted, long before the first
  // answer.
  requestAnimationFrame(() => requestAnimationFrame(glue.wake));
  const pause = () => {
    leave(element);
    deaf();
  };
  return {
    connect() {
      pause();
      arrive(element, () => survey.answer);
      deaf = onLanguage(element, translate);
      survey.connect();
      translate();
    },
    disconnect() {
      pause();
      survey.disconnect();
    },
    close() {
      ignore();
      pause();
      survey.close();
    },
  };
};

// Starts the module once. Resolves when the texts are loaded and the page is visible.
export const prepare = async ({ source, get, open }, element) => {
  adopt(element);
  const endpoint = endpointOf(element, source);
  const language = languageOf(element);
  const opening = open().then(async ([glue, module]) => {
    await glue.begin(module);
    return glue;
  });
  const [glue, texts] = await Promise.all([opening, textsIn(language, get)]);
  await seen();
  return { glue, language, texts, endpoint, count: counter(source, endpoint) };
};
