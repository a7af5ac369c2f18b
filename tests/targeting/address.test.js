// Which addresses match a pattern, in any notation of either.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fits, problem } from "../../www/targeting/address.js";

const at = (address) => new URL(address, "https://shop.example");
const assertFits = (pattern, address) => assert.ok(fits(pattern, at(address)), `${pattern} at ${address}`);
const assertNot = (pattern, address) => assert.ok(!fits(pattern, at(address)), `${pattern} at ${address}`);

// Reproducible random numbers: a linear congruential generator.
const chance = (seed) => () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;

test("a star is anything, also nothing", () => {
  assertFits("/account*", "/account");
  assertFits("/account*", "/accounts/7");
  assertFits("*", "/any/thing");
  assertFits("*/orders", "/nl/account/orders");
  assertNot("/account", "/account/7");
  assertNot("/account", "/Account");
});

test("what ends with a slash and a star fits what is before that", () => {
  for (const address of ["/account", "/account/", "/account/orders", "/account?page=2", "/account#top"])
    assertFits("/account/*", address);
  assertNot("/account/*", "/accounts");
  assertFits("/*", "/");
});

test("a pattern fits in whatever form it and the address are written", () => {
  for (const [pattern, address] of [
    ["/persönliche-daten/*", "/persönliche-daten/adresse"],
    ["/pers%C3%B6nliche-daten/*", "/persönliche-daten/adresse"],
    ["/pers%c3%b6nliche-daten/*", "/persönliche-daten"],
    ["/perso\u0308nliche-daten", "/persönliche-daten"],
    ["/my account/*", "/my%20account/orders"],
    ["/my%20account/*", "/my account/orders"],
    ["/客户/*", "/客户/1"],
    ["/👋", "/%F0%9F%91%8B"],
    ["/a.b(c)", "/a.b(c)"],
    ["/search?q=red shoes", "/search?q=red+shoes"],
    ["/search?q=red+shoes", "/search?q=red%20shoes"],
    ["/caf%E9", "/caf%e9"],
  ])
    assertFits(pattern, address);
  assertNot("/a/b", "/a%2Fb");
  assertNot("/a.b", "/axb");
});

test("the query counts where the pattern has one", () => {
  assertFits("/order?state=done*", "/order?state=done&id=7");
  assertNot("/order?state=done", "/order");
  assertFits("/order", "/order?state=done");
});

test("a hash counts where the pattern has one", () => {
  assertFits("/#/account", "/#/account");
  assertFits("/#/account/*", "/#/account/orders?page=2");
  assertFits("/#/account/*", "/?utm=1#/account");
  assertFits("#/account", "/shop/index.html#/account");
  assertFits("/#!/persönlich", "/#!/persönlich");
  assertNot("/#/account", "/#/cart");
  assertNot("/#/account", "/");
});

test("a pattern that nothing can fit is called that", () => {
  for (const pattern of ["account", "https://shop.example/account", "/a/../b", "/a/./b", "/a/%2e%2E/b", "/a\\b", "?a", "/a/.."])
    assert.ok(problem(pattern), pattern);
  for (const pattern of ["/", "*", "/a/*", "/a..b", "/.well-known/x", "/#/account", "/a?b=../c", "//a"])
    assert.equal(problem(pattern), undefined, pattern);
});

test("every address fits itself, and itself with any part starred", () => {
  const next = chance(7);
  const letters = ["a", "Z", "0", "-", "/", ".x", "ö", "é", " ", "%20", "%2F", "客", "(", "+", "$", "^", "|", "{", "]"];
  for (let round = 0; round < 2_000; round += 1) {
    const length = Math.floor(next() * 12);
    const pieces = Array.from({ length }, () => letters[Math.floor(next() * letters.length)]);
    const path = "/x" + pieces.join("") + "y";
    assertFits(path, path);
    const { pathname } = at(path);
    assertFits(pathname, pathname);
    const some = pieces.slice(0, Math.floor(next() * length));
    assertFits("/x" + some.join("") + "*", path);
    assertNot(pathname + "~", pathname);
  }
});
