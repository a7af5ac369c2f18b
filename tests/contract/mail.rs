//! Mail, with a mail server on loopback: to the shop's people and to customers.

use aanrader_tests::collector::{Collector, Options, Reply, TOKEN, run_tool};
use aanrader_tests::person::{Person, hidden};
use aanrader_tests::smtp::{Mail, Smtp};
use aanrader_tests::wait::until;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

const ANNA: &str = "anna@klant.example";

/// A collector with a mail server, whose site has people and a name.
fn start(smtp: &Smtp) -> Collector {
    let collector = Collector::start(Options { arguments: smtp.arguments(), ..Options::default() });
    let people = "bert=bert@shop.example,carla=carla@shop.example";
    let flags = ["site", "add", "default", "--people", people, "--shop", "De Winkel"];
    run_tool(&collector.location(), &[&flags[..], &["--reply-to", "help@shop.example"]].concat());
    collector
}

fn contact() -> Value {
    json!({ "contact": { "allowed": true, "how": ANNA }, "language": "nl", "comment": "Te <laat>" })
}

/// A case that was solved, and whose customer doesn't know it yet.
async fn solved(collector: &Collector, person: &Person) -> String {
    let case = collector.post_score(0, contact()).await;
    for action in ["take", "solve"] {
        person.act(&case, action, "").await.expect(StatusCode::SEE_OTHER);
    }
    case
}

/// Sends a mail from a case's page, as its template has it.
async fn write(person: &Person, case: &str, text: &str) -> Reply {
    let path = format!("{case}/reply");
    let page = person.get(&path).await.expect(StatusCode::OK).text();
    let (csrf, version) = (hidden(&page, "csrf"), hidden(&page, "version"));
    let subject = "Over je reactie\r\nBcc: x@evil.example";
    let fields = [("csrf", &*csrf), ("version", &version), ("subject", subject), ("text", text)];
    person.post(&path, &fields).await
}

/// Waits until a case's page contains this text.
async fn shows(person: &Person, case: &str, text: &str) -> String {
    until(text, async || {
        let page = person.get(case).await.expect(StatusCode::OK).text();
        if page.contains(text) { Ok(page) } else { Err(page) }
    })
    .await
}

/// A link of a mail without the collector's address.
fn path(mail: &Mail) -> String {
    let link = mail.link("/solved/");
    link[link.find("/solved/").expect("a path")..].to_owned()
}

/// Answers "is it solved?".
async fn answers(collector: &Collector, path: &str, solved: &str, text: &str) -> Reply {
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("solved", solved), ("text", text)])
        .finish();
    let request = collector.request(Method::POST, path);
    Reply::of(request.header("content-type", "application/x-www-form-urlencoded").body(body)).await
}

#[tokio::test]
async fn a_rule_tells_the_accounts_manager_and_nobody_outside_the_shop() {
    let smtp = Smtp::start();
    let mut collector = start(&smtp);
    let database = collector.location();
    let add = ["notify", "add", "manager", "--mail", "@manager", "--scores", "0-6", "--on", "case.opened"];
    run_tool(&database, &add);
    collector.restart();
    for manager in ["x@evil.example", "nobody", "carla"] {
        let more = json!({ "properties": { "manager": manager }, "comment": "Te <laat>" });
        collector.post_score(0, more).await;
    }
    collector.post_score(9, json!({ "properties": { "manager": "carla" } })).await;
    let case = collector.post_score(3, json!({ "properties": { "manager": "bert" } })).await;
    let mail = smtp.wait_for("carla@shop.example", 1).remove(0);
    assert_eq!(mail.header("from"), "\"De Winkel\" <nps@shop.example>");
    assert_eq!(mail.header("subject"), "0/10, post-login: Te <laat>");
    assert!(
        mail.text().contains("- Call the customer yourself, today") && mail.text().contains("> Te <laat>")
    );
    assert!(mail.html().contains("Te &lt;laat&gt;"), "{}", mail.html());
    let mail = smtp.wait_for("bert@shop.example", 1).remove(0);
    assert!(mail.link("/cases/").ends_with(&case), "{}", mail.text());
    assert_eq!(smtp.mails().len(), 2, "{:?}", smtp.mails());
}

#[tokio::test]
async fn the_loop_is_closed_with_the_customer_and_opened_by_a_no() {
    let smtp = Smtp::start();
    let mut collector = start(&smtp);
    collector.restart();
    let case = collector.post_score(0, contact()).await;
    let person = Person::signed_in(&collector, TOKEN).await;
    let reply = format!("{case}/reply");
    person.get(&reply).await.expect(StatusCode::CONFLICT);
    person.act(&case, "take", "").await.expect(StatusCode::SEE_OTHER);
    let template = person.get(&reply).await.expect(StatusCode::OK).text();
    assert!(template.contains("Beste klant") && template.contains("De Winkel</textarea>"), "{template}");
    let empty = write(&person, &case, " ").await.expect(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(empty.contains("Write something first"), "{empty}");
    write(&person, &case, "Ik zoek het uit & bel <morgen>.").await.expect(StatusCode::SEE_OTHER);
    let first = smtp.wait_for(ANNA, 1).remove(0);
    assert_eq!(first.header("reply-to"), "help@shop.example");
    assert_eq!(
        (first.header("subject").as_str(), first.header("bcc").as_str()),
        ("Over je reactie  Bcc: x@evil.example", "")
    );
    assert_eq!(first.text().trim(), "Ik zoek het uit & bel <morgen>.");
    let page = shows(&person, &case, "wrote to the customer by e-mail").await;
    assert!(page.contains("Contacted") && page.contains("bel &lt;morgen&gt;"), "{page}");

    person.act(&case, "solve", "").await.expect(StatusCode::SEE_OTHER);
    write(&person, &case, "Het is gemaakt.").await.expect(StatusCode::SEE_OTHER);
    let second = smtp.wait_for(ANNA, 2).remove(1);
    assert!(second.text().contains("Is het voor jou opgelost?"), "{}", second.text());
    assert_ne!(first.header("message-id"), second.header("message-id"));
    let link = path(&second);
    assert!(!link.contains("anna") && !link.contains("klant.example"), "{link}");
    shows(&person, &case, "told the customer by e-mail; closed").await;

    // Scanners open every link; that changes nothing.
    let asked = collector.get(&link).await.expect(StatusCode::OK);
    assert_eq!(asked.header("x-robots-tag"), "noindex");
    assert!(asked.text().contains("<html lang=\"nl\"") && asked.text().contains("Is het voor jou opgelost?"));
    assert!(!person.get(&case).await.text().contains("says that"));
    for forged in [
        link.replace("until=1", "until=2"),
        link.replace("/account/", "/order/"),
        link.split('?').next().expect("a path").into(),
    ] {
        collector.get(&forged).await.expect(StatusCode::NOT_FOUND);
        answers(&collector, &forged, "no", "").await.expect(StatusCode::NOT_FOUND);
    }
    answers(&collector, &link, "maybe", "").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let sorry = answers(&collector, &link, "no", "Nog <steeds> stuk").await.expect(StatusCode::OK).text();
    assert!(sorry.contains("opnieuw naar kijken"), "{sorry}");
    let page = person.get(&case).await.text();
    assert!(
        page.contains("Reopened")
            && page.contains("says that it is not solved")
            && page.contains("Nog &lt;steeds&gt; stuk"),
        "{page}"
    );
    assert!(person.get("/cases").await.text().contains(&case), "it is open again");

    for action in ["take", "solve"] {
        person.act(&case, action, "").await.expect(StatusCode::SEE_OTHER);
    }
    write(&person, &case, "Nu echt.").await.expect(StatusCode::SEE_OTHER);
    let third = smtp.wait_for(ANNA, 3).remove(2);
    answers(&collector, &path(&third), "yes", "").await.expect(StatusCode::OK);
    let page = person.get(&case).await.text();
    assert!(page.contains("says that it is solved") && page.contains("Told: closed"), "{page}");
    let figures = person.get("/cases/figures").await.expect(StatusCode::OK).text();
    assert!(figures.contains("100 %") && figures.contains("1 of 1"), "{figures}");
    let total = &collector.results().await["surveys"][0]["total"];
    assert_eq!(
        (&total["n"], &total["detractors"]),
        (&json!(1), &json!(1)),
        "the number has one answer: {total}"
    );
}

#[tokio::test]
async fn what_was_changed_is_told_to_all_customers_of_a_cause_who_may_be_written_to() {
    const CHANGED: &str = "/cases/changed?cause=carrier";
    let smtp = Smtp::start();
    let mut collector = start(&smtp);
    collector.restart();
    let person = Person::signed_in(&collector, TOKEN).await;
    let mut cases = Vec::new();
    for (name, cause) in [("anna", "carrier"), ("bert", "carrier"), ("carla", "price")] {
        let contact = json!({ "allowed": true, "how": format!("{name}@klant.example") });
        cases.push(collector.post_score(1, json!({ "contact": contact, "language": "nl" })).await);
        person.act(&cases[cases.len() - 1], "cause", cause).await.expect(StatusCode::SEE_OTHER);
    }
    let silent = collector.post_score(2, json!({})).await;
    person.act(&silent, "cause", "carrier").await.expect(StatusCode::SEE_OTHER);
    let page = person.get(CHANGED).await.expect(StatusCode::OK).text();
    assert!(page.contains("get the mail: 2.") && page.contains("“solved” only: 1."), "{page}");
    let csrf = hidden(&page, "csrf");
    let fields = [("csrf", &*csrf), ("cause", "carrier"), ("subject", "Een andere bezorger"), ("text", "")];
    person.post("/cases/changed", &fields).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    person.post("/cases/changed", &fields[1..]).await.expect(StatusCode::FORBIDDEN);
    let fields = [&fields[..3], &[("text", "Voortaan een andere.")]].concat();
    let done = person.post("/cases/changed", &fields).await.expect(StatusCode::SEE_OTHER);
    assert!(person.get(done.header("location")).await.text().contains("Cases changed: 3."));
    for to in ["anna@klant.example", "bert@klant.example"] {
        let mail = smtp.wait_for(to, 1).remove(0);
        assert!(
            mail.text().starts_with("Voortaan een andere.\n\nIs het voor jou opgelost?"),
            "{}",
            mail.text()
        );
        assert_eq!(
            (mail.header("to").as_str(), mail.header("subject").as_str()),
            (to, "Een andere bezorger")
        );
    }
    assert_eq!(smtp.mails().len(), 2, "{:?}", smtp.mails());
    assert!(person.get(&cases[0]).await.text().contains("Told: closed"));
    assert!(person.get(&silent).await.text().contains(": Solved"));
    assert!(person.get(&cases[2]).await.text().contains(": New"), "another cause");
    assert!(person.get(CHANGED).await.text().contains("get the mail: 0."));
}

#[tokio::test]
async fn a_mail_is_tried_again_and_one_that_is_refused_for_good_reopens_its_case() {
    let smtp = Smtp::start();
    let mut collector = start(&smtp);
    collector.restart();
    let person = Person::signed_in(&collector, TOKEN).await;
    let case = solved(&collector, &person).await;
    smtp.refuse(&["550 no such mailbox"]);
    write(&person, &case, "Opgelost.").await.expect(StatusCode::SEE_OTHER);
    let page = shows(&person, &case, "could not be delivered").await;
    assert!(page.contains("no such mailbox") && page.contains("Aanrader reopened it"), "{page}");
    assert!(smtp.mails().is_empty());
    // The collector is killed while a mail waits for its second attempt.
    person.act(&case, "take", "").await.expect(StatusCode::SEE_OTHER);
    smtp.refuse(&["451 later"]);
    write(&person, &case, "Ik bel.").await.expect(StatusCode::SEE_OTHER);
    until("the refusal", async || if smtp.is_kind_again() { Ok(()) } else { Err("not yet") }).await;
    collector.restart();
    assert_eq!(smtp.wait_for(ANNA, 1)[0].text().trim(), "Ik bel.");
}

#[tokio::test]
async fn a_note_that_is_added_while_a_mail_waits_does_not_keep_its_case_closed() {
    let smtp = Smtp::start();
    let mut collector = start(&smtp);
    collector.restart();
    let person = Person::signed_in(&collector, TOKEN).await;
    let case = solved(&collector, &person).await;
    smtp.refuse(&["451 later", "550 no such mailbox"]);
    write(&person, &case, "Opgelost.").await.expect(StatusCode::SEE_OTHER);
    person.act(&case, "note", "Gebeld, geen gehoor").await.expect(StatusCode::SEE_OTHER);
    let page = shows(&person, &case, "could not be delivered").await;
    assert!(page.contains("Aanrader reopened it") && page.contains("geen gehoor"), "{page}");
}

#[tokio::test]
async fn only_an_address_that_was_given_with_consent_is_written_to() {
    let smtp = Smtp::start();
    let mut collector = start(&smtp);
    collector.restart();
    let person = Person::signed_in(&collector, TOKEN).await;
    for contact in [
        json!({ "allowed": false }),
        json!({ "allowed": true }),
        json!({ "allowed": true, "how": "06 12345678" }),
        json!({ "allowed": true, "how": "anna@klant.example, x@evil.example" }),
    ] {
        let case = collector.post_score(0, json!({ "contact": contact })).await;
        person.act(&case, "take", "").await.expect(StatusCode::SEE_OTHER);
        assert!(!person.get(&case).await.text().contains("/reply"), "{contact}");
        let refused = person.get(&format!("{case}/reply")).await.expect(StatusCode::CONFLICT).text();
        assert!(refused.contains("no e-mail address"), "{refused}");
    }
    // Without a mail server the page says so.
    let collector = Collector::start(Options::default());
    let person = Person::signed_in(&collector, TOKEN).await;
    let case = collector.post_score(0, contact()).await;
    person.act(&case, "take", "").await.expect(StatusCode::SEE_OTHER);
    let refused = person.get(&format!("{case}/reply")).await.expect(StatusCode::CONFLICT).text();
    assert!(refused.contains("--smtp-url"), "{refused}");
}

#[tokio::test]
async fn a_week_is_told_once_and_a_week_without_answers_is_not() {
    const DAY: i64 = 86_400_000;
    let smtp = Smtp::start();
    let mut collector = start(&smtp);
    let database = collector.location();
    let now = i64::try_from(
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("now").as_millis(),
    );
    let now = now.expect("a time");
    // Some of these days are in the week that is over, whatever day it is.
    for days in 1..=14 {
        let more = json!({ "answered_at": now - days * DAY, "sent_at": now, "comment": "Te <laat>" });
        collector.post_score(0, more).await;
    }
    run_tool(&database, &["site", "add", "quiet", "--weekly", "quiet@shop.example"]);
    run_tool(&database, &["site", "add", "default", "--weekly", "bert@shop.example,boss@elsewhere.example"]);
    collector.restart();
    for to in ["bert@shop.example", "boss@elsewhere.example"] {
        let mail = smtp.wait_for(to, 1).remove(0);
        let text = mail.text();
        assert!(
            text.contains("- account: NPS −100, between −100 and ") && text.contains("; 7 answers"),
            "{text}"
        );
        assert_eq!(text.matches("- 0/10, post-login: Te <laat>").count(), 3, "{text}");
        assert!(!text.contains("wrote a comment"), "nobody counts the askings here: {text}");
        assert!(mail.link("/cases").ends_with("/cases"), "{text}");
    }
    collector.restart();
    // What waits is sent at the start: a mail to a customer comes after all that.
    let person = Person::signed_in(&collector, TOKEN).await;
    let case = collector.post_score(0, contact()).await;
    person.act(&case, "take", "").await.expect(StatusCode::SEE_OTHER);
    write(&person, &case, "Ik bel.").await.expect(StatusCode::SEE_OTHER);
    assert_eq!(smtp.wait_for(ANNA, 1).len(), 1);
    assert_eq!(smtp.mails().len(), 3, "{:?}", smtp.mails());
}
