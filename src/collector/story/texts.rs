//! What the story's customers wrote. The demo shop is Dutch, and so are they.

use super::random::Random;

const LATE: [&str; 8] = [
    "De nieuwe bezorger legde het pakje zonder iets te zeggen in de regen.",
    "Vier dagen te laat, en de volgcode deed het niet.",
    "Volgens de bezorger was ik niet thuis, maar ik zat naast de bel.",
    "Pakket ligt bij een afhaalpunt drie dorpen verderop.",
    "De zaailingen stonden te lang in de bus en waren slap.",
    "Sinds de andere bezorger moet ik elke keer bellen waar het blijft.",
    "Doos gedeukt en een zakje open. Jammer, want de zaden zijn goed.",
    "Bezorgd bij de verkeerde buren.",
];

const SERVICE: [&str; 5] = [
    "Twee keer hetzelfde moeten uitleggen.",
    "Geen antwoord op mijn mail van vorige week.",
    "Vriendelijk, maar het duurde lang voor ik iemand sprak.",
    "Het geld is nog niet terug.",
    "Ik kreeg een standaardantwoord dat niet over mijn vraag ging.",
];

const SHOP: [&str; 5] = [
    "Ik kon mijn kortingscode nergens invullen.",
    "De zaaikalender is op mijn telefoon niet te lezen.",
    "Afrekenen lukte pas bij de derde keer.",
    "Veel rassen waren uitverkocht.",
    "Ik vind mijn oude bestellingen niet terug.",
];

const HAPPY: [&str; 8] = [
    "Alles kwam op, zelfs de peterselie!",
    "Mooie oude rassen die je nergens anders vindt.",
    "Snel en netjes verpakt.",
    "Goed advies over wat er op mijn balkon kan.",
    "De zaaikalender hangt hier in de keuken.",
    "Ik bestel hier al jaren en het klopt altijd.",
    "Lieve kaart erbij, dat deed me plezier.",
    "Prijs en kwaliteit zijn goed.",
];

/// What a customer wrote with a score at that point, if anything.
pub(super) fn comment(point: &str, score: u8, random: &mut Random) -> Option<&'static str> {
    let share = if score <= 6 { 0.6 } else { 0.2 };
    if random.next() >= share {
        return None;
    }
    let texts: &[&str] = match (score, point) {
        (7.., _) => &HAPPY,
        (_, "delivery") => &LATE,
        (_, "service") => &SERVICE,
        _ => &SHOP,
    };
    Some(texts[random.below(texts.len())])
}
