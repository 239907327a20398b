//! Which calls show an order, which forget it, and which hand it on.

use std::collections::HashSet;

use quote::ToTokens;
use syn::{
    Block, Expr, ExprMethodCall, ExprPath, Local, Stmt,
    visit::{self, Visit},
};

use super::scope::{names_unordered, variable};
use crate::types;

/// Methods that begin to iterate.
const ITERATES: &[&str] = &[
    "iter",
    "iter_mut",
    "keys",
    "values",
    "values_mut",
    "into_keys",
    "into_values",
    "into_iter",
    "drain",
    "union",
    "intersection",
    "difference",
    "symmetric_difference",
];
/// Methods that hand each item on by itself.
const ADAPTS: &[&str] =
    &["map", "filter", "copied", "cloned", "filter_map", "flat_map", "flatten", "by_ref", "inspect", "peekable"];
/// Methods whose result does not depend on the order.
const FORGETS: &[&str] = &[
    "count",
    "any",
    "all",
    "min",
    "max",
    "sum",
    "product",
    "len",
    "is_empty",
    "sorted",
    "sorted_by",
    "sorted_by_key",
    "sorted_unstable",
    "sorted_unstable_by",
    "sorted_unstable_by_key",
    "counts",
    "into_group_map",
];
/// Functions that take items in their order.
const TAKES: &[&str] = &["from_iter", "join_all", "try_join_all", "select_all", "zip"];
/// Functions of `serde_json` that write what they are given in its order.
const WRITES: &[&str] = &["to_string", "to_string_pretty", "to_vec", "to_vec_pretty"];

/// What a method is in a chain of iterators.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Chain {
    /// Its beginning.
    Iterates,
    /// Hands on, in a chain that forgets its order or collects.
    Adapts,
    /// Its end, where the type that is collected into decides.
    Collects,
    /// Its end, where the order is forgotten.
    Forgets,
    /// Whatever else.
    Other,
}

impl Chain {
    /// What this call is; `any_order` if the rest of the chain makes nothing of the order.
    pub(super) fn of(call: &ExprMethodCall, any_order: bool, context: Option<&str>) -> Self {
        let name = call.method.to_string();
        if ITERATES.contains(&name.as_str()) {
            Self::Iterates
        } else if name == "collect" && call.args.is_empty() {
            match (any_order, begins(&call.receiver, context)) {
                (true, _) => Self::Adapts,
                (false, true) => Self::Collects,
                (false, false) => Self::Other,
            }
        } else if FORGETS.contains(&name.as_str()) && begins(&call.receiver, context) && !uses(&call.args, context) {
            Self::Forgets
        } else if any_order && ADAPTS.contains(&name.as_str()) {
            Self::Adapts
        } else {
            Self::Other
        }
    }

    /// Whether the receiver may be in any order.
    pub(super) fn lets_through(self) -> bool {
        matches!(self, Self::Adapts | Self::Collects | Self::Forgets)
    }
}

/// Whether the expression begins to iterate, and only hands the items on. What uses the context in between does so in
/// the order of the items.
fn begins(expression: &Expr, context: Option<&str>) -> bool {
    match expression {
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            let adapts = ADAPTS.contains(&name.as_str()) && !uses(&call.args, context);
            ITERATES.contains(&name.as_str()) || adapts && begins(&call.receiver, context)
        }
        Expr::Paren(inner) => begins(&inner.expr, context),
        _ => false,
    }
}

fn uses(tokens: impl ToTokens, context: Option<&str>) -> bool {
    // Parsed, as it may be raw.
    let name = context.and_then(|context| syn::parse_str::<syn::Ident>(context).ok());
    name.is_some_and(|name| types::mentions(tokens, &[&name]))
}

/// Whether the expression ends in `.collect()`.
pub(super) fn is_collect(expression: &Expr) -> bool {
    matches!(expression, Expr::MethodCall(call) if call.method == "collect")
}

/// Whether the last argument of a function of that name is taken in its order.
pub(super) fn takes_an_order(names: &[String], path: &ExprPath) -> bool {
    let Some(last) = names.last() else { return false };
    let writes = WRITES.contains(&last.as_str()) && (names.len() == 1 || names.iter().any(|name| name == "serde_json"));
    writes || TAKES.contains(&last.as_str()) && !names_unordered(path)
}

/// Whether the argument of the method is taken in its order.
pub(super) fn takes_items(name: &str, call: &ExprMethodCall) -> bool {
    matches!(name, "extend" | "chain" | "zip") && call.args.len() == 1
}

/// The variables of a block that the next statement which mentions them sorts.
pub(super) fn sorted_later(block: &Block) -> HashSet<String> {
    let mut found = HashSet::new();
    for (at, statement) in block.stmts.iter().enumerate() {
        if let Stmt::Local(local) = statement
            && let Some(name) = collected(local)
            && let Some(next) = block.stmts.iter().skip(at + 1).find(|statement| mentions(statement, &name))
            && sorts(next, &name)
        {
            found.insert(name);
        }
    }
    found
}

fn collected(local: &Local) -> Option<String> {
    let init = local.init.as_ref()?;
    is_collect(&init.expr).then(|| variable(&local.pat).map(ToString::to_string)).flatten()
}

fn mentions(statement: &Stmt, name: &str) -> bool {
    struct Search<'a> {
        name: &'a str,
        found: bool,
    }
    impl<'ast> Visit<'ast> for Search<'_> {
        fn visit_ident(&mut self, ident: &'ast syn::Ident) {
            self.found |= ident == self.name;
        }
        fn visit_macro(&mut self, invocation: &'ast syn::Macro) {
            self.found |= invocation.tokens.to_string().contains(self.name);
            visit::visit_macro(self, invocation);
        }
    }
    let mut search = Search { name, found: false };
    search.visit_stmt(statement);
    search.found
}

fn sorts(statement: &Stmt, name: &str) -> bool {
    let Stmt::Expr(Expr::MethodCall(call), _) = statement else { return false };
    call.method.to_string().starts_with("sort") && call.receiver.to_token_stream().to_string() == name
}
