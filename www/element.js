// Defines <aanrader-survey>, which downloads nothing more until it is going to ask. Its behaviour from then
// on is in targeting/element.js.

// Defines the element and the queue in the page. The caller passes the collector's address with the tag's
// attributes, a function to get a file, and one to run a script.
export const start = (source, get, run) => {
  const define = () => {
    // Glue and module, using the browser's own promises.
    let module;
    const { constructor: Real } = (async () => {})();
    const open = () => Real.all([run("widget.js"), (module ??= get("widget.wasm"))]);

    // Calls a function of targeting, at once if it is loaded. If anything fails, the element's children
    // stay visible: a link, or a plain form.
    let targeting;
    let said;
    const reach = async (what, element) => {
      try {
        if (!targeting) (targeting = await run("targeting.js")).listen(calls, { source, get, open });
        return await targeting[what](element);
      } catch (error) {
        module = null;
        const message = "" + error;
        if (said != message) console.warn("aanrader-survey: " + (said = message));
        const detail = { reason: "module", message };
        // The page may have replaced the global.
        const { constructor: Real } = document.createEvent("CustomEvent");
        element.dispatchEvent?.(new Real("aanrader-error", { bubbles: true, composed: true, detail }));
      }
    };

    // An inline survey asks once it is less than a screen away.
    const near = new IntersectionObserver(
      (entries) => entries.forEach((entry) => entry.isIntersecting && entry.target.ask()),
      { rootMargin: "100%" },
    );

    // The calls of the shop's own script, before and after this script loads. An element with the id aanrader
    // is no function.
    const { q } = window.aanrader ?? {};
    const calls = Array.isArray(q) ? q : [];
    const say = (...call) => calls.push(call);
    const hear = (call) => /ask|close/.test(call?.[0]) && reach("listen", calls);
    calls.push = (call) => hear((calls[calls.length] = call));
    calls.forEach(hear);
    window.aanrader = say;
    say.q = calls;

    // The original HTMLElement, because a page may have replaced the global.
    class Survey extends Object.getPrototypeOf(document.createElement("p").constructor) {
      static say = say;

      async connectedCallback() {
        targeting?.enter(this);
        // The page may still be setting its attributes.
        await 0;
        if ((this.mode ?? this.getAttribute("mode")) == "popup") reach("watch", this);
        // Once the page has been parsed, the element's place is known now, not a frame later.
        else if (document.readyState != "loading" && Math.abs(this.getClientRects()[0]?.y) < 2 * innerHeight) this.ask();
        else near.observe(this);
        // Unsent answers of an earlier page are sent now, not at the next question.
        try {
          if (/aanrader-answer-/.test(Object.keys(localStorage))) reach("wake", calls);
        } catch {
          // Storage is forbidden, so it contains nothing.
        }
      }

      disconnectedCallback() {
        near.unobserve(this);
        targeting?.leave(this);
      }

      // Asks now, without waiting for triggers.
      ask() {
        near.unobserve(this);
        open().catch(() => {});
        return reach("ask", this);
      }

      // Takes it off the screen; the answer is still sent.
      close() {
        reach("close", this);
      }
    }
    customElements.define("aanrader-survey", Survey);
    return Survey;
  };
  (customElements.get("aanrader-survey") ?? define()).say(source.survey ? "ask" : "source", source);
};
