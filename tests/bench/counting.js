// Ten million scores: every plain way to count them in JavaScript, against npsOf and against reading.
export default async (nps, rounds) => {
  const { load, npsOf } = await import(nps);
  await load();
  const { instance } = await WebAssembly.instantiateStreaming(fetch("read.wasm"));
  const { memory, read } = instance.exports;
  const scores = new Uint8Array(10e6);
  for (let i = 0; i < scores.length; i++) scores[i] = Math.random() * 11;
  new Uint8Array(memory.buffer).set(scores);
  const contenders = {
    npsOf: () => npsOf(scores),
    "if-chain": () => {
      let promoters = 0, detractors = 0;
      for (let i = 0; i < scores.length; i++) {
        if (scores[i] > 8) promoters++;
        else if (scores[i] < 7) detractors++;
      }
      return [promoters, detractors];
    },
    branchless: () => {
      let promoters = 0, detractors = 0;
      for (let i = 0; i < scores.length; i++) {
        promoters += +(scores[i] > 8);
        detractors += +(scores[i] < 7);
      }
      return [promoters, detractors];
    },
    histogram: () => {
      const counts = new Uint32Array(256);
      for (let i = 0; i < scores.length; i++) counts[scores[i]]++;
      return counts;
    },
    "four histograms": () => {
      const [a, b, c, d] = [0, 1, 2, 3].map(() => new Uint32Array(256));
      for (let i = 0; i < scores.length; i += 4) {
        a[scores[i]]++;
        b[scores[i + 1]]++;
        c[scores[i + 2]]++;
        d[scores[i + 3]]++;
      }
      return a.map((count, i) => count + b[i] + c[i] + d[i]);
    },
    // No copying here: the scores are already in the module's memory.
    read: () => read(0, scores.length),
    // The same work as in npsOf.
    "copied and read": () => {
      const piece = 65536;
      const room = new Uint8Array(memory.buffer, 11e6, piece);
      for (let from = 0; from < scores.length; from += piece) {
        const part = scores.subarray(from, from + piece);
        room.set(part);
        read(11e6, part.length);
      }
    },
  };
  const { counts } = await contenders.npsOf();
  const [plain, four] = [contenders.histogram(), contenders["four histograms"]()];
  if (counts.some((count, i) => count !== plain[i] || count !== four[i])) throw Error("they do not count alike");
  const took = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  // The first rounds let the compilers optimise.
  for (let round = -5; round < rounds; round++) {
    for (const [name, run] of Object.entries(contenders)) {
      const start = performance.now();
      // A plain loop is also awaited, so that the promise costs all ways the same.
      await run();
      const ms = performance.now() - start;
      if (round >= 0) took[name].push(ms);
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
  return took;
};
