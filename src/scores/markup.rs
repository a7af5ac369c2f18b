//! Reads the tables of an HTML page, which some programs save as .xls, and of a workbook in XML.

use crate::letters;
use crate::row::Row;

/// Whether a text starts as HTML or XML.
pub(crate) fn may_be(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let starts = |with: &[u8]| text.len() >= with.len() && text[..with.len()].eq_ignore_ascii_case(with);
    [&b"<!doctype"[..], b"<html", b"<table", b"<?xml", b"<!--", b"<head", b"<meta", b"<body", b"<tr", b"<div"]
        .iter()
        .any(|start| starts(start))
}

/// The rows of all tables, in the order of the page; a blank line separates tables.
pub(crate) fn rows(text: &str) -> Vec<Row> {
    let mut page = Page::default();
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        page.text(before);
        if let Some(comment) = tag.strip_prefix("!--") {
            rest = letters::split_once(comment, "-->").map_or("", |(_, behind)| behind);
            continue;
        }
        let (tag, behind) = tag.split_once('>').unwrap_or((tag, ""));
        page.tag(tag);
        rest = behind;
    }
    page.end_row();
    page.rows
}

#[derive(Default)]
struct Page {
    rows: Vec<Row>,
    row: Option<Vec<String>>,
    /// Whether the following text belongs to a cell.
    in_cell: bool,
    /// Whether the following text belongs to a script or a style.
    hidden: bool,
    new_table: bool,
}

impl Page {
    fn tag(&mut self, tag: &str) {
        let is_end = tag.starts_with('/');
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == ':')
            .map(|c| c.to_ascii_lowercase())
            .collect();
        match name.strip_prefix("ss:").unwrap_or(&name) {
            "script" | "style" => self.hidden = !is_end,
            "table" => {
                self.end_row();
                self.new_table = !is_end;
            }
            "tr" | "row" => {
                self.end_row();
                self.row = (!is_end && !tag.ends_with('/')).then(Vec::new);
            }
            "td" | "th" | "cell" => {
                self.in_cell = !is_end && !tag.ends_with('/');
                if let Some(row) = self.row.as_mut().filter(|_| !is_end) {
                    row.push(String::new());
                }
            }
            "br" | "p" | "div" => self.text(" "),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_cell
            && !self.hidden
            && let Some(cell) = self.row.as_mut().and_then(|row| row.last_mut())
        {
            cell.push_str(&unescaped(text));
        }
    }

    fn end_row(&mut self) {
        self.in_cell = false;
        if let Some(cells) = self.row.take().filter(|cells| cells.iter().any(|cell| !cell.trim().is_empty()))
        {
            let after_blank = std::mem::take(&mut self.new_table) && !self.rows.is_empty();
            let line = self.rows.len() as u64 + 1;
            let cells = cells.iter().map(|cell| cell.trim().to_owned()).collect();
            self.rows.push(Row { line, cells, after_blank });
        }
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, name)) = rest.split_once('&') {
        out.push_str(before);
        let named = name.split_once(';').filter(|(name, _)| name.len() < 12);
        let character = named.and_then(|(name, behind)| Some((entity(name)?, behind)));
        let (character, behind) = character.unwrap_or(('&', name));
        out.push(character);
        rest = behind;
    }
    out + rest
}

fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "minus" => '\u{2212}',
        "eacute" => 'é',
        "euml" => 'ë',
        "auml" => 'ä',
        "ouml" => 'ö',
        "uuml" => 'ü',
        "szlig" => 'ß',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        rows(text).into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn cells_are_found_with_and_without_end_tags() {
        let expected = [["Score", "Why"], ["9", "a & b"]];
        for text in [
            "<table><tr><th>Score</th><th>Why</th></tr><tr><td>9</td><td>a &amp; b</td></tr></table>",
            "<TABLE border=1><TR><TD>Score<TD><b>Why</b><TR><TD x:num>9<TD>a &#38; b</TABLE>",
            "<Workbook><Table><Row><Cell><Data>Score</Data></Cell><Cell><Data>Why</Data></Cell></Row>
             <Row><Cell><Data>9</Data></Cell><Cell><Data>a &amp; b</Data></Cell></Row></Table></Workbook>",
        ] {
            assert_eq!(cells(text), expected, "{text}");
        }
        assert!(rows("<p>9</p><script>'<td>'</script>").is_empty());
    }
}
