// The script of a shop's page: <aanrader-survey>, and a survey out of this one tag if it has data-survey.
//
// It is a classic script, and its tag says where it came from: that is where everything else comes from.
// The rest is element.js, which the npm package starts in another way.
import { start } from "./element.js";
import { find } from "./script.js";

const source = find();
const url = (name) => source.collector + "__V__/" + name;

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


start(source, get, run);
