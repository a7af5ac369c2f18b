//! The body of a POST, as `/openapi.json` describes it.

use utoipa::ToSchema;

/// An answer as it is sent. A form has the same fields, with `contact_allowed`, `contact_how` and
/// `properties.KEY` in place of objects.
#[derive(ToSchema)]
#[allow(dead_code)] // It describes what `aanrader_survey::Answer` checks.
pub(super) struct Sent {
    /// A UUID of version 4, made by the sender: the same id counts once.
    #[schema(format = "uuid")]
    id: String,
    /// The highest revision counts; comment and contact are those of the highest one that names them.
    #[schema(minimum = 1, maximum = 1_000_000)]
    rev: u32,
    /// False while more may follow.
    complete: bool,
    /// Which survey.
    #[schema(pattern = "^[a-z0-9-]{1,64}$")]
    survey: String,
    /// Which point of the customer journey.
    #[schema(pattern = "^[a-z0-9-]{1,64}$")]
    touchpoint: String,
    /// How likely the customer is to recommend the shop.
    #[schema(minimum = 0, maximum = 10)]
    score: u8,
    /// The customer's own words. An empty text takes back an earlier revision's; null and no field leave it.
    #[schema(max_length = 2_000)]
    comment: Option<String>,
    /// Consent to be contacted, and how. `allowed: false` takes it back; null and no field leave it.
    contact: Option<SentContact>,
    /// The shop's own pseudonymous id for the customer.
    #[schema(max_length = 128)]
    customer: Option<String>,
    /// At most 20 pairs, keys of 32 and values of 64 characters.
    properties: Option<std::collections::BTreeMap<String, String>>,
    /// The language that was shown.
    #[schema(max_length = 35)]
    language: Option<String>,
    /// The id of the wording that was shown.
    #[schema(pattern = "^[a-z0-9-]{1,64}$")]
    wording: Option<String>,
    /// The shop's signature of the customer, `EXPIRES.MAC`; see README.md.
    #[schema(max_length = 100)]
    signature: Option<String>,
    /// When it was given, in milliseconds since 1970, by the sender's clock.
    answered_at: Option<u64>,
    /// When it was sent, by the same clock.
    sent_at: Option<u64>,
}

/// Consent to be contacted.
#[derive(ToSchema)]
#[allow(dead_code)] // As above.
pub(super) struct SentContact {
    allowed: bool,
    /// An address or a number, in the customer's words.
    #[schema(max_length = 200)]
    how: Option<String>,
}
