//! The snippet in each of its forms, and the shop's other settings for it.

use super::escape::{html, jsx, script, vue};
use super::plan::{Form, Plan};

/// A longer tag has each attribute on a line of its own. In characters.
const LINE: usize = 100;

/// The snippet.
pub(crate) fn snippet(plan: &Plan) -> String {
    match plan.form {
        Form::Tag => {
            let script = format!("<script async src=\"{}\"></script>", html(&source(plan)));
            format!("{script}\n\n{}", element(plan, 0, html_attribute, html))
        }
        Form::Script => {
            let parts = data(plan).map(|(name, value)| html_attribute(&name, value));
            tag(&format!("<script async src=\"{}\"", html(&source(plan))), &parts.collect::<Vec<_>>(), 0)
                + "</script>"
        }
        Form::Google => google(plan),
        Form::React => react(plan),
        Form::Vue => {
            let element = element(plan, 2, html_attribute, vue);
            let configure = configure(plan, "aanrader");
            format!("<script setup>\n{configure}\n</script>\n\n<template>\n{element}\n</template>")
        }
    }
}

/// The command that installs the package, for React and Vue.
pub(crate) fn install(plan: &Plan) -> String {
    format!("curl --remote-name {}/aanrader.tgz\nnpm install ./aanrader.tgz", plan.collector)
}

/// Whether the survey is bundled with the shop's own files.
fn is_package(plan: &Plan) -> bool {
    matches!(plan.form, Form::React | Form::Vue)
}

/// Reserves an inline survey's space, so that the page doesn't shift when the question appears.
const PLACE: &str = "aanrader-survey:not([mode=\"popup\"]) { display: block; min-height: 168px; }
@media (max-width: 34em) { aanrader-survey:not([mode=\"popup\"]) { min-height: 288px; } }";

/// The rules for the shop's style sheet; empty for an unchanged pop-up.
pub(crate) fn styles(plan: &Plan) -> String {
    let lines: Vec<_> = plan.styles.iter().map(|(name, value)| format!("  {name}: {value};\n")).collect();
    let look = format!("aanrader-survey {{\n{}}}", lines.concat());
    let popup = plan.attribute("mode").is_some();
    match (popup, lines.is_empty()) {
        (true, true) => String::new(),
        (true, false) => look,
        (false, true) => PLACE.into(),
        (false, false) => format!("{PLACE}\n{look}"),
    }
}

/// The sources that a content security policy must allow.
pub(crate) fn policy(plan: &Plan) -> String {
    let collector = &plan.collector;
    if is_package(plan) {
        return format!("script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' {collector}");
    }
    format!("script-src {collector} 'wasm-unsafe-eval'; connect-src {collector}")
}

/// The setting that tells the collector the shop's origin.
pub(crate) fn origins(plan: &Plan) -> String {
    let shop = if plan.shop.is_empty() { "https://shop.example" } else { &plan.shop };
    format!("--origins {shop}")
}

fn source(plan: &Plan) -> String {
    format!("{}/aanrader.js", plan.collector)
}

fn html_attribute(name: &str, value: &str) -> String {
    if value.is_empty() { name.to_owned() } else { format!("{name}=\"{}\"", html(value)) }
}

fn jsx_attribute(name: &str, value: &str) -> String {
    // In JSX, a name without a value is `true`, and custom elements would receive it as such.
    if value.is_empty() { format!("{name}=\"\"") } else { format!("{name}={}", jsx(value, true)) }
}

/// An opening tag: its beginning, these attributes, and `>`.
fn tag(begin: &str, parts: &[String], indent: usize) -> String {
    let pad = " ".repeat(indent);
    let one = format!("{pad}{}>", [&[begin.to_owned()], parts].concat().join(" "));
    if one.chars().count() <= LINE {
        return one;
    }
    let lines: Vec<_> = parts.iter().map(|part| format!("\n{pad}  {part}")).collect();
    format!("{pad}{begin}{}\n{pad}>", lines.concat())
}

/// The element, with the link in it if it is inline.
fn element(
    plan: &Plan,
    indent: usize,
    attribute: fn(&str, &str) -> String,
    text: fn(&str) -> String,
) -> String {
    let parts = plan.attributes.iter().map(|(name, value)| attribute(name, value)).collect::<Vec<_>>();
    let open = tag("<aanrader-survey", &parts, indent);
    if plan.words.is_empty() {
        return format!("{open}</aanrader-survey>");
    }
    let pad = " ".repeat(indent);
    let address = attribute("href", &plan.address);
    let words = text(&plan.words);
    format!("{open}\n{pad}  <a {address}>{words}</a>\n{pad}</aanrader-survey>")
}

/// The attributes of a single script.
fn data(plan: &Plan) -> impl Iterator<Item = (String, &str)> {
    let target = Some(("target", plan.target.as_str())).filter(|(_, target)| !target.is_empty());
    let attributes = plan.attributes.iter().map(|(name, value)| (*name, value.as_str()));
    attributes.chain(target).map(|(name, value)| (format!("data-{name}"), value))
}

fn google(plan: &Plan) -> String {
    let set = |(name, value): (String, &str)| {
        format!("  script.setAttribute({}, {});\n", script(&name), script(value))
    };
    let attributes: String = data(plan).map(set).collect();
    format!(
        "<script>\n(function () {{\n  var script = document.createElement(\"script\");\n  script.async = true;\n  \
         script.src = {};\n{attributes}  document.head.appendChild(script);\n}})();\n</script>",
        script(&source(plan))
    )
}

/// The code that tells the package the collector's address.
fn configure(plan: &Plan, package: &str) -> String {
    let collector = script(&plan.collector);
    format!("import {{ configure }} from \"{package}\";\n\nconfigure({{ collector: {collector} }});")
}

fn react(plan: &Plan) -> String {
    let element = element(plan, 4, jsx_attribute, |text| jsx(text, false));
    let configure = configure(plan, "aanrader/react");
    format!("{configure}\n\nexport function Survey() {{\n  return (\n{element}\n  );\n}}")
}

#[cfg(test)]
mod tests {
    use super::super::plan::tests::plan;
    use super::*;

    /// A shop whose texts contain everything that could break a snippet.
    fn nasty(form: &str) -> Plan {
        let fields = [
            ("form", form),
            ("touchpoint", "account"),
            ("brand", "Müller & \"Söhne\""),
            ("question", "<b>{{ 1 }}</b>?"),
            ("words", "{{ 2 }} & </script>"),
            ("target", "#a > \"b\""),
        ];
        plan(&fields).expect("a plan")
    }

    #[test]
    fn a_tag_is_a_script_and_an_element_with_its_link() {
        let plan = plan(&[("touchpoint", "account"), ("words", "Tell us")]).expect("a plan");
        let expected = "<script async src=\"https://survey.example.nl/aanrader.js\"></script>\n\n\
            <aanrader-survey survey=\"shop\" touchpoint=\"account\">\n  \
            <a href=\"https://survey.example.nl/s/shop?touchpoint=account\">Tell us</a>\n</aanrader-survey>";
        assert_eq!(snippet(&plan), expected);
    }

    #[test]
    fn a_tags_texts_are_text() {
        let snippet = snippet(&nasty("tag"));
        assert!(snippet.contains("  brand=\"Müller &amp; &quot;Söhne&quot;\"\n"), "{snippet}");
        assert!(snippet.contains("question=\"&lt;b&gt;{{ 1 }}&lt;/b&gt;?\""), "{snippet}");
        assert!(
            snippet.contains("brand=M%C3%BCller+%26+%22S%C3%B6hne%22\">{{ 2 }} &amp; &lt;/script&gt;</a>"),
            "{snippet}"
        );
        assert!(snippet.contains("?touchpoint=account&amp;brand="), "{snippet}");
    }

    #[test]
    fn a_script_alone_has_everything_as_data() {
        let fields = [("form", "script"), ("mode", "popup"), ("exit", "on"), ("url", "/account/*")];
        let plan = plan(&fields).expect("a plan");
        let expected = "<script async src=\"https://survey.example.nl/aanrader.js\"\n  data-survey=\"shop\"\n  \
            data-mode=\"popup\"\n  data-exit\n  data-url=\"/account/*\"\n></script>";
        assert_eq!(snippet(&plan), expected);
        assert!(snippet(&nasty("script")).contains("data-target=\"#a &gt; &quot;b&quot;\""));
    }

    #[test]
    fn a_script_for_google_is_not_ended_by_its_texts() {
        let snippet = snippet(&nasty("google"));
        assert_eq!(snippet.matches('<').count(), 2, "{snippet}");
        assert!(
            snippet.contains("script.setAttribute(\"data-brand\", \"Müller & \\\"Söhne\\\"\");"),
            "{snippet}"
        );
        assert!(snippet.contains("script.setAttribute(\"data-target\", \"#a > \\\"b\\\"\");"), "{snippet}");
    }

    #[test]
    fn react_gets_expressions_where_a_text_is_not_plain() {
        let snippet = snippet(&nasty("react"));
        let begin = "import { configure } from \"aanrader/react\";\n\n\
            configure({ collector: \"https://survey.example.nl\" });\n\nexport function Survey() {\n";
        assert!(snippet.starts_with(begin), "{snippet}");
        assert!(snippet.contains("      touchpoint=\"account\"\n"), "{snippet}");
        assert!(snippet.contains("      brand={\"Müller & \\\"Söhne\\\"\"}\n"), "{snippet}");
        assert!(snippet.contains("question={\"\\x3Cb>{{ 1 }}\\x3C/b>?\"}"), "{snippet}");
        assert!(snippet.contains(">{\"{{ 2 }} & \\x3C/script>\"}</a>"), "{snippet}");
    }

    #[test]
    fn vue_finds_no_expression_in_a_text() {
        let snippet = snippet(&nasty("vue"));
        assert!(snippet.contains(">&#123;&#123; 2 &#125;&#125; &amp; &lt;/script&gt;</a>"), "{snippet}");
        let begin = "<script setup>\nimport { configure } from \"aanrader\";\n\n\
            configure({ collector: \"https://survey.example.nl\" });\n</script>\n\n\
            <template>\n  <aanrader-survey\n    survey=\"shop\"\n";
        assert!(snippet.starts_with(begin), "{snippet}");
    }

    #[test]
    fn a_package_comes_from_the_collector_and_is_part_of_the_shop() {
        let plan = plan(&[("form", "vue")]).expect("a plan");
        let install = "curl --remote-name https://survey.example.nl/aanrader.tgz\nnpm install ./aanrader.tgz";
        assert_eq!(super::install(&plan), install);
        let expected = "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self' https://survey.example.nl";
        assert_eq!(policy(&plan), expected);
    }

    #[test]
    fn what_else_a_shop_needs_names_its_collector() {
        let plan = plan(&[("look", "meadow"), ("shop", "https://Moes.example/nl")]).expect("a plan");
        assert!(styles(&plan).ends_with("\naanrader-survey {\n  --aanrader-accent: #2f6140;\n}"));
        assert_eq!(
            policy(&plan),
            "script-src https://survey.example.nl 'wasm-unsafe-eval'; connect-src https://survey.example.nl"
        );
        assert_eq!(origins(&plan), "--origins https://moes.example");
    }

    #[test]
    fn an_inline_survey_keeps_its_place_as_the_reference_says() {
        assert_eq!(styles(&plan(&[]).expect("a plan")), PLACE);
        assert_eq!(styles(&plan(&[("mode", "popup")]).expect("a plan")), "");
        assert!(include_str!("../../../www/README.md").contains(PLACE));
    }
}
