import { useState } from "react";
import { aanrader, type EventMap } from "aanrader/react";

export function Shop() {
  const [brand, setBrand] = useState("Moes");
  const [order, setOrder] = useState(["first", "second"]);
  const [shown, setShown] = useState(true);
  const [heard, setHeard] = useState("");
  const hear = (event: EventMap[keyof EventMap]) => {
    const { survey, ...detail } = event.detail;
    const score = "score" in detail ? detail.score : "";
    setHeard((before) => `${before}${event.type.replace("aanrader-", "")} ${survey} ${score}; `);
  };
  const surveys: Record<string, React.ReactNode> = {
    first: shown && (
      <aanrader-survey key="first" id="first" survey="first" brand={brand} followUp="Why?" properties={{ plan: "pro" }}
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
      <button id="ask" onClick={() => aanrader("ask", { survey: "third", sample: 100, followUp: "Why?" })}>ask</button>
      <main>{order.map((name) => surveys[name])}</main>
      <output id="heard">{heard}</output>
    </>
  );
}
