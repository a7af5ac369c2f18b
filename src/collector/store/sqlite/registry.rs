//! Sites and tokens.

use rusqlite::types::Type;
use rusqlite::{Row, params};

use super::{Sqlite, outbox};
use crate::store::{NoticeRecord, Pending, Registry, Scopes, Site, SiteId, TokenRecord};

impl Registry for Sqlite {
    fn sites(&self) -> Pending<'_, Vec<Site>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT settings FROM sites ORDER BY id")?;
            let sites = statement.query_map([], |row| {
                let settings: String = row.get(0)?;
                serde_json::from_str(&settings)
                    .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into()))
            })?;
            sites.collect()
        })
    }

    fn put_site(&self, site: Site) -> Pending<'_, ()> {
        self.change(move |connection| {
            let settings = serde_json::to_string(&site)?;
            let sql = "INSERT INTO sites (id, settings) VALUES (?1, ?2)
                ON CONFLICT DO UPDATE SET settings = excluded.settings";
            connection.execute(sql, params![site.id.as_str(), settings])?;
            Ok(())
        })
    }

    fn notices(&self) -> Pending<'_, Vec<NoticeRecord>> {
        self.read(outbox::notices)
    }

    fn tokens(&self) -> Pending<'_, Vec<TokenRecord>> {
        self.read(|connection| {
            let sql =
                "SELECT site, name, hash, scopes, created_at, revoked_at FROM tokens ORDER BY site, name";
            connection.prepare_cached(sql)?.query_map([], token)?.collect()
        })
    }

    fn put_token(&self, token: TokenRecord) -> Pending<'_, ()> {
        self.change(move |connection| {
            let sql = "INSERT INTO tokens (site, name, hash, scopes, created_at, revoked_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET hash = excluded.hash,
                scopes = excluded.scopes, created_at = excluded.created_at, revoked_at = excluded.revoked_at";
            let TokenRecord { site, name, hash, scopes, created_at, revoked_at } = &token;
            connection
                .execute(sql, params![site.as_str(), name, hash, scopes.names(), created_at, revoked_at])?;
            Ok(())
        })
    }
}

fn token(row: &Row<'_>) -> rusqlite::Result<TokenRecord> {
    let (site, scopes): (String, String) = (row.get(0)?, row.get(3)?);
    let site = SiteId::try_from(site)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, error.into()))?;
    Ok(TokenRecord {
        site,
        name: row.get(1)?,
        hash: row.get(2)?,
        scopes: Scopes::parse(&scopes),
        created_at: row.get(4)?,
        revoked_at: row.get(5)?,
    })
}
