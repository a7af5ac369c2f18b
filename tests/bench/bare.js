// The opponent: the same question by hand, as small and as fast as plain JavaScript can be. It has one
// language, is inline, and lacks outbox, retries, validation and reactions to attributes; one file, one
// request.
{
  const css = `:host{display:block}*{box-sizing:border-box}
.card{font-family:inherit;font-size:max(16px,1em);line-height:1.5;container-type:inline-size}
fieldset{border:0;margin:0;padding:0;min-width:0}
legend,.title{display:block;font-size:1.125em;font-weight:600;line-height:1.35;padding:0;width:100%;margin:0}
.scale{display:grid;grid-template-columns:repeat(11,1fr);margin-top:16px;padding-left:1px}
.cell{cursor:pointer;margin-left:-1px;position:relative}
.cell input{height:100%;width:100%;inset:0;margin:0;opacity:0;position:absolute;cursor:pointer}
.cell span{align-items:center;border:1px solid color-mix(in srgb,currentColor 58%,transparent);display:flex;justify-content:center;min-height:44px}
.cell:first-child span{border-radius:6px 0 0 6px}.cell:last-child span{border-radius:0 6px 6px 0}
.cell input:hover+span{background:color-mix(in srgb,currentColor 10%,transparent)}
.cell input:checked+span{background:#0b6bcb;border-color:#0b6bcb;color:#fff;font-weight:700}
.cell:has(:focus-visible){outline:3px solid;outline-offset:2px;z-index:1}
.ends{display:flex;font-size:.875em;justify-content:space-between;margin-top:8px}
textarea{background:0 0;border:1px solid;border-radius:6px;color:inherit;display:block;font:inherit;width:100%;margin-top:4px;min-height:96px;padding:8px 12px}
.actions{display:flex;justify-content:flex-end;margin-top:16px}
button{background:#0b6bcb;border:1px solid #0b6bcb;border-radius:6px;color:#fff;font:inherit;font-weight:600;min-height:44px;padding:8px 16px;cursor:pointer}
@container (max-width:519px){.scale{grid-template-columns:repeat(6,1fr)}.cell{margin-top:-1px}}`;
  const styles = new CSSStyleSheet();
  styles.replaceSync(css);
  const target = new URL("v1/answers", document.currentScript.src);

  const make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };

  class BareSurvey extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [styles];
      const id = crypto.randomUUID();
      let rev = 0;
      let score;
      const post = (complete, comment) =>
        fetch(target, {
          method: "POST",
          keepalive: true,
          credentials: "omit",
          body: JSON.stringify({
            id, rev: ++rev, complete, score, comment, language: "en",
            survey: this.getAttribute("survey"), touchpoint: this.getAttribute("touchpoint"),
          }),
        });
      const scale = make("div", "scale");
      for (let value = 0; value < 11; value++) {
        const input = make("input");
        input.type = "radio";
        input.name = "score";
        input.value = value;
        scale.append(make("label", "cell", input, make("span", "", value)));
      }
      const ends = make("div", "ends", make("span", "", "Not at all likely"), make("span", "", "Extremely likely"));
      const legend = make("legend", "", "How likely are you to recommend us to a friend or colleague?");
      const group = make("fieldset", "", legend, scale, ends);
      const form = make("form", "", group, make("div", "actions", make("button", "", "Send")));
      const card = make("div", "card", form);
      root.append(card);
      scale.onchange = ({ target }) => {
        score = +target.value;
        post(false);
      };
      let comment;
      form.onsubmit = (event) => {
        event.preventDefault();
        if (score == null) return;
        if (comment) {
          post(true, comment.value).then(() => card.replaceChildren(make("p", "title", "Thank you!")));
        } else {
          comment = make("textarea");
          group.replaceWith(make("label", "", score > 8 ? "Good to hear! What do you like best about us?" : "What can we do better?", comment));
          comment.focus();
        }
      };
    }
  }
  customElements.define("bare-survey", BareSurvey);
}
