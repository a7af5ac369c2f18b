// Defines <aanrader-survey>, which downloads nothing more before it is going to ask.

// Puts the element and the queue into the page. Whoever starts it says where answers go (see widget.js), which
// languages there are, how to get a file that belongs to the survey, and how to run a script of it.
export const start = (source, languages, get, run) => {
  if (customElements.get("aanrader-survey")) return;
  const moment = () => run("moment.js");

  // The file for a tag: zh-TW is zh-Hant, no is nb, de-AT is de.
  const file = (tag) => {
    try {
      const locale = new Intl.Locale(tag);
      const { language, script, region } = locale.maximize();
      const nearest = [locale.baseName, language + "-" + region, language + "-" + script, language,
        /^n[on]$/.test(language) && "nb"];
      return nearest.find((name) => languages.includes(name));
    } catch {
      // Not a language tag.
    }
  };

  // Glue, module and texts, all at the same time; without an element, what waits is sent. What failed is
  // tried anew the next time.
  let module;
  const ready = async (element) => {
    // The language of the element, its ancestors, the page, the browser, then English.
    const tags = [element?.closest("[lang]")?.lang, ...navigator.languages];
    const tag = tags.map(file).find(Boolean);
    try {
      const [glue, ...replies] = await Promise.all([
        run("widget.js"),
        moment(),
        (module ??= get("widget.wasm")),
        element && get((tag ?? "en") + ".json"),
      ]);
      return await glue.ready(source, element, tag ?? tags, ...replies);
    } catch (error) {
      module = null;
      throw error;
    }
  };

  class AanraderSurvey extends HTMLElement {
    #survey;
    #stop;
    #asked;

    async connectedCallback() {
      this.#survey?.connect();
      // Whoever has put it here may still be setting its attributes.
      await 0;
      if ((this.mode ?? this.getAttribute("mode")) != "popup") {
        // Once the page has been read, where it stands is known now, and not a frame later.
        const isNear = document.readyState != "loading" && Math.abs(this.getClientRects()[0]?.y) < 2 * innerHeight;
        if (isNear) return this.ask();
        near.observe(this);
      } else {
        try {
          const { watch } = await moment();
          this.#stop?.();
          this.#stop = watch(this, ready);
        } catch (error) {
          this.#fail(error);
        }
      }
      // What an earlier page could not send doesn't wait until the next question is asked.
      try {
        if (/aanrader-answer-/.test(Object.keys(localStorage))) ready().catch(() => {});
      } catch {
        // Storage is forbidden, so nothing was kept there.
      }
    }

    disconnectedCallback() {
      near.unobserve(this);
      this.#stop?.();
      this.#survey?.disconnect();
    }

    // Asks now, whatever the moment.
    async ask() {
      if (this.#survey) return;
      near.unobserve(this);
      this.#asked = true;
      try {
        const survey = await ready(this);
        if (this.#asked && !this.#survey && this.isConnected) (this.#survey = survey()).connect();
      } catch (error) {
        this.#fail(error);
      }
    }

    // Takes it off the screen; what was answered is sent all the same.
    close() {
      this.#survey?.close();
      this.#asked = this.#survey = null;
    }

    // Its children stay on the screen: a link, a plain form.
    #fail(error) {
      const detail = { reason: "module", message: "" + error };
      this.dispatchEvent(new CustomEvent("aanrader-error", { bubbles: true, composed: true, detail }));
    }
  }

  // Inline it is asked once it is less than a screen away.
  const near = new IntersectionObserver(
    (entries) => entries.forEach((entry) => entry.isIntersecting && entry.target.ask()),
    { rootMargin: "100%" },
  );

  customElements.define("aanrader-survey", AanraderSurvey);

  // What the shop's own script says, before and after this one has come.
  const calls = ((window.aanrader ??= (...call) => calls.push(call)).q ??= []);
  const hear = ([what]) => /ask|close/.test(what) && moment().catch(console.warn);
  calls.push = (call) => hear((calls[calls.length] = call));
  calls.forEach(hear);
};
