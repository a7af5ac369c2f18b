// The triggers. Each calls back when it fires, until the signal aborts.
import { find } from "./find.js";
import { onNews, said } from "./news.js";
import { number, text } from "./values.js";

// The element that scrolls the page: without a doctype it may be the body, or unknown to the browser.
const scrollerOf = (target) =>
  target == document ? (document.scrollingElement ?? document.documentElement) : target;

export const triggers = {
  scroll(element, signal, happened) {
    const percent = number(element, "scroll", 0, 100, 100);
    const look = ({ target }) => {
      if (![document, document.documentElement, document.body].includes(target)) return;
      const { scrollTop, scrollHeight, clientHeight } = scrollerOf(target);
      if (scrollTop + 1 >= ((scrollHeight - clientHeight) * percent) / 100) happened();
    };
    document.addEventListener("scroll", look, { signal, capture: true });
  },
  exit(element, signal, happened) {
    const look = ({ clientY }) => clientY > 0 || happened();
    document.documentElement.addEventListener("mouseleave", look, { signal });
  },
  event(element, signal, happened) {
    const look = () => said.has(text(element, "event")) && happened();
    onNews(look, signal);
    look();
  },
  seen(element, signal, happened) {
    const near = new IntersectionObserver((all) => all.some((it) => it.isIntersecting) && happened());
    signal.addEventListener("abort", () => near.disconnect());
    find("seen", text(element, "seen"), signal, (it) => near.observe(it));
  },
};
