// good: Display, FromStr, From, TryFrom and AsRef of own types, all pure
use std::{fmt, str::FromStr};

use durable::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Iban(String);

#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no IBAN")]
struct BadIban(String);

impl TryFrom<String> for Iban {
    type Error = BadIban;

    fn try_from(text: String) -> std::result::Result<Self, BadIban> {
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let valid = (15..=34).contains(&compact.len()) && compact.bytes().all(|b| b.is_ascii_alphanumeric());
        if valid { Ok(Self(compact.to_ascii_uppercase())) } else { Err(BadIban(text)) }
    }
}

impl FromStr for Iban {
    type Err = BadIban;

    fn from_str(text: &str) -> std::result::Result<Self, BadIban> {
        Self::try_from(text.to_owned())
    }
}

impl From<Iban> for String {
    fn from(iban: Iban) -> Self {
        iban.0
    }
}

impl AsRef<str> for Iban {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, c) in self.0.chars().enumerate() {
            if index > 0 && index % 4 == 0 {
                f.write_str(" ")?;
            }
            write!(f, "{c}")?;
        }
        Ok(())
    }
}

#[activity]
async fn pay(iban: Iban, cents: u64) -> Result<String> {
    Ok(format!("{iban}: {cents}"))
}

#[orchestrator]
async fn pay_out(ctx: &Context, ibans: Vec<String>, cents: u64) -> Result<Vec<String>> {
    let mut answers = Vec::new();
    for text in ibans {
        let iban: Iban = text.parse()?;
        let code: &str = iban.as_ref();
        let country = code.get(..2).unwrap_or("??").to_owned();
        tracing::info!("{country}: {iban}");
        answers.push(ctx.call(pay(iban.clone(), cents)).await?);
        ctx.set_status(&String::from(iban));
    }
    Ok(answers)
}
