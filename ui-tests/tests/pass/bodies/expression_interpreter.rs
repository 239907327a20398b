// good: a small language is parsed and evaluated by methods and marked functions
use std::{collections::BTreeMap, iter::Peekable, str::Chars};

use durable::prelude::*;

#[derive(Debug, Clone, PartialEq)]
enum Expr {
    Number(i64),
    Variable(String),
    Binary(Box<Expr>, char, Box<Expr>),
}

struct Parser<'a> {
    chars: Peekable<Chars<'a>>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        Self { chars: text.chars().peekable() }
    }

    fn expression(&mut self, level: u8) -> Result<Expr> {
        if level == 2 {
            return self.atom();
        }
        let operators: &[char] = if level == 0 { &['+', '-'] } else { &['*', '/'] };
        let mut left = self.expression(level + 1)?;
        while let Some(operator) = self.chars.next_if(|c| operators.contains(c)) {
            let right = self.expression(level + 1)?;
            left = Expr::Binary(Box::new(left), operator, Box::new(right));
        }
        Ok(left)
    }

    fn atom(&mut self) -> Result<Expr> {
        let mut word = String::new();
        while let Some(c) = self.chars.next_if(|c| c.is_alphanumeric()) {
            word.push(c);
        }
        match self.chars.peek() {
            Some('(') if word.is_empty() => {
                self.chars.next();
                let inner = self.expression(0)?;
                self.chars.next().filter(|c| *c == ')').ok_or_else(|| Error::fatal("no closing bracket"))?;
                Ok(inner)
            }
            other if word.is_empty() => Err(Error::fatal(format!("unexpected {other:?}"))),
            _ => Ok(word.parse::<i64>().map_or_else(|_| Expr::Variable(word), Expr::Number)),
        }
    }
}

#[deterministic]
fn evaluate(expr: &Expr, variables: &BTreeMap<String, i64>) -> Option<i64> {
    Some(match expr {
        Expr::Number(number) => *number,
        Expr::Variable(name) => *variables.get(name)?,
        Expr::Binary(left, operator, right) => {
            let (a, b) = (evaluate(left, variables)?, evaluate(right, variables)?);
            match operator {
                '+' => a.checked_add(b)?,
                '-' => a.checked_sub(b)?,
                '*' => a.checked_mul(b)?,
                _ => a.checked_div(b)?,
            }
        }
    })
}

#[activity]
async fn look_up(name: String) -> Result<i64> {
    Ok(name.len() as i64)
}

#[orchestrator]
async fn calculate(ctx: &Context, formula: String, names: Vec<String>) -> Result<Option<i64>> {
    let compact: String = formula.split_whitespace().collect();
    let expr = Parser::new(&compact).expression(0)?;
    let mut variables = BTreeMap::new();
    for name in names {
        let value = ctx.call(look_up(name.clone())).await?;
        variables.insert(name, value);
    }
    Ok(evaluate(&expr, &variables))
}
