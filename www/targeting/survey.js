// One survey in the page: the module's side of it, and what the page may do to it meanwhile.
import { adopt, observe } from "../properties.js";
import { onLanguage } from "./language.js";
import { Promise } from "./platform.js";
import { seen } from "./sight.js";
import { languageOf, textsIn } from "./texts.js";
import { arrive, givenTo, leave } from "./visits.js";

// Some pages make clicks out of touches, of whatever they think was touched. What is touched in a survey is the
// survey's.
const keep = (event) => event.stopPropagation();
const TOUCHES = ["touchstart", "touchmove", "touchend", "touchcancel"];

// Where answers go: where the element or the script's data-endpoint says, or to the collector; there to the site of
// the script's data-site, or else to that of the page's origin.
const endpointOf = (element, source) => {
  const endpoint = element.getAttribute("endpoint") || source.endpoint;
  const site = source.site ? "?site=" + encodeURIComponent(source.site) : "";
  if (!endpoint) return source.collector + "v1/answers" + site;
  const { href, protocol } = Object.assign(document.createElement("a"), { href: endpoint });
  // Then it is not asked: what was meant for this address goes to no other one.
  if (!/^https?:$/.test(protocol)) throw Error(`endpoint="${endpoint}" is no http or https address`);
  return href;
};

// Makes the element's survey, out of what was prepared.
export const create = ({ get }, element, { glue, language, texts, endpoint }) => {
  const survey = new glue.Survey(element, texts, { language, endpoint, ...givenTo(element) });
  TOUCHES.forEach((kind) => element.addEventListener(kind, keep, { passive: true }));
  // It hears of attributes that change, until it is closed for good.
  const ignore = observe(element, () => survey.changed());
  let deaf = () => {};

  const translate = async () => {
    const next = languageOf(element);
    if (next == language) return;
    language = next;
    try {
      const texts = await textsIn(next, get);
      if (language == next) survey.translate(texts, { language, endpoint });
    } catch {
      // It stays in the language that it has.
    }
  };

  // What an earlier page could not send comes after the question has been painted, and long before the
  // first answer.
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

// Starts the module, unless that is done, and ends once there are texts and somebody can see the page.
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
  return { glue, language, texts, endpoint };
};
