//! The headers of Standard Webhooks 1.0.0.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::notices::Webhook;
use crate::store::Millis;

/// Id, time of the attempt in seconds, and a signature for each secret that is valid.
pub(super) fn headers(webhook: &Webhook, id: &str, now: Millis, body: &str) -> [(&'static str, String); 3] {
    let seconds = now.div_euclid(1_000);
    let signed = format!("{id}.{seconds}.{body}");
    let signatures: Vec<_> = webhook.keys(now).iter().map(|key| sign(key, &signed)).collect();
    [
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", seconds.to_string()),
        ("webhook-signature", signatures.join(" ")),
    ]
}

fn sign(key: &[u8], text: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(text.as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notices::Secret;

    #[test]
    fn the_signature_is_that_of_the_specifications_example() {
        let secret = Secret { secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into(), until: None };
        let webhook = Webhook { url: "https://a.example/".into(), secrets: vec![secret], full: false };
        let of =
            headers(&webhook, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330_000, r#"{"test": 2432232314}"#);
        assert_eq!(of[2].1, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(of[1].1, "1614265330");
    }

    #[test]
    fn while_a_secret_is_replaced_both_sign() {
        let mut webhook = Webhook::new("https://a.example/".into(), false);
        let count = |webhook: &Webhook, now| headers(webhook, "a", now, "")[2].1.split(' ').count();
        assert_eq!(count(&webhook, 0), 1);
        let old = webhook.secrets[0].secret.clone();
        webhook.rotate(crate::notices::new_secret(), 1_000);
        assert_eq!((count(&webhook, 999), count(&webhook, 1_000)), (2, 1));
        assert_ne!(webhook.secrets[0].secret, old);
    }
}
