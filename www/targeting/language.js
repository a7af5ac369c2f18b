// Chooses the language of a survey.
import { languages } from "./languages.js";

// The nearest available language: for zh-TW it is zh-Hant, for no nb, for de-AT de; undefined if none is
// near.
export const nearest = (tag, there = languages) => {
  try {
    const locale = new Intl.Locale(tag);
    const { language, script, region } = locale.maximize();
    const names = [locale.baseName, language + "-" + region, language + "-" + script, language];
    if (/^n[on]$/.test(language)) names.push("nb");
    return names.find((name) => there.includes(name));
  } catch {
    // It is no valid language tag.
  }
};

// The `lang` of an element or its nearest ancestor, across shadow roots.
export const saidOf = (element) => {
  for (let it = element; it; it = it.parentNode ?? it.host) {
    const said = it.lang || it.getAttribute?.("xml:lang");
    if (said) return said;
  }
};

// That language first, then the browser's.
export const wantedFor = (element) => [saidOf(element), ...navigator.languages].filter(Boolean);

// Reports every change of `lang` around an element, until the returned function is called.
export const onLanguage = (element, hear) => {
  const observer = new MutationObserver(hear);
  const options = { subtree: true, attributeFilter: ["lang", "xml:lang"] };
  for (let it = element; it; it = it.getRootNode().host) observer.observe(it.getRootNode(), options);
  const end = new AbortController();
  document.addEventListener.call(window, "languagechange", hear, { signal: end.signal });
  return () => {
    observer.disconnect();
    end.abort();
  };
};
