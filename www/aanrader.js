// The script of a shop's page: <aanrader-survey>, and a survey out of this one tag if it has data-survey.
//
// All that has to be a classic script stands here: document.currentScript is how it knows where it came
// from, and that is where everything else comes from; the one that is pinned to a version stands in that
// version's folder. The rest is element.js, which the npm package starts in another way.
import { start } from "./element.js";

const script = document.currentScript;
const source = __PINNED__ ? Object.assign(new URL("../../", script.src), { dataset: script.dataset }) : script;
const url = (name) => new URL("__V__/" + name, __PINNED__ ? source : script.src);

// In the loader of one version, where the build knows them.
const hash = (name) => __HASHES__[name];

const checked = (href, integrity) =>
  new Promise((resolve, reject) => {
    const link = document.createElement("link");
    if (!link.relList.supports("modulepreload")) return resolve();
    Object.assign(link, { rel: "modulepreload", integrity, href, onload: resolve });
    link.onerror = () => reject(Error("not what was to come: " + href));
    document.head.append(link);
  });

// The loader of one version holds what it gets against its hash. No import can do that by itself; and
// WebKit doesn't do it here either.
const get = (name) => (__PINNED__ ? fetch(url(name), { integrity: hash(name) }) : fetch(url(name)));
const load = (name) => import(url(name));
const run = __PINNED__ ? (name) => checked(url(name), hash(name)).then(() => load(name)) : load;

// The build knows the languages.
start(source, __LANGS__, get, run);
if (script.dataset.survey) aanrader("ask", script.dataset);
