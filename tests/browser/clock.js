// A clock that only the test moves, also from page to page; the requests; and the stored values.
window.clock = (() => {
  const Real = Date;
  const wait = setTimeout;
  const get = fetch;
  const timers = new Map();
  let now = +window.name || Real.UTC(2026, 10, 22);
  let last = 0;
  window.Date = class extends Real {
    constructor(...parts) {
      parts.length ? super(...parts) : super(now);
    }
    static now() {
      return now;
    }
  };
  window.setTimeout = (call, millis, ...rest) => {
    timers.set(++last, { due: now + Math.max(0, millis || 0), call: () => call(...rest) });
    return last;
  };
  window.clearTimeout = (id) => timers.delete(id);
  const fetched = [];
  window.fetch = (what, ...rest) => {
    fetched.push(String(what.url ?? what));
    return get(what, ...rest);
  };
  const first = (end) =>
    [...timers].filter(([, timer]) => timer.due <= end).sort(([a, x], [b, y]) => x.due - y.due || a - b)[0];
  const task = () => new Promise((done) => wait(done));
  return {
    fetched,
    idle: true,
    // WebKit's driver considers a script lost if the page's clock has moved meanwhile. So no script waits for
    // this function.
    begin(millis) {
      this.idle = false;
      wait(() => this.step(millis).then(() => (this.idle = true)));
    },
    // Advances the clock, and lets everything happen that is due by then.
    async step(millis) {
      const end = now + millis;
      await this.settle();
      for (let due = first(end); due; due = first(end)) {
        timers.delete(due[0]);
        now = Math.max(now, due[1].due);
        due[1].call();
        await task();
      }
      window.name = now = end;
      await this.settle();
    },
    // Waits for pending scripts, frames and tasks.
    async settle() {
      for (const { name } of performance.getEntriesByType('resource'))
        if (/\/(targeting|widget)\.js$/.test(name)) await import(name);
      for (let i = 0; i < 2; i += 1) await new Promise(requestAnimationFrame);
      await task();
    },
  };
})();
