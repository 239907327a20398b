//! The walk over a body.

use std::collections::HashSet;

use quote::{ToTokens, quote};
use syn::{
    Attribute, BinOp, Block, Expr, ExprAwait, ExprBinary, ExprForLoop, Item, Local, Macro, Pat, Path, Stmt, Type,
    TypeReference, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::{
    Owner, Surroundings,
    denied::{self, Instead, Refusal},
    order,
    scope::Scope,
    sources::{Chain, is_changing, names_in},
    wrapping::{at, awaited, ends, in_order, parenthesized, path_at},
};
use crate::{diagnostics::Diagnostics, names::Runtime};

/// The body under the check.
pub(super) struct Body<'a> {
    pub(super) owner: Owner,
    pub(super) runtime: &'a Runtime,
    /// The name of the function.
    pub(super) own_name: String,
    /// What the user calls the context.
    pub(super) context: Option<String>,
    /// The type of the context, if it can't be lent to a critical section.
    pub(super) shared_context: Option<TypeReference>,
    pub(super) scope: Scope,
    pub(super) surroundings: Surroundings,
    pub(super) diagnostics: Diagnostics,
    pub(super) calls: Calls,
    /// The types of the crate that the body has to do with, once somebody asked.
    pub(super) near: Option<HashSet<String>>,
    /// The chains that were reported.
    chains: HashSet<String>,
    /// Collected into what is sorted in the next statement that uses it.
    pub(super) sorted_later: HashSet<String>,
    /// Whether the next chain of iterators may be in any order.
    pub(super) any_order: bool,
    /// Whether the body as it was written is refused by the compiler, too.
    pub(super) needs_rewriting: bool,
    /// Whether there is an `.await` in tokens of which nothing else is known.
    pub(super) awaits_in_macros: bool,
}

/// What the walk found.
pub(super) struct Walked {
    pub(super) errors: Diagnostics,
    pub(super) calls: Calls,
    pub(super) needs_rewriting: bool,
}

/// A function that needs a mark.
pub(super) struct Unmarked {
    pub(super) path: Path,
    /// Whether the name is one of the module's.
    pub(super) of_module: bool,
    /// What to vouch for.
    pub(super) vouched: String,
}

/// What the items beside the function check.
#[derive(Default)]
pub(super) struct Calls {
    /// Free functions that need a mark.
    pub(super) functions: Vec<Unmarked>,
    /// Statics that must not change.
    pub(super) globals: Vec<Path>,
    /// The imports inside the body.
    pub(super) uses: Vec<syn::ItemUse>,
    /// Whether the function stands in a module directly.
    pub(super) in_module: bool,
}

impl<'a> Body<'a> {
    pub(super) fn new(
        owner: Owner,
        runtime: &'a Runtime,
        signature: &syn::Signature,
        context: Option<(String, TypeReference)>,
        scope: Scope,
        surroundings: Surroundings,
    ) -> Self {
        let local = |item: &syn::ItemUse, locals: &HashSet<String>| match &item.tree {
            syn::UseTree::Path(path) => path.ident == "self" || locals.contains(&path.ident.to_string()),
            _ => false,
        };
        let uses = scope.uses.iter().filter(|item| !local(item, &scope.locals) && !local(item, &scope.types));
        let calls = Calls { uses: uses.cloned().collect(), in_module: surroundings.in_module, ..Calls::default() };
        let (context, its_type) = context.unzip();
        Self {
            owner,
            runtime,
            own_name: signature.ident.to_string(),
            context,
            shared_context: its_type.filter(|ty| ty.mutability.is_none()),
            scope,
            surroundings,
            diagnostics: Diagnostics::default(),
            calls,
            near: None,
            chains: HashSet::new(),
            sorted_later: HashSet::new(),
            any_order: false,
            needs_rewriting: false,
            awaits_in_macros: false,
        }
    }

    /// Walks, and makes the traits of the probes known in the body.
    pub(super) fn run(mut self, body: &mut Block) -> Walked {
        self.visit_block_mut(body);
        let runtime = self.runtime;
        // A method of every type: editors would propose it everywhere.
        let in_macros = self.awaits_in_macros.then(|| quote!(AwaitInMacro as _,));
        let import: Stmt = parse_quote! {
            #[allow(unused_imports)]
            use #runtime::{
                self as __durable, #in_macros CollectElse as _, OrderElse as _, OutcomeElse as _, ReceiverElse as _, ShownElse as _,
            };
        };
        body.stmts.insert(0, import);
        Walked { errors: self.diagnostics, calls: self.calls, needs_rewriting: self.needs_rewriting }
    }

    /// Reports a refused name.
    pub(super) fn refuse(&mut self, tokens: impl ToTokens, what: &str, refusal: &Refusal) {
        let help = self.instead(refusal);
        self.refuse_with(tokens, what, refusal, &help);
    }

    /// Reports what a function of the crate does in the end.
    pub(super) fn refuse_chain(&mut self, tokens: impl ToTokens, chain: &Chain) {
        let refusal = chain.refusal;
        let help = match refusal.instead {
            Instead::Context(code, what) => format!("pass it in as an argument: `{}`, {what}", self.own_context(code)),
            Instead::Other(help) => self.own_context(help),
        };
        // One step can be found in several ways, each at tokens of its own.
        if self.chains.insert(chain.path()) {
            self.refuse_with(tokens, &chain.path(), &refusal, &help);
        }
    }

    fn refuse_with(&mut self, tokens: impl ToTokens, what: &str, refusal: &Refusal, help: &str) {
        let Refusal { does, so, .. } = refusal;
        let place = self.owner.place();
        self.diagnostics.error(tokens, format_args!("nondeterminism in {place}: {what} {does}; {so}"), help);
    }

    fn instead(&self, refusal: &Refusal) -> String {
        match (refusal.instead, &self.context) {
            (Instead::Other(help), _) => self.own_context(help),
            (Instead::Context(code, what), Some(_)) => format!("use `{}`, {what}", self.own_context(code)),
            (Instead::Context(code, what), None) => {
                format!("add a parameter `ctx: &Context`, and use `{code}`, {what}")
            }
        }
    }

    /// The text with the user's name for the context.
    fn own_context(&self, text: &str) -> String {
        match &self.context {
            Some(context) => text.replace("ctx.", &format!("{context}.")),
            None => text.to_owned(),
        }
    }

    fn await_expression(&mut self, expression: &mut ExprAwait) {
        let base = &mut *expression.base;
        self.visit_expr_mut(base);
        if let Some((name, what)) = self.description(base) {
            let wrong = format!("{name} is {what}: calling it only describes work, and there is nothing to await yet");
            let context = self.context.as_deref().unwrap_or("ctx");
            self.diagnostics.error(
                &*base,
                wrong,
                format_args!("write `{context}.call({}).await`", base.to_token_stream().to_string().replace(' ', "")),
            );
            self.needs_rewriting = true;
        } else if !self.is_unmarked_async(base) {
            // Of an async function without a mark, the missing mark is all that there is to say.
            *base = Expr::Verbatim(awaited(base));
        }
    }

    /// What is described by a call of an activity, orchestrator or operation.
    fn description(&self, expression: &Expr) -> Option<(String, &'static str)> {
        let sources = self.surroundings.sources.as_ref()?;
        let names = |expression: &Expr| match expression {
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) => Some(super::imports::segments(&path.path)),
                _ => None,
            },
            _ => None,
        };
        match expression {
            Expr::MethodCall(call) => {
                let names = names(&call.receiver)?;
                let [.., ty, at] = &names[..] else { return None };
                let shown = format!("`{ty}::{}`", call.method);
                (at == "at" && sources.has_entity(ty)).then_some((shown, "an operation of an entity"))
            }
            expression => {
                let names = names(expression)?;
                let local = names.len() == 1 && names.iter().all(|name| self.scope.locals.contains(name));
                let of_type = names.iter().rev().nth(1).is_some_and(|ty| !super::pure::is_snake(ty));
                if local || of_type {
                    return None;
                }
                let what = sources.described(&names)?;
                Some((format!("`{}`", names.join("::")), what))
            }
        }
    }

    fn is_unmarked_async(&self, expression: &Expr) -> bool {
        let (Expr::Call(call), Some(sources)) = (expression, &self.surroundings.sources) else { return false };
        let Expr::Path(path) = &*call.func else { return false };
        let names = super::imports::segments(&path.path);
        let local = names.first().is_some_and(|first| self.scope.locals.contains(first));
        !local && sources.is_unmarked_async(&self.resolve(&names).0)
    }

    fn for_loop(&mut self, expression: &mut ExprForLoop) {
        if let Some(ty) = self.own_type_of(&expression.expr) {
            let iterated = expression.expr.clone();
            self.own_method(iterated, &ty, "next");
        }
        self.visit_expr_mut(&mut expression.expr);
        self.visit_block_mut(&mut expression.body);
        let items = expression.expr.to_token_stream();
        let (first, last) = ends(&items);
        let (iterator, items) = (at(first, quote!(::core::iter::IntoIterator::into_iter)), parenthesized(last, items));
        *expression.expr = in_order(quote!(#iterator #items));
    }

    /// `let mut rng: fastrand::Rng = Default::default()`
    fn default_of_foreign(&mut self, expression: &Expr, ty: &Type) {
        let is_default = matches!(expression, Expr::Call(call) if call.args.is_empty()
            && matches!(&*call.func, Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "default")));
        if let (true, Type::Path(path)) = (is_default, ty) {
            let mut path = path.path.clone();
            path.segments.push(parse_quote!(default));
            let names = super::imports::segments(&path);
            let (resolved, _) = self.resolve(&names);
            if let Some(refusal) = denied::denied(&resolved, Some(0)) {
                self.refuse(ty, &format!("`{}`", names.join("::")), &refusal);
            }
        }
    }

    /// An operator of a type of the crate calls a method.
    fn operator(&mut self, binary: &ExprBinary) {
        let method = match binary.op {
            BinOp::Add(_) => "add",
            BinOp::Sub(_) => "sub",
            BinOp::Mul(_) => "mul",
            BinOp::Div(_) => "div",
            BinOp::Rem(_) => "rem",
            BinOp::Eq(_) | BinOp::Ne(_) => "eq",
            BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) => "partial_cmp",
            BinOp::AddAssign(_) => "add_assign",
            BinOp::SubAssign(_) => "sub_assign",
            _ => return,
        };
        if let Some(ty) = self.own_type_of(&binary.left) {
            self.own_method(binary.op, &ty, method);
        }
    }

    fn item(&mut self, item: &mut Item) {
        match item {
            Item::Static(item) => {
                let is_mutable = !matches!(item.mutability, syn::StaticMutability::None);
                if is_mutable || names_in(item.ty.to_token_stream()).iter().any(|name| is_changing(name)) {
                    self.refuse(&item.ident, &format!("`static {}`", item.ident), &denied::GLOBAL);
                }
                self.visit_expr_mut(&mut item.expr);
            }
            Item::Macro(item) => self.invocation(&mut item.mac),
            // Modules see nothing of the body around them, and so can't be rewritten.
            Item::Fn(_) | Item::Impl(_) | Item::Trait(_) => visit_mut::visit_item_mut(self, item),
            _ => {}
        }
    }
}

impl VisitMut for Body<'_> {
    fn visit_item_mut(&mut self, item: &mut Item) {
        self.item(item);
    }

    fn visit_attribute_mut(&mut self, _: &mut Attribute) {}

    fn visit_type_mut(&mut self, _: &mut Type) {}

    fn visit_pat_mut(&mut self, pattern: &mut Pat) {
        // All else of a pattern is compared, and calls nothing.
        if let Pat::Guard(guarded) = pattern {
            self.visit_expr_mut(&mut guarded.guard);
        }
    }

    fn visit_macro_mut(&mut self, invocation: &mut Macro) {
        self.invocation(invocation);
    }

    fn visit_block_mut(&mut self, block: &mut Block) {
        self.sorted_later.extend(order::sorted_later(block));
        visit_mut::visit_block_mut(self, block);
    }

    fn visit_local_mut(&mut self, local: &mut Local) {
        let variable = super::scope::variable(&local.pat).map(ToString::to_string);
        if let (Pat::Type(typed), Some(init)) = (&local.pat, &local.init)
            && let Some(ty) = super::receivers::type_name(&typed.ty)
        {
            let expression = (*init.expr).clone();
            self.made_as(&expression, &ty);
            self.default_of_foreign(&expression, &typed.ty);
        }
        let sorted = variable.is_some_and(|variable| self.sorted_later.contains(&variable));
        if let Some(init) = &mut local.init {
            if sorted && order::is_collect(&init.expr) {
                self.any_order = true;
            }
            self.visit_expr_mut(&mut init.expr);
            self.any_order = false;
            if let Some((_, diverge)) = &mut init.diverge {
                self.visit_expr_mut(diverge);
            }
        }
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        let any_order = std::mem::take(&mut self.any_order);
        match expression {
            Expr::Await(inner) => self.await_expression(inner),
            Expr::Async(inner) => {
                self.visit_block_mut(&mut inner.block);
                let block = path_at(inner.async_token.span, &quote!(Block::new));
                let inner = parenthesized(inner.async_token.span, inner.to_token_stream());
                *expression = Expr::Verbatim(quote!(#block #inner));
            }
            // Evaluated by the compiler, and so the same everywhere.
            Expr::Const(_) => {}
            Expr::Unsafe(inner) => {
                let help = "vouch for it: `durable::assume_deterministic!(unsafe { .. })`";
                let refusal =
                    Refusal { does: "can't be checked", so: "it may do anything", instead: Instead::Other(help) };
                self.refuse(inner.unsafe_token, "an `unsafe` block", &refusal);
            }
            Expr::Call(call) => {
                self.call(call).apply(expression);
            }
            Expr::Struct(literal) => self.literal(literal),
            Expr::Binary(binary) => {
                self.operator(binary);
                visit_mut::visit_expr_binary_mut(self, binary);
            }
            Expr::Path(path) => self.value(path),
            Expr::MethodCall(_) => self.method_call(expression, any_order),
            Expr::ForLoop(inner) => self.for_loop(inner),
            Expr::Cast(cast) if matches!(&*cast.ty, Type::Ptr(_)) => {
                self.refuse(&cast.ty, "a cast to a pointer", &denied::ADDRESS);
            }
            Expr::RawAddr(inner) => self.refuse(&*inner, "a raw pointer", &denied::ADDRESS),
            Expr::Macro(inner) => self.invocation(&mut inner.mac),
            other => visit_mut::visit_expr_mut(self, other),
        }
    }
}
