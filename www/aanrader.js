// The script of a shop's page: defines <aanrader-survey>, and creates a survey from this one tag if it has
// data-survey.
//
// It is a classic script. Its tag tells its address, from which it loads everything else. The rest is
// element.js, which the npm package starts in another way.
import { start } from "./element.js";
import { find } from "./script.js";

const source = find();
const url = (name) => source.collector + "__V__/" + name;

// In the pinned loader, the build knows the hashes.
const hash = (name) => __HASHES__[name];

const checked = (href, integrity) =>
  new Promise((resolve, reject) => {
    const link = document.createElement("link");
    if (!link.relList.supports("modulepreload")) return resolve();
    Object.assign(link, { rel: "modulepreload", integrity, href, onload: resolve });
    link.onerror = () => reject(Error("not what was to come: " + href));
    document.head.append(link);
  });

// The pinned loader checks the hash of each file. An import can't do that by itself, and
// WebKit ignores the hash of a preloaded module.
const get = (name) => (__PINNED__ ? fetch(url(name), { integrity: hash(name) }) : fetch(url(name)));
const load = (name) => import(url(name));
const run = __PINNED__ ? (name) => checked(url(name), hash(name)).then(() => load(name)) : load;


start(source, get, run);
