//! Sites and tokens.

use tokio_postgres::Row;

use super::{Failure, Postgres, outbox};
use crate::store::{NoticeRecord, Pending, Registry, Scopes, Site, SiteId, TokenRecord};

impl Registry for Postgres {
    fn sites(&self) -> Pending<'_, Vec<Site>> {
        self.read(|client| async move {
            let rows = client.query("SELECT settings FROM sites ORDER BY id", &[]).await?;
            let site = |row: &Row| {
                let settings: String = row.try_get(0)?;
                serde_json::from_str(&settings).map_err(|error| Failure::Data(error.to_string()))
            };
            rows.iter().map(site).collect()
        })
    }

    fn put_site(&self, site: Site) -> Pending<'_, ()> {
        self.read(move |client| async move {
            let settings = serde_json::to_string(&site).map_err(|error| Failure::Data(error.to_string()))?;
            let sql = "INSERT INTO sites (id, settings) VALUES ($1, $2)
                ON CONFLICT (id) DO UPDATE SET settings = excluded.settings";
            client.execute(sql, &[&site.id.as_str(), &settings]).await?;
            Ok(())
        })
    }

    fn notices(&self) -> Pending<'_, Vec<NoticeRecord>> {
        self.read(|client| async move { outbox::notices(&client).await })
    }

    fn tokens(&self) -> Pending<'_, Vec<TokenRecord>> {
        self.read(|client| async move {
            let sql =
                "SELECT site, name, hash, scopes, created_at, revoked_at FROM tokens ORDER BY site, name";
            client.query(sql, &[]).await?.iter().map(token).collect()
        })
    }

    fn put_token(&self, token: TokenRecord) -> Pending<'_, ()> {
        self.read(move |client| async move {
            let sql = "INSERT INTO tokens (site, name, hash, scopes, created_at, revoked_at)
                VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (site, name) DO UPDATE SET hash = excluded.hash,
                scopes = excluded.scopes, created_at = excluded.created_at, revoked_at = excluded.revoked_at";
            let TokenRecord { site, name, hash, scopes, created_at, revoked_at } = &token;
            client
                .execute(sql, &[&site.as_str(), name, hash, &scopes.names(), created_at, revoked_at])
                .await?;
            Ok(())
        })
    }
}

fn token(row: &Row) -> Result<TokenRecord, Failure> {
    let (site, scopes): (String, String) = (row.try_get(0)?, row.try_get(3)?);
    Ok(TokenRecord {
        site: SiteId::try_from(site).map_err(Failure::Data)?,
        name: row.try_get(1)?,
        hash: row.try_get(2)?,
        scopes: Scopes::parse(&scopes),
        created_at: row.try_get(4)?,
        revoked_at: row.try_get(5)?,
    })
}
