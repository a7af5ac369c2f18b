//! The answers of a period, in the owner's own days.

use super::*;

#[test]
fn a_period_leaves_out_what_is_before_and_after_it() {
    let collector = start();
    let now = now_millis();
    in_browser(&Options::default(), async |browser| {
        for (score, days_ago) in [(1, 30), (2, 20), (10, 10), (9, 0)] {
            let answered = now - days_ago * DAY_MILLIS;
            collector.post_score(score,
                json!({ "answered_at": answered, "sent_at": now, "comment": format!("{days_ago} days ago") }),
            )
            .await;
        }
        sign_in(browser, &collector).await;
        wait_shown(browser).await;
        assert_eq!(count(browser, "#answers li.answer").await, 4);
        let show = async |from: u64, to: u64| {
            let set = "for (const [id, millis] of [['from', arguments[0]], ['to', arguments[1]]])
                document.getElementById(id).valueAsNumber = millis;";
            let day = |days_ago: u64| json!(now - days_ago * DAY_MILLIS);
            browser.execute(set, vec![day(from), day(to)]).await;
            browser.click("#period [type=submit]").await;
        };
        show(21, 9).await;
        browser.wait("document.querySelectorAll('#answers li.answer').length === 2").await;
        let tally = crate::figures::tally(&[2, 10]);
        browser.wait_for_text("#surveys .interval", &interval(&tally)).await;
        let answers = browser.text("#answers").await;
        assert!(answers.contains("20 days ago") && answers.contains("10 days ago"), "{answers}");
        show(9, 21).await;
        browser.wait_for_text("#problem", "The period ends before it starts.").await;
        show(400, 300).await;
        browser.wait_for_text("#surveys", "No answers in this period yet.").await;
        browser.click("#all-time").await;
        browser.wait("document.querySelectorAll('#answers li.answer').length === 4").await;
        browser.assert_quiet().await;
    });
}

/// Opens the results in this time zone, and requests one day.
async fn ask_for_day(browser: &Browser, zone: &str, day: &str) {
    browser.cdp("Emulation.setTimezoneOverride", json!({ "timezoneId": zone })).await;
    browser.execute("location.reload()", vec![]).await;
    browser.wait_for_text("#period-hint", &format!("Days in your time zone, {zone}.")).await;
    wait_shown(browser).await;
    let set = "for (const id of ['from', 'to']) document.getElementById(id).value = arguments[0];";
    browser.execute(set, vec![json!(day)]).await;
    browser.click("#period [type=submit]").await;
}

#[test]
fn a_day_is_the_owners_in_the_zone_of_their_browser() {
    let collector = start();
    // Midnight on Kiritimati is 14 hours before that in UTC, on Pago Pago 11 hours after it. It is a day of
    // this week, because an older answer would be dated by its arrival.
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(14));
    let today = jiff::Timestamp::now().to_zoned_datetime(zone.clone()).date();
    let day = today.saturating_sub(jiff::Span::new().days(4));
    let midnight = day.to_zoned_datetime(zone).expect("a midnight").timestamp().as_millisecond();
    let next = midnight + 24 * 60 * 60 * 1_000;
    in_browser(&Options::default(), async |browser| {
        for (score, instant) in [(0, midnight - 1), (7, midnight), (9, next - 1), (1, next)] {
            collector.post_score(score, json!({ "answered_at": instant })).await;
        }
        sign_in(browser, &collector).await;
        wait_shown(browser).await;
        ask_for_day(browser, "Pacific/Kiritimati", &day.to_string()).await;
        browser.wait_for_text("#surveys .interval", &interval(&crate::figures::tally(&[7, 9]))).await;
        assert_eq!(count(browser, "#answers li.answer").await, 2);
        let before = day.saturating_sub(jiff::Span::new().days(1));
        ask_for_day(browser, "Pacific/Pago_Pago", &before.to_string()).await;
        browser.wait_for_text("#surveys .interval", &interval(&crate::figures::tally(&[9, 1]))).await;
        browser.assert_quiet().await;
    });
}
