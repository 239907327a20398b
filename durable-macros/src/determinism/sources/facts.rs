//! What a body of the crate's own sources calls: plain text, as tokens must not be kept.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{
    Block, Expr, ExprCall, ExprMethodCall, ExprPath, Macro, Signature,
    visit::{self, Visit},
};

use crate::{
    determinism::{
        imports::{Imports, segments},
        pure::is_screaming,
        scope::Scope,
    },
    types,
};

/// What a body does.
#[derive(Default)]
pub(super) struct Facts {
    /// What is called or named, behind its imports, with the number of arguments of calls.
    pub(super) paths: Vec<(Vec<String>, Option<usize>)>,
    /// The methods that are called.
    pub(super) methods: Vec<MethodCall>,
    /// The statics that are used.
    pub(super) statics: Vec<String>,
    /// All names in the code.
    pub(super) names: Vec<String>,
}

/// A call of a method.
pub(super) struct MethodCall {
    pub(super) name: String,
    pub(super) arguments: usize,
    /// The type of the receiver: the type of a variable, and the fields from there on.
    pub(super) receiver: Option<(String, Vec<String>)>,
}

impl Facts {
    pub(super) fn of_function(imports: &Imports, own_type: Option<&str>, signature: &Signature, block: &Block) -> Self {
        let mut scope = Scope::of(signature, block);
        scope.own_type = own_type.map(str::to_owned);
        scope.imports.add_outer(imports);
        let mut names = std::mem::take(&mut scope.names);
        names.extend(own_type.map(str::to_owned));
        let mut walk = Walk { scope, facts: Self { names, ..Self::default() } };
        walk.visit_block(block);
        walk.facts
    }

    pub(super) fn of_expression(imports: &Imports, expression: &Expr) -> Self {
        let mut walk = Walk { scope: Scope { imports: imports.clone(), ..Scope::default() }, facts: Self::default() };
        walk.visit_expr(expression);
        walk.facts
    }

    pub(super) fn of_tokens(imports: &Imports, tokens: TokenStream) -> Self {
        let mut walk = Walk { scope: Scope { imports: imports.clone(), ..Scope::default() }, facts: Self::default() };
        walk.tokens(tokens);
        walk.facts
    }
}

struct Walk {
    scope: Scope,
    facts: Facts,
}

impl Walk {
    fn path(&mut self, path: &[String], arguments: Option<usize>) {
        let [first, rest @ ..] = path else { return };
        if rest.is_empty() && self.scope.locals.contains(first) {
            return;
        }
        if let Some(last) = path.last()
            && is_screaming(last)
        {
            self.facts.statics.push(last.clone());
        }
        if arguments.is_some() || !rest.is_empty() {
            let mut path = path.to_vec();
            if let (Some(first), Some(own)) = (path.first_mut().filter(|first| *first == "Self"), &self.scope.own_type)
            {
                first.clone_from(own);
            }
            self.facts.paths.push((self.scope.imports.resolve(&path).0, arguments));
        }
    }

    fn receiver(&self, expression: &Expr, mut fields: Vec<String>) -> Option<(String, Vec<String>)> {
        match expression {
            Expr::Field(access) => {
                let syn::Member::Named(name) = &access.member else { return None };
                fields.insert(0, name.to_string());
                self.receiver(&access.base, fields)
            }
            other => {
                let own = self.scope.own_type.as_deref();
                Some((self.scope.variables.of(own, other, &|_, _| None)?, fields))
            }
        }
    }

    fn tokens(&mut self, tokens: TokenStream) {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        let is = |at: usize, c: char| matches!(trees.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == c);
        let mut at = 0;
        while let Some(tree) = trees.get(at) {
            match tree {
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Ident(ident) => {
                    let start = at;
                    let mut path = vec![ident.to_string()];
                    while is(at + 1, ':')
                        && is(at + 2, ':')
                        && let Some(TokenTree::Ident(next)) = trees.get(at + 3)
                    {
                        path.push(next.to_string());
                        at += 3;
                    }
                    // `$crate::f` of a macro
                    if start > 0 && is(start - 1, '$') {
                        path.remove(0);
                    }
                    let arguments = match trees.get(at + 1) {
                        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                            Some(usize::from(!group.stream().is_empty()))
                        }
                        _ => None,
                    };
                    if start > 0 && is(start - 1, '.') {
                        if let (Some(arguments), Some(name)) = (arguments, path.first()) {
                            let name = name.clone();
                            self.facts.methods.push(MethodCall { name, arguments, receiver: None });
                        }
                    } else {
                        self.path(&path, arguments);
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
            at += 1;
        }
    }
}

impl<'ast> Visit<'ast> for Walk {
    fn visit_expr_call(&mut self, call: &'ast ExprCall) {
        match &*call.func {
            Expr::Path(path) => self.path(&qualified(path), Some(call.args.len())),
            other => self.visit_expr(other),
        }
        call.args.iter().for_each(|argument| self.visit_expr(argument));
    }

    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        self.path(&qualified(path), None);
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        let (name, arguments) = (call.method.to_string(), call.args.len());
        let receiver = self.receiver(&call.receiver, Vec::new());
        self.facts.methods.push(MethodCall { name, arguments, receiver });
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, invocation: &'ast Macro) {
        if !types::ends_in(&invocation.path, &["assume_deterministic"]) {
            self.path(&segments(&invocation.path), None);
            self.tokens(invocation.tokens.clone());
        }
    }
}

/// `<SystemTime as Clock>::now` is `SystemTime::now`.
pub(in crate::determinism) fn qualified(path: &ExprPath) -> Vec<String> {
    let names = segments(&path.path);
    let Some(qself) = &path.qself else { return names };
    let syn::Type::Path(ty) = &*qself.ty else { return names };
    let mut qualified = segments(&ty.path);
    qualified.extend(names.into_iter().skip(qself.position));
    qualified
}

/// All names in the tokens.
pub(in crate::determinism) fn names_in(tokens: TokenStream) -> Vec<String> {
    let names = tokens.into_iter().flat_map(|tree| match tree {
        TokenTree::Ident(ident) => vec![ident.to_string()],
        TokenTree::Group(group) => names_in(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => Vec::new(),
    });
    names.collect()
}
