// Everything in a survey that some customers couldn't see, hit or reach, as a list of sentences; empty if all
// is well.

const painted = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

// A computed colour as red, green, blue and opacity.
const rgba = (color) => {
  painted.clearRect(0, 0, 1, 1);
  painted.fillStyle = "#000";
  painted.fillStyle = color;
  painted.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = painted.getImageData(0, 0, 1, 1).data;
  return [r, g, b, a / 255];
};
const over = ([r, g, b, a], under) =>
  [r, g, b].map((value, at) => value * a + under[at] * (1 - a)).concat(1);

const luminance = (color) => {
  const [r, g, b] = color.map((value) => value / 255)
    .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [x, y] = [luminance(a), luminance(b)].sort((a, b) => b - a);
  return (x + 0.05) / (y + 0.05);
};

const canvas = () => {
  const probe = document.createElement("i");
  probe.style.color = "Canvas";
  document.body.append(probe);
  const color = rgba(getComputedStyle(probe).color);
  probe.remove();
  return color;
};

// The colour behind an element, itself included. It ignores elements beside the ancestors.
const behind = (element) => {
  if (!element) return canvas();
  const own = rgba(getComputedStyle(element).backgroundColor);
  if (own[3] === 1) return own;
  const top = element.matches("[popover]");
  return over(own, behind(top ? null : (element.parentElement ?? element.getRootNode().host)));
};

const name = (element) => `${element.localName} ${element.getAttribute("part") ?? element.type ?? element.id ?? ""}`.trim();
const box = (element) => element.getBoundingClientRect();
const texts = (element) => [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());

// The boxes on the screen of the text that is directly in an element.
const lines = (element) => texts(element).flatMap((node) => {
  const range = document.createRange();
  range.selectNodeContents(node);
  return [...range.getClientRects()];
});

const checks = {
  // WCAG 1.4.3
  text: (element) => {
    const style = getComputedStyle(element);
    if (!texts(element).length && !element.value) return;
    if (["radio", "checkbox"].includes(element.type)) return;
    const under = behind(element);
    const ratio = contrast(over(rgba(style.color), under), under);
    if (ratio < 4.5) return `its text has ${ratio.toFixed(2)}:1`;
  },
  // WCAG 1.4.11; the browser is responsible for controls that it draws itself, such as a checkbox.
  boundary: (element) => {
    if (!element.matches("input:not([type=checkbox]), textarea, .send, .error")) return;
    const style = getComputedStyle(element), outside = behind(element.parentElement);
    const colors = element.matches(".error") ? [style.borderInlineStartColor] : [style.borderTopColor, style.backgroundColor];
    const ratio = Math.max(...colors.map((color) => contrast(over(rgba(color), outside), outside)));
    if (ratio < 3) return `its boundary has ${ratio.toFixed(2)}:1`;
  },
  chosen: (element) => {
    if (!element.matches("input[type=radio]:checked")) return;
    const span = element.nextElementSibling, outside = behind(element.parentElement);
    const fill = contrast(rgba(getComputedStyle(span).backgroundColor), outside);
    const ring = contrast(over(rgba(getComputedStyle(element).borderTopColor), outside), outside);
    if (Math.max(fill, ring) < 3) return `chosen, it has ${fill.toFixed(2)}:1`;
    if (parseFloat(getComputedStyle(element).borderTopWidth) < 2) return "chosen, it has no ring";
  },
  // WCAG 2.5.8, and beyond it the size of a fingertip; a label counts for its control.
  target: (element) => {
    if (!element.matches("button, input, textarea, a")) return;
    const own = box(element.type === "checkbox" ? element.closest("label") : element);
    const width = element.type === "radio" && !matchMedia("(pointer: coarse)").matches ? 24 : 44;
    if (own.height < 44 || own.width < width) return `it is ${own.width} by ${own.height} px`;
  },
  // Safari on a phone zooms in on smaller text.
  size: (element) => {
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (element.matches("textarea, input:not([type=radio], [type=checkbox])") && size < 16) return `its text is ${size} px`;
    if (texts(element).length && size < 14) return `its text is ${size} px`;
  },
  // WCAG 1.4.4, 1.4.10, 1.4.12
  cut: (element, card) => {
    if (element.matches("textarea, input")) return;
    const edges = box(card), left = edges.left + card.clientLeft, right = left + card.clientWidth;
    for (const line of lines(element)) {
      if (line.left < left - 1 || line.right > right + 1) return `its text stands at ${line.left}–${line.right}, the card at ${left}–${right}`;
      const own = box(element);
      if (line.left < own.left - 1 || line.right > own.right + 1) return `its text is wider than itself: ${line.width} px in ${own.width}`;
      const block = getComputedStyle(element).display !== "inline";
      if (block && (line.top < own.top - 1 || line.bottom > own.bottom + 1)) return `its text is higher than itself: ${line.top}–${line.bottom} in ${own.top}–${own.bottom}`;
    }
    const style = getComputedStyle(element);
    if (style.overflow !== "visible" && element !== card) return "it hides what does not fit";
  },
};

// No text overlaps another, except text that has scrolled below the close button.
const overlaps = (elements, card) => {
  const still = elements.filter((element) => !(card.scrollTop && element.matches(".close")));
  const all = still.flatMap((element) => lines(element).map((line) => [element, line]));
  const found = [];
  for (const [at, [a, one]] of all.entries()) {
    for (const [b, other] of all.slice(at + 1)) {
      const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      // The boxes of two lines of one text may overlap if its line spacing is narrow.
      if (a !== b && across > 1 && down > 1) found.push(`${name(a)} lies on ${name(b)}`);
    }
  }
  return found;
};

// WCAG 2.4.7, 2.4.11 and 1.4.11: every stop of the keyboard.
const focus = (root, card) => {
  const stops = [...root.querySelectorAll("button, textarea, input")].filter((element) => element.checkVisibility());
  const had = document.activeElement;
  const found = stops.flatMap((element) => {
    element.focus({ focusVisible: true });
    const style = getComputedStyle(element), outside = behind(element.parentElement);
    if (root.activeElement !== element) return [`${name(element)} takes no focus`];
    const shadow = style.boxShadow === "none" ? "transparent" : style.boxShadow.replace(/ (-?[\d.]+px ?){4}.*$/, "");
    const ratio = (color) => contrast(over(rgba(color), outside), outside);
    const best = Math.max(ratio(style.outlineColor), ratio(shadow));
    const faults = [];
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) faults.push("has no focus ring");
    if (best < 3) faults.push(`has a focus ring of ${best.toFixed(2)}:1`);
    const own = box(element), edges = box(card);
    const top = Math.max(own.top, edges.top, 0), bottom = Math.min(own.bottom, edges.bottom, innerHeight);
    const seen = root.elementFromPoint((own.left + own.right) / 2, (top + bottom) / 2);
    if (bottom - top < Math.min(own.height, 20) || !(seen === element || element.contains(seen))) {
      faults.push(`is hidden when it has the focus: ${own.top}–${own.bottom}, ${seen && name(seen)}`);
    }
    return faults.map((fault) => `${name(element)} ${fault}`);
  });
  had?.focus?.();
  root.activeElement?.blur();
  return found;
};

const places = (card) => {
  const found = [], page = document.scrollingElement;
  if (page.scrollWidth > page.clientWidth) found.push(`the page scrolls sideways: ${page.scrollWidth} in ${page.clientWidth}`);
  if (card.scrollWidth > card.clientWidth) {
    const right = Math.max(...[...card.querySelectorAll("*")].map((element) => box(element).right));
    const widest = [...card.querySelectorAll("*")].find((element) => box(element).right == right);
    found.push(`the card scrolls sideways: ${card.scrollWidth} in ${card.clientWidth}, ${widest.outerHTML.slice(0, 200)}`);
  }
  const edges = box(card);
  if (card.popover && (edges.left < 0 || edges.top < 0 || edges.right > innerWidth || edges.bottom > innerHeight)) {
    found.push(`the pop-up is off the screen: ${[edges.left, edges.top, edges.right, edges.bottom]} in ${[innerWidth, innerHeight]}`);
  }
  return found;
};

window.measure = (survey, { keyboard = true, colors = true } = {}) => {
  const root = survey.shadowRoot, card = root.querySelector(".card");
  // Text for screen readers only has one pixel and must stay invisible.
  const seen = (element) => element.checkVisibility() && getComputedStyle(element).clipPath === "none";
  const all = [...root.querySelectorAll("*")].filter(seen);
  const wanted = Object.entries(checks).filter(([check]) => colors || !["text", "boundary", "chosen"].includes(check));
  const found = all.flatMap((element) => wanted.map(([, check]) => check(element, card))
    .filter(Boolean).map((fault) => `${name(element)}: ${fault}`));
  return [...places(card), ...found, ...overlaps(all, card), ...(keyboard ? focus(root, card) : [])];
};
