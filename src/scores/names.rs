//! The evidence of a heading for or against its column: words in the usual languages of surveys.

use std::ops::RangeInclusive;

use crate::cell::is_missing;
use crate::letters;

/// Parts of words that ask for a recommendation.
const RECOMMEND: &str = "recommend recommand recomand recomend raccomand consigl aanbeve aanrad aanraa empfehl empfiehl empfohl anbefal \
    rekommender suositel suosittel polecen poleci polecał doporuč odporúč ajánl recomien net_promoter \
    nettopromotor";
/// Words that name the metric.
const METRIC: &str = "nps enps ltr likelihood";
/// Words that name a score, but not which one.
const SCORE: &str = "score scores rating ratings answers cijfer cijfers rapportcijfer note grade answer antwoord antwort \
    response réponse reponse respuesta resposta risposta svar bewertung punktzahl punkte beoordeling \
    waardering puntuación puntuacion pontuação valutazione voto nota punteggio ocena betyg karakter \
    vurdering arvosana value waarde wert valeur valor hodnocení évaluation";
/// Words of columns that hold something else: ids, flags, groups, counts, times, places.
const NO_ANSWER: &str = "id ids uid guid uuid key no nr num nummer numéro index row rank group groep gruppe groupe grupo \
    gruppo segment category categorie kategorie catégorie categoría cluster cohort flag sent opened \
    clicked delivered bounced responded verzonden verstuurd gesendet envoyé status state statut \
    stage sentiment page pagina seite step stap count counts aantal anzahl nombre cantidad number \
    quantity qty items artikelen artikel articles visits bezoeken besuche visites orders \
    bestellingen bestellungen commandes purchases sessions tickets calls logins clicks views returns \
    refunds progress duration seconds minutes hours time date datum day days dag tag tage jour month \
    maand monat mois week woche semaine hour year jaar jahr année age leeftijd alter âge size price \
    prijs preis prix total totaal gesamt amount bedrag version rev revision ip phone postcode zip \
    plz average avg gemiddelde gemiddeld durchschnitt moyenne promedio completed finished excluded dontcontact language taal sprache channel kanaal kanal branch \
    filiaal filiale store winkel wave attempt attempts reminders people guests seats persons \
    personen persone personas children kinderen kinder kids rooms kamers zimmer nights nachten nächte floor verdieping \
    etage stock voorraad lager inventory units stuks stück pieces temperature temperatuur temperatur weight gewicht \
    height length width depth distance afstand km goals doelpunten tore likes shares replies followers errors bugs \
    discount korting rabatt cost kosten salary experience rooms bedrooms";
/// Parts of words from questions about something other than recommending.
const OTHER: &str = "csat effort satisf tevreden zufried deliver levering lieferung livraison entrega service ease \
    easy gemak facil speed snelheid quality kwaliteit qualität qualité calidad stars sterren sterne \
    étoiles packag verpakking verpackung friendl vriendelijk freundlich support klantenservice \
    website shipping product klarheit happiness happy usability";
/// The signs and words between the two ends of a scale.
const BETWEEN: &str = "- – — to tot bis à a al til till do .. t/m tot_en_met through";
/// Words for columns that distinguish surveys or questions.
const SURVEY: &str = "survey surveys enquête enquete umfrage sondage encuesta sondaggio questionnaire vragenlijst \
    fragebogen question vraag frage pregunta domanda metric form poll";
/// Words that may accompany those.
const SURVEY_PARTS: &str = "name naam nom nombre type id title titel titre key text slug";
/// Words for columns of periods.
const PERIOD: &str = "month maand monat mois mes mese quarter kwartaal quartal trimestre week woche semaine semana \
    settimana period periode période periodo zeitraum year jaar jahr année año anno måned kw";
/// Words for columns of counts.
const COUNT: &str = "count counts responses respondents answers antwoorden antworten réponses reponses respuestas \
    risposte aantal aantallen anzahl häufigkeit haeufigkeit frequency frequentie fréquence \
    frecuencia frequenza freq n number votes stemmen stimmen nombre effectif effectifs cantidad \
    total times keer antal";
/// Words that begin a line of totals.
const TOTAL: &str = "total totaal totals totalen subtotal subtotaal grand eindtotaal gesamt gesamtsumme summe sum som \
    somme suma somma totale average avg mean median mediaan gemiddelde gemiddeld gem durchschnitt \
    mittelwert schnitt moyenne média media promedio stdev stddev variance standaarddeviatie count aantal anzahl gesamtergebnis";

/// Words that sum up others if such words are near; otherwise they may be names.
const AMONG_TOTALS: &str = "min max minimum maximum lowest highest laagste hoogste std standard";
/// Words that begin a line of subtotals.
const SUBTOTAL: &str = "subtotal subtotaal subtotale zwischensumme tussentotaal teilsumme";
/// Words for columns that distinguish parts of a company.
const GROUPS: &str = "team teams branch branches filiaal filialen filiale store stores winkel location locatie vestiging standort \
    department afdeling abteilung region regio land country agent agents medewerker employee product brand merk marke \
    unit division site";

/// The evidence of a heading.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Name {
    /// It asks for a recommendation, or names the metric.
    pub(crate) strong: bool,
    /// It names a score, but not which one.
    pub(crate) score: bool,
    /// It names an id, a flag, a group, a count or a time.
    pub(crate) against: bool,
    /// It is about another question.
    pub(crate) other: bool,
    /// The ends of the scale in it.
    pub(crate) scale: Option<(u64, u64)>,
}

impl Name {
    /// The evidence of all headings of one column.
    pub(crate) fn of(headings: &[String]) -> Self {
        let readable = headings.iter().filter(|heading| !heading.trim_start().starts_with('{'));
        readable.fold(Self::default(), |name, heading| name.and(&Self::of_one(heading)))
    }

    fn and(self, more: &Self) -> Self {
        Self {
            strong: self.strong || more.strong,
            score: self.score || more.score,
            against: self.against || more.against,
            other: self.other || more.other,
            scale: self.scale.or(more.scale),
        }
    }

    fn of_one(heading: &str) -> Self {
        let (lower, words) = (letters::lower(heading), words(heading));
        let is = |list: &str| words.iter().any(|word| is_in(list, word));
        let strong =
            has_part(RECOMMEND, &lower) || is(METRIC) || words.iter().any(|word| word.starts_with("nps"));
        // In a sentence, `group` or `page` may mean anything; in a name it tells the column's content.
        let named =
            if words.len() <= 4 { &words[..] } else { words.last().map_or(&[][..], std::slice::from_ref) };
        let after_dash = letters::has(&lower, " - ") || words.len() <= 4;
        let against = after_dash
            && named.iter().any(|word| is_in(NO_ANSWER, word) && (word != "number" || words.len() < 3));
        Self {
            strong,
            score: is(SCORE),
            against: against || lower.trim() == "#",
            other: has_part(OTHER, &lower),
            scale: scale(&lower),
        }
    }

    /// The points for or against the column.
    pub(crate) fn points(&self) -> i32 {
        let points = match (self.strong, self.score) {
            (true, true) => 5,
            (true, false) => 4,
            (false, true) => 2,
            (false, false) => 0,
        };
        let points = points
            + match self.scale {
                Some((0, 10)) => 3,
                Some((1, 10)) => -1,
                Some(_) => -4,
                None => 0,
            };
        let points = if self.other && !self.strong { points - 2 } else { points };
        if self.against { (points - 5).min(-2) } else { points }
    }
}

/// Whether a word is in a list of words, separated by spaces.
fn is_in(list: &str, word: &str) -> bool {
    list.split(' ').any(|listed| listed == word)
}

fn spaced(part: &str) -> String {
    part.chars().map(|c| if c == '_' { ' ' } else { c }).collect()
}

/// Whether a text contains one of these parts; `_` stands for a space.
fn has_part(list: &str, text: &str) -> bool {
    list.split(' ').any(|part| letters::has(text, &spaced(part)))
}

/// Whether a heading is that of a column that distinguishes surveys or questions.
pub(crate) fn is_survey(heading: &str) -> bool {
    let words = words(heading);
    let parts = words.iter().filter(|word| is_in(SURVEY_PARTS, word)).count();
    let surveys = words.iter().filter(|word| is_in(SURVEY, word)).count();
    surveys > 0 && surveys + parts == words.len()
}

/// Whether a cell is a usual name of a column: `id`, `Score`, `Datum`.
pub(crate) fn is_column(cell: &str) -> bool {
    let words = words(cell);
    let known = |word: &String| [NO_ANSWER, SCORE, METRIC].iter().any(|list| is_in(list, word));
    words.len() <= 2 && words.iter().any(known)
}

/// Whether a word names a score: `NPS`, `Score:`.
pub(crate) fn is_score(word: &str) -> bool {
    words(word).iter().any(|word| is_in(SCORE, word) || is_in(METRIC, word))
}

/// Whether a heading names periods of time.
pub(crate) fn is_period(heading: &str) -> bool {
    let words = words(heading);
    words.len() <= 3 && words.iter().any(|word| is_in(PERIOD, word))
}

/// Whether a heading is that of a column of counts.
pub(crate) fn is_count(heading: &str) -> bool {
    let words = words(heading);
    words.len() <= 4 && words.iter().any(|word| is_in(COUNT, word))
        || ["hoe vaak", "how often", "how many", "wie oft"].contains(&letters::lower(heading.trim()).as_str())
}

/// Whether a heading is that of a number of answers: `n`, `Responses`, `Aantal antwoorden`, not `Number of
/// orders`.
pub(crate) fn is_answer_count(heading: &str) -> bool {
    const ANSWERS: &str = "n responses respondents answers antwoorden antworten réponses respuestas risposte votes surveys \
        enquêtes respondenten";
    let words = words(heading);
    is_count(heading) && (words.len() == 1 || words.iter().any(|word| is_in(ANSWERS, word)))
}

/// Whether a cell starts a line of totals.
pub(crate) fn is_total(cell: &str) -> bool {
    begins_with(cell, TOTAL) && !cell.contains(['@', '=', '(']) || ["Ø", "Σ"].contains(&cell.trim())
}

/// Whether a cell starts a line of subtotals.
pub(crate) fn is_subtotal(cell: &str) -> bool {
    begins_with(cell, SUBTOTAL)
}

/// Whether a heading is that of a column that distinguishes parts of a company: teams, branches, countries.
pub(crate) fn is_group(heading: &str) -> bool {
    let words = words(heading);
    words.len() <= 2 && words.iter().any(|word| is_in(GROUPS, word))
}

/// Whether a cell starts a summary line below the answers: `n;12`, `Responses: 40`.
pub(crate) fn is_summary(cell: &str) -> bool {
    begins_with(cell, COUNT) || begins_with(cell, AMONG_TOTALS)
}

/// Whether a cell starts a line with the overall score: `NPS;38`.
pub(crate) fn is_metric(cell: &str) -> bool {
    begins_with(cell, METRIC)
}

/// Whether the first word of a short cell is in the list. A cell with a digit first, as most have in most tables,
/// is recognised at once.
fn begins_with(cell: &str, list: &str) -> bool {
    if cell.as_bytes().first().is_some_and(u8::is_ascii_digit) {
        return false;
    }
    let words = words(cell);
    words.len() <= 3 && words.first().is_some_and(|word| is_in(list, word)) && !is_missing(cell)
}

/// Whether a cell names a group of scores.
pub(crate) fn is_category(cell: &str) -> bool {
    let word = words(cell).into_iter().next().unwrap_or_default();
    ["promot", "detract", "passive", "passief", "passiven", "critic", "kritik", "neutra", "indifferent"]
        .iter()
        .any(|start| word.starts_with(start))
}

/// The words of a heading, in lower case; the same for `npsScore`, `NPS_Score__c` and `nps score`.
pub(crate) fn words(heading: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    let mut characters = heading.chars().peekable();
    while let Some(c) = characters.next() {
        let next_is_lower = characters.peek().is_some_and(|next| letters::is_lower(*next));
        let begins =
            letters::is_upper(c) && (letters::is_lower(before) || letters::is_upper(before) && next_is_lower);
        let is_part = letters::is_letter(c) || letters::is_digit(c);
        if !is_part || begins {
            words.push(String::new());
        }
        if is_part && let Some(word) = words.last_mut() {
            word.push(letters::lower_of(c));
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The ends of a scale in a heading: `(0-10)`, `from 1 to 5`, `0 t/m 10`.
fn scale(lower: &str) -> Option<(u64, u64)> {
    const LOW: RangeInclusive<u64> = 0..=1;
    const HIGH: [u64; 8] = [3, 4, 5, 6, 7, 9, 10, 100];
    let numbers = numbers(lower);
    numbers.windows(2).find_map(|pair| {
        let [(low, _, end), (high, start, _)] = pair else { return None };
        let between = lower.get(*end..*start)?.trim();
        (is_in(BETWEEN, &between.split(' ').collect::<Vec<_>>().join("_"))
            && LOW.contains(low)
            && HIGH.contains(high))
        .then_some((*low, *high))
    })
}

/// The numbers in a text, each with its start and end.
fn numbers(text: &str) -> Vec<(u64, usize, usize)> {
    let mut numbers = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, c.is_ascii_digit()) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                let number = text.get(from..at).and_then(|digits| digits.parse().ok());
                numbers.extend(number.map(|number| (number, from, at)));
                start = None;
            }
            _ => {}
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(heading: &str) -> i32 {
        Name::of(&[heading.into()]).points()
    }

    #[test]
    fn questions_about_recommending_are_known_in_many_languages() {
        for heading in [
            "How likely are you to recommend us to a friend or colleague?",
            "Hoe waarschijnlijk is het dat u ons aanbeveelt?",
            "Zou u ons aanraden?",
            "Wie wahrscheinlich ist es, dass Sie uns weiterempfehlen?",
            "Recommanderiez-vous notre boutique ?",
            "¿Recomendaría nuestra tienda?",
            "Ci consiglieresti a un amico?",
            "Hvor sandsynligt er det, at du vil anbefale os?",
            "NPS",
            "nps_score",
            "NPSScore__c",
            "Likelihood to recommend",
        ] {
            let name = Name::of(&[heading.into()]);
            assert!(name.strong && !name.against, "{heading}: {name:?}");
        }
    }

    #[test]
    fn ids_flags_groups_and_counts_speak_against_a_column_whatever_else_is_in_the_name() {
        for heading in [
            "Q1_NPS_GROUP",
            "How likely are you to recommend our shop? - Group",
            "NPS sent",
            "nps_survey_id",
            "nps_feedback_uid",
            "sentiment_score",
            "response_count",
            "Response ID",
            "No.",
            "#",
        ] {
            assert!(points(heading) < 0, "{heading}");
        }
        assert!(points("Would you recommend this page to a group of friends?") > 0);
    }

    #[test]
    fn a_scale_in_the_heading_is_read() {
        for (heading, expected) in [
            ("Cijfer (0-10)", Some((0, 10))),
            ("On a scale from 0 to 10, would you", Some((0, 10))),
            ("van 1 tot 5", Some((1, 5))),
            ("1–10", Some((1, 10))),
            ("0 t/m 10", Some((0, 10))),
            ("Report 2025-2026", None),
        ] {
            assert_eq!(Name::of(&[heading.into()]).scale, expected, "{heading}");
        }
    }

    #[test]
    fn columns_that_tell_surveys_apart_and_those_with_periods_and_counts_are_known() {
        assert!(is_survey("survey") && is_survey("Survey name") && is_survey("question_type"));
        assert!(!is_survey("survey_result") && !is_survey("name"));
        assert!(is_period("Maand") && is_count("Aantal") && is_count("Responses") && !is_count("Score"));
        assert!(is_total("Totaal") && is_total("Grand Total:") && !is_total("Tom"));
    }
}
