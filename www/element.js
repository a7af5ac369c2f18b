// Defines <aanrader-survey>, which downloads nothing more before it is going to ask.

// Those of src/widget/options.rs, which a test holds against this list. From `mode` on they say
// whether a moment is waited for, which is moment.js's work.
const attributes = ["survey", "touchpoint", "placement", "save", "brand", "question", "follow-up",
  "follow-up-promoter", "follow-up-passive", "follow-up-detractor", "customer", "properties",
  "mode", "delay"];

// Puts the element and the queue into the page. The files are beside the source, and so is the collector.
export const start = (source) => {
  if (customElements.get("aanrader-survey")) return;
  const url = (name) => new URL("__V__/" + name, source);
  const moment = () => import(url("moment.js"));

  // All that can ask, for an element; without one, it sends what waits. What failed is tried anew the
  // next time.
  let module;
  const ready = async (element) => {
    try {
      const parts = [import(url("widget.js")), (module ??= fetch(url("widget.wasm")))];
      const [glue, reply] = await Promise.all(parts);
      return await glue.ready(reply, source, element);
    } catch (error) {
      module = null;
      throw error;
    }
  };

  class AanraderSurvey extends HTMLElement {
    static observedAttributes = attributes;

    // Inline it is asked once it is less than a screen away.
    static #near = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) isIntersecting && target.#come();
    }, { rootMargin: "100%" });

    #survey;
    #stop;
    #asked;

    connectedCallback() {
      // What was set before the element was known hides the properties.
      const early = { ...this };
      for (const name in early) delete this[name];
      Object.assign(this, early);
      this.#survey?.(0);
      this.#look();
      // What an earlier page could not send doesn't wait until the next question is asked.
      try {
        if (/aanrader-answer-/.test(Object.keys(localStorage))) ready().catch(() => {});
      } catch {
        // Storage is forbidden, so nothing was kept there.
      }
    }

    disconnectedCallback() {
      AanraderSurvey.#near.unobserve(this);
      this.#stop?.();
      this.#survey?.(false);
    }

    attributeChangedCallback(name, before, now) {
      // A framework may set what is already so.
      if (before != now) this.#survey ? this.#survey(true) : this.isConnected && this.#look();
    }

    // Asks now, whatever the moment.
    ask() {
      this.#asked = true;
      return ready(this).then((survey) => {
        if (this.#asked && !this.#survey && this.isConnected) (this.#survey = survey())(0);
      }).catch(this.#fail);
    }

    // Takes it off the screen; what was answered is sent all the same.
    close() {
      this.#survey?.(1);
      this.#asked = this.#survey = null;
    }

    #look() {
      if (this.mode == "popup") this.#come();
      else AanraderSurvey.#near.observe(this);
    }

    // Asks at the right moment: at once, if nothing is said about that.
    #come() {
      AanraderSurvey.#near.unobserve(this);
      if (!this.getAttributeNames().some((name) => attributes.indexOf(name) > 11)) return this.ask();
      moment().then(({ watch }) => {
        this.#stop?.();
        this.#stop = watch(this, ready);
      }).catch(this.#fail);
    }

    // Its children stay on the screen: a link, a plain form.
    #fail = (error) => {
      const detail = { reason: "module", message: String(error) };
      this.dispatchEvent(new CustomEvent("aanrader-error", { bubbles: true, composed: true, detail }));
    };
  }

  // Each attribute is a property as well: true is an empty attribute, null and false are none.
  for (const name of attributes) {
    Object.defineProperty(AanraderSurvey.prototype, name.replace(/-./g, (dash) => dash[1].toUpperCase()), {
      get() {
        const value = this.getAttribute(name);
        return value == "" || value;
      },
      set(value) {
        if (value == null || value === false) this.removeAttribute(name);
        else this.setAttribute(name, value === true ? "" : value.trim ? value : JSON.stringify(value));
      },
    });
  }
  customElements.define("aanrader-survey", AanraderSurvey);

  // What the shop's own script says, before and after this one has come.
  const calls = ((window.aanrader ??= (...call) => aanrader.q.push(call)).q ??= []);
  const hear = (call) => /ask|close/.test(call[0]) && moment().catch(console.warn);
  calls.push = (call) => hear((calls[calls.length] = call));
  calls.forEach(hear);
};
