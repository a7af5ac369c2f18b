//! Tests of sites and tokens.

use crate::cases::Settings;
use crate::store::{Engine, Scope, Scopes, Site, SiteId, TokenRecord};

pub(crate) async fn sites_and_tokens_are_kept_and_replaced(store: &dyn Engine) {
    let site = |origin: &str| Site {
        id: SiteId::parse("shop").expect("an id"),
        origins: vec![origin.into()],
        languages: vec!["nl".into()],
        time_zone: Some("Europe/Amsterdam".into()),
        retention_days: Some(365),
        cases: Settings { owner_property: Some("agent".into()), ..Settings::default() },
        groups: vec!["agent".into()],
    };
    store.put_site(site("https://a.example")).await.expect("kept");
    store.put_site(site("https://b.example")).await.expect("kept");
    assert_eq!(store.sites().await.expect("sites"), [site("https://b.example")]);
    let token = |revoked_at| TokenRecord {
        site: SiteId::default(),
        name: "anna".into(),
        hash: "00ff".into(),
        scopes: Scopes::of([Scope::Read]),
        created_at: 5,
        revoked_at,
    };
    store.put_token(token(None)).await.expect("kept");
    store.put_token(token(Some(7))).await.expect("kept");
    assert_eq!(store.tokens().await.expect("tokens"), [token(Some(7))]);
}
