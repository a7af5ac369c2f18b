// Defines <aanrader-survey>, which downloads nothing more before it is going to ask. What the element does then
// stands in targeting/element.js.

// Puts the element and the queue into the page. The caller says where the collector is and what the script's
// tag says, how to get a file of the survey's, and how to run a script of it.
export const start = (source, get, run) => {
  const define = () => {
    // Glue and module, with the browser's own promises.
    let module;
    const { constructor: Real } = (async () => {})();
    const open = () => Real.all([run("widget.js"), (module ??= get("widget.wasm"))]);

    // Does it at once if targeting is there. If anything fails, the element's children stay on the screen: a link, a
    // plain form.
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
        // The page may have something else of that name.
        const { constructor: Real } = document.createEvent("CustomEvent");
        element.dispatchEvent?.(new Real("aanrader-error", { bubbles: true, composed: true, detail }));
      }
    };

    // Inline it is asked once it is less than a screen away.
    const near = new IntersectionObserver(
      (entries) => entries.forEach((entry) => entry.isIntersecting && entry.target.ask()),
      { rootMargin: "100%" },
    );

    // What the shop's own script says, before and after this one has come. An element with the id aanrader is
    // no function of anybody's.
    const { q } = window.aanrader ?? {};
    const calls = Array.isArray(q) ? q : [];
    const say = (...call) => calls.push(call);
    const hear = (call) => /ask|close/.test(call?.[0]) && reach("listen", calls);
    calls.push = (call) => hear((calls[calls.length] = call));
    calls.forEach(hear);
    window.aanrader = say;
    say.q = calls;

    // HTMLElement, which a page may have replaced.
    class Survey extends Object.getPrototypeOf(document.createElement("p").constructor) {
      static say = say;

      async connectedCallback() {
        targeting?.enter(this);
        // The page may still be setting its attributes.
        await 0;
        if ((this.mode ?? this.getAttribute("mode")) == "popup") reach("watch", this);
        // Once the page has been read, where it stands is known now, and not a frame later.
        else if (document.readyState != "loading" && Math.abs(this.getClientRects()[0]?.y) < 2 * innerHeight) this.ask();
        else near.observe(this);
        // Unsent answers of an earlier page are sent without waiting for the next question.
        try {
          if (/aanrader-answer-/.test(Object.keys(localStorage))) reach("wake", calls);
        } catch {
          // Storage is forbidden, so nothing was kept there.
        }
      }

      disconnectedCallback() {
        near.unobserve(this);
        targeting?.leave(this);
      }

      // Asks now, whatever the moment.
      ask() {
        near.unobserve(this);
        open().catch(() => {});
        return reach("ask", this);
      }

      // Takes it off the screen; what was answered is sent all the same.
      close() {
        reach("close", this);
      }
    }
    customElements.define("aanrader-survey", Survey);
    return Survey;
  };
  (customElements.get("aanrader-survey") ?? define()).say(source.survey ? "ask" : "source", source);
};
