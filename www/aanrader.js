// Defines <aanrader-survey>, and downloads the module only when it is going to ask.
// A classic script: document.currentScript is how it knows where it came from.
(() => {
  const source = document.currentScript.src;
  const languages = __LANGS__;
  const url = (name) => new URL("__V__/" + name, source).href;

  // The file for a tag: zh-TW is zh-Hant, no is nb, de-AT is de.
  const file = (tag) => {
    try {
      const locale = new Intl.Locale(tag);
      const { language, script, region } = locale.maximize();
      const nearest = [locale.baseName, language + "-" + region, language + "-" + script, language];
      if (/^n[on]$/.test(language)) nearest.push("nb");
      return nearest.find((name) => languages.includes(name));
    } catch {
      // Not a language tag.
    }
  };

  // The language of the element, its ancestors, the page, the browser, then English.
  let told;
  const language = (element) => {
    const tags = [element.closest("[lang]")?.lang, ...navigator.languages];
    for (const tag of tags) {
      const known = file(tag);
      if (known) return known;
    }
    told ??= !console.info("aanrader-survey: in English, for want of " + tags);
    return "en";
  };

  const texts = async (name) => {
    const reply = await fetch(url(name + ".json"));
    if (!reply.ok) throw Error(reply.status + " " + reply.url);
    return reply.json();
  };

  // Glue and module start at the same time; what failed is tried anew by the next survey.
  let loading;
  const load = () =>
    (loading ??= (async () => {
      const module = fetch(url("widget.wasm"));
      module.catch(() => {});
      const glue = await import(url("widget.js"));
      await glue.default(module);
      return glue;
    })().catch((error) => {
      loading = null;
      throw error;
    }));

  // What an earlier page could not send doesn't wait until the next question is asked.
  const replay = () => {
    try {
      const waits = Object.keys(localStorage).some((key) => key.startsWith("aanrader-answer-"));
      if (waits) load().then((glue) => glue.wake(), () => {});
    } catch {
      // Storage is forbidden, so nothing was kept there.
    }
  };

  class AanraderSurvey extends HTMLElement {
    // Those of src/widget/options.rs, which a test holds against this list.
    static observedAttributes = ["survey", "touchpoint", "mode", "placement", "delay", "save", "brand", "question",
      "follow-up", "follow-up-promoter", "follow-up-passive", "follow-up-detractor", "customer", "properties"];

    #survey;
    #timer;

    connectedCallback() {
      if (this.#survey) return this.#survey(0);
      replay();
      const delay = this.getAttribute("mode") == "popup" ? +this.getAttribute("delay") : 0;
      const seconds = delay > 0 && delay <= 86400 ? delay : 0;
      const due = performance.now() + seconds * 1000;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.start(due), (seconds - 1) * 1000);
    }

    disconnectedCallback() {
      clearTimeout(this.#timer);
      this.#survey?.(false);
    }

    attributeChangedCallback(name, before, now) {
      // A framework may set what is already so.
      if (before != now) this.#survey?.(true);
    }

    async start(due) {
      try {
        const lang = language(this);
        const [glue, words] = await Promise.all([load(), texts(lang)]);
        if (!this.isConnected || this.#survey) return;
        this.#survey = glue.survey(this, words, lang, new URL("v1/answers", source).href);
        this.#survey(due - performance.now());
      } catch (error) {
        // Its children stay on the screen: a link, a plain form.
        const detail = { reason: "module", message: String(error) };
        this.dispatchEvent(new CustomEvent("aanrader-error", { bubbles: true, composed: true, detail }));
      }
    }
  }

  if (!customElements.get("aanrader-survey")) customElements.define("aanrader-survey", AanraderSurvey);
})();
