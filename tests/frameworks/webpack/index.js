import { configure } from "aanrader";

configure({ collector: new URLSearchParams(location.search).get("collector") });

const element = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

const survey = (id, properties) => {
  const made = element("aanrader-survey", { id, survey: id, ...properties });
  for (const name of ["show", "score", "answer"]) {
    made.addEventListener("aanrader-" + name, ({ detail }) => {
      heard.append(name + " " + id + " " + (detail.score ?? "") + "; ");
    });
  }
  return made;
};

const heard = element("output", { id: "heard" });
const makeFirst = () => survey("first", { brand: "Moes", followUp: "Why?", properties: { plan: "pro" } });
let first = makeFirst();
const surveys = element("main", {}, first, survey("second", { save: "send" }));
const button = (id, onclick) => element("button", { id, onclick }, id);

document.body.append(
  button("rerender", () => (first.brand = "Mei")),
  button("swap", () => surveys.prepend(surveys.lastElementChild)),
  button("toggle", () => (first.isConnected ? first.remove() : surveys.prepend((first = makeFirst())))),
  surveys,
  heard,
);
