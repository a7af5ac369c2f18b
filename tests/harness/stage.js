// Leads surveys into all the states that a customer may see. The collector's replies are simulated.

const problem = (status) => ({ field: "body", code: status === 403 ? "foreign_origin" : "malformed", message: "no" });
const reply = (status, { id, rev }) =>
  Response.json(status < 300 ? { id, rev } : { problems: [problem(status)] }, { status });

// The reply to each revision of an answer, by its touchpoint; `null` never arrives.
const replies = {
  "kept-score": [503], "refused-score": [422], "sending": [201, null], "kept": [201, 503], "refused": [201, 403],
};

const fetchAnything = window.fetch;
window.fetch = async (request, init) => {
  if ((init?.method ?? request.method) !== "POST") return fetchAnything(request, init);
  const body = init?.body ?? (await request.clone().text());
  const answer = JSON.parse(body);
  const { touchpoint, rev } = answer;
  const statuses = replies[touchpoint] ?? [201];
  const status = statuses[Math.min(rev, statuses.length) - 1];
  return status === null ? new Promise(() => {}) : reply(status, answer);
};

const frame = () => new Promise((resolve) => setTimeout(resolve, 10));

// Waits for a rendered element of the survey, or for another condition.
const until = async (survey, what) => {
  const ready = typeof what === "function" ? what : (root) => root.querySelector(what)?.checkVisibility();
  for (let tries = 0; tries < 500; tries += 1) {
    if (survey.shadowRoot && ready(survey.shadowRoot)) return;
    await frame();
  }
  throw Error(`${survey.touchpoint}: waited in vain for ${what}`);
};

const click = async (survey, css) => {
  await until(survey, css);
  const element = survey.shadowRoot.querySelector(css);
  element.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  element.click();
};
const fill = async (survey, css, text) => {
  await until(survey, css);
  survey.shadowRoot.querySelector(css).value = text;
};
const send = (survey) => click(survey, ".send");
const choose = (survey, score) => click(survey, `input[value="${score}"]`);
const said = (survey) => until(survey, (root) => root.querySelector("[role=status]").textContent !== "");
const ask = async (survey, score = 3) => {
  await choose(survey, score);
  await until(survey, "textarea");
};
const contact = async (survey) => {
  await click(survey, ".check");
  await until(survey, ".how");
};
const answer = async (survey) => {
  await ask(survey, 9);
  await fill(survey, "textarea", "x");
  await send(survey);
};

// The steps from the bare question to each state.
const ways = {
  "question": async () => {},
  "unanswered": async (survey) => {
    survey.shadowRoot.querySelector("input").dispatchEvent(new KeyboardEvent("keydown", { bubbles: true, key: "Enter" }));
    await until(survey, "#error");
  },
  "chosen": async (survey) => { await choose(survey, 7); await said(survey); },
  "kept-score": async (survey) => { await choose(survey, 10); await said(survey); },
  "refused-score": async (survey) => { await choose(survey, 0); await said(survey); },
  "promoter": (survey) => ask(survey, 9),
  "passive": (survey) => ask(survey, 8),
  "detractor": async (survey) => { await ask(survey); await contact(survey); },
  "invalid": async (survey) => {
    await ask(survey);
    await contact(survey);
    await fill(survey, "textarea", "x".repeat(2001));
    await fill(survey, ".how", "x".repeat(300));
    await send(survey);
    await until(survey, "#how-error");
  },
  "sending": async (survey) => { await answer(survey); await until(survey, ".send[aria-disabled=true]"); },
  "thanks": async (survey) => { await answer(survey); await until(survey, ".title"); },
  "kept": async (survey) => { await answer(survey); await until(survey, ".title"); },
  "refused": async (survey) => { await answer(survey); await until(survey, ".title"); },
  // A customer who has answered is thanked by the same survey in the page, and may change the score.
  "thanked": async (survey) => {
    await answer(survey);
    await until(survey, ".title");
    const again = survey.cloneNode();
    again.setAttribute("mode", "inline");
    survey.replaceWith(again);
    again.ask();
    await until(again, "[part~=done]");
    return again;
  },
};

// Puts a survey with these attributes into the page, and leads it into the state.
window.stage = async (state, attributes, parent = document.querySelector("main")) => {
  const survey = document.createElement("aanrader-survey");
  for (const [name, value] of Object.entries({ ...attributes, touchpoint: state })) {
    if (value !== null) survey.setAttribute(name, value);
  }
  parent.append(survey);
  // The page may contain several surveys; answers to the others don't count.
  await customElements.whenDefined("aanrader-survey");
  survey.ask();
  await until(survey, ".scale");
  return (await ways[state](survey)) ?? survey;
};
