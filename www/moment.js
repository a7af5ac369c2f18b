// When a survey comes.

// What an attribute says, or a property that was set before there were any: see properties.js.
const said = (element, name) => element[name] ?? element.getAttribute(name);

// Asks when its time has come; what it takes is got a second before. Returns what calls that off.
export const watch = (element, ready) => {
  if (!element.isConnected) return;
  const delay = +said(element, "delay");
  const millis = delay > 0 && delay <= 86400 ? delay * 1000 : 0;
  const timers = [
    setTimeout(() => ready(element).catch(() => {}), millis - 1000),
    setTimeout(() => element.ask(), millis),
  ];
  return () => timers.forEach(clearTimeout);
};
