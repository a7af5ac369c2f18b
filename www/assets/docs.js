// The search in the documents, over all their sections. The index loads at the first key press.
const form = document.getElementById("search");
const { root, none, one, many, failed } = form.dataset;
const words = document.getElementById("words");
const found = document.getElementById("found");
const hits = document.getElementById("hits");
const MOST = 20;
const AROUND = 60;

let sections;

// Sections that contain every word; those with a word in their heading come first.
const search = (asked) => {
  const ranked = sections.map((section) => {
    const title = section.title.toLowerCase();
    const all = `${title} ${section.text.toLowerCase()}`;
    if (!asked.every((word) => all.includes(word))) return [section, 0];
    return [section, 1 + asked.filter((word) => title.includes(word)).length];
  });
  return ranked.filter(([, rank]) => rank).sort((a, b) => b[1] - a[1]).map(([section]) => section);
};

const part = (text, asked) => {
  const at = Math.max(0, Math.min(...asked.map((word) => text.toLowerCase().indexOf(word)).filter((at) => at >= 0)));
  const from = Number.isFinite(at) ? Math.max(0, at - AROUND) : 0;
  return `${from ? "…" : ""}${text.slice(from, from + 2 * AROUND).trim()}…`;
};

const hit = (section, asked) => {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = root + section.to;
  link.textContent = `${section.document}: ${section.title}`;
  const text = document.createElement("p");
  text.textContent = part(section.text, asked);
  item.append(link, text);
  return item;
};

const show = async () => {
  const asked = words.value.toLowerCase().split(/\s+/).filter(Boolean);
  try {
    sections ??= await (await fetch("/docs/index.json")).json();
  } catch {
    found.textContent = failed;
    return;
  }
  const all = asked.length ? search(asked) : [];
  hits.replaceChildren(...all.slice(0, MOST).map((section) => hit(section, asked)));
  found.textContent = !asked.length ? "" : all.length > 1 ? many.replace("{n}", all.length) : all.length ? one : none;
};

form.hidden = false;
form.onsubmit = (event) => {
  event.preventDefault();
  show();
};
words.oninput = show;
