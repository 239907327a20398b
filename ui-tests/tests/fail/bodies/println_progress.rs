#![allow(unused)]
// bad: progress is printed to stdout, and printed again by every replay
use durable::prelude::*;

#[activity]
async fn migrate_table(table: String) -> Result<u64> {
    Ok(table.len() as u64 * 1_000)
}

#[activity]
async fn verify_table(table: String, rows: u64) -> Result<bool> {
    Ok(rows > table.len() as u64)
}

#[orchestrator]
async fn migrate_database(ctx: &Context, tables: Vec<String>) -> Result<u64> {
    let count = tables.len();
    let mut rows = 0;
    for (index, table) in tables.into_iter().enumerate() {
        let migrated = ctx.call(migrate_table(table.clone())).await?;
        println!("[{}/{count}] {table}: {migrated} rows", index + 1);
        if !ctx.call(verify_table(table.clone(), migrated)).await? {
            return Err(Error::fatal(format!("{table} differs after its migration")));
        }
        rows += migrated;
    }
    Ok(rows)
}

fn main() {}
