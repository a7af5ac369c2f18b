//! The events of a page, recorded from before its own scripts run.

/// Records the survey's events, policy violations and console lines, once a page.
pub(crate) const WITNESS: &str = "
    window.witness ??= (() => {
        const witness = { events: [], violations: [], console: [] };
        for (const name of ['show', 'score', 'answer', 'dismiss', 'error'])
            document.addEventListener('aanrader-' + name, (event) =>
                witness.events.push({ name, detail: event.detail ?? null }));
        document.addEventListener('securitypolicyviolation', (event) => {
            // That picture is asked for by the browser, not by the page.
            if (!event.blockedURI.endsWith('/favicon.ico'))
                witness.violations.push(event.effectiveDirective + ' ' + event.blockedURI + ' ' + event.sample);
        });
        const levels = { debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARNING', error: 'SEVERE' };
        for (const [name, level] of Object.entries(levels)) {
            const say = console[name];
            console[name] = (...words) => {
                witness.console.push([level, ...words].join(' '));
                say.apply(console, words);
            };
        }
        addEventListener('error', (event) => witness.console.push('SEVERE ' +
            (event.message ?? 'could not load ' + (event.target.src ?? event.target.href))), true);
        addEventListener('unhandledrejection', (event) => witness.console.push('SEVERE ' + event.reason));
        return witness;
    })();";
