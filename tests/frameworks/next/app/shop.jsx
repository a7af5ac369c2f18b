"use client";

import { useState } from "react";
import { configure } from "aanrader";

// The server has no address bar; it renders the tag, and that is all it does.
if (typeof location == "object") configure({ collector: new URLSearchParams(location.search).get("collector") });

export function Shop() {
  const [brand, setBrand] = useState("Moes");
  const [order, setOrder] = useState(["first", "second"]);
  const [shown, setShown] = useState(true);
  const [heard, setHeard] = useState("");
  const hear = ({ type, detail: { survey, score = "" } }) =>
    setHeard((before) => `${before}${type.replace("aanrader-", "")} ${survey} ${score}; `);
  // What a server renders are attributes, so they go by their own names and hold texts.
  const surveys = {
    first: shown && (
      <aanrader-survey key="first" id="first" survey="first" brand={brand} follow-up="Why?" properties='{"plan":"pro"}'
        onaanrader-show={hear} onaanrader-score={hear} onaanrader-answer={hear} />
    ),
    second: (
      <aanrader-survey key="second" id="second" survey="second" save="send"
        onaanrader-show={hear} onaanrader-answer={hear} />
    ),
  };
  return (
    <>
      <button id="rerender" onClick={() => setBrand("Mei")}>rerender</button>
      <button id="swap" onClick={() => setOrder([...order].reverse())}>swap</button>
      <button id="toggle" onClick={() => setShown(!shown)}>toggle</button>
      <main>{order.map((name) => surveys[name])}</main>
      <output id="heard">{heard}</output>
    </>
  );
}
