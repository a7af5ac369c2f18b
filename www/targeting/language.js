// Which language a survey speaks.
import { languages } from "./languages.js";

// The nearest of the languages that there are: zh-TW is zh-Hant, no is nb, de-AT is de; nothing if none is near.
export const nearest = (tag, there = languages) => {
  try {
    const locale = new Intl.Locale(tag);
    const { language, script, region } = locale.maximize();
    const names = [locale.baseName, language + "-" + region, language + "-" + script, language];
    if (/^n[on]$/.test(language)) names.push("nb");
    return names.find((name) => there.includes(name));
  } catch {
    // It is no language tag.
  }
};

// The language that is said of an element or of what is around it, out of the shadow roots.
export const saidOf = (element) => {
  for (let it = element; it; it = it.parentNode ?? it.host) {
    const said = it.lang || it.getAttribute?.("xml:lang");
    if (said) return said;
  }
};

// That, then the browser's languages.
export const wantedFor = (element) => [saidOf(element), ...navigator.languages].filter(Boolean);

// Hears of every change of what is said around an element, until what it returns is called.
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
