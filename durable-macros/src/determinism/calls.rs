//! Calls and values: paths and methods.

use proc_macro2::Span;
use quote::{ToTokens, quote, quote_spanned};
use syn::{
    Expr, ExprCall, ExprMethodCall, ExprPath, ExprStruct, GenericArgument, Type, parse_quote_spanned,
    spanned::Spanned,
    visit_mut::{self, VisitMut},
};

use super::{
    body::{Body, Unmarked},
    denied::{self, Refusal},
    order,
    pure::{is_primitive, is_pure_crate, is_pure_name, is_screaming, is_snake},
    receivers::type_name,
    scope::names_unordered,
    sources::{Chain, qualified},
    wrapping::{at, in_order, path_at, probed},
};

/// Names of functions whose outcome shows whether they did I/O.
const SUSPICIOUS: &[&str] = &["open", "create", "create_new", "connect", "bind", "canonicalize"];
/// Methods that look at files if their receiver is a path.
const OF_PATHS: &[&str] = &[
    "exists",
    "try_exists",
    "is_file",
    "is_dir",
    "is_symlink",
    "canonicalize",
    "read_dir",
    "symlink_metadata",
    "read_link",
    "metadata",
];

/// What is to become of a call as a whole.
#[derive(Clone, Copy)]
pub(super) enum AfterCall {
    Nothing,
    /// It gives a future whose awaits were checked: that of an async closure.
    Block,
    /// What it returns shows whether it did I/O.
    ProbeOutcome,
}

impl AfterCall {
    /// Does it.
    pub(super) fn apply(self, expression: &mut Expr) {
        match self {
            Self::Nothing => {}
            Self::Block => {
                let span = expression.span();
                let (block, call) = (path_at(span, &quote!(Block::new)), expression.to_token_stream());
                *expression = Expr::Verbatim(quote_spanned!(span=> #block(#call)));
            }
            Self::ProbeOutcome => {
                let (check, probe) = (quote!(WithoutIo::check_io), quote!(Returned));
                *expression = probed(&check, &probe, expression.to_token_stream());
            }
        }
    }
}

impl Body<'_> {
    pub(super) fn call(&mut self, call: &mut ExprCall) -> AfterCall {
        let arguments = call.args.len();
        let is_sorted = matches!(&*call.func, Expr::Path(path)
            if path.path.segments.last().is_some_and(|last| last.ident == "sorted"));
        for argument in &mut call.args {
            self.any_order = is_sorted && matches!(argument, Expr::MethodCall(_));
            self.visit_expr_mut(argument);
            self.any_order = false;
        }
        let Expr::Path(path) = &mut *call.func else {
            self.visit_expr_mut(&mut call.func);
            return AfterCall::Nothing;
        };
        let names = qualified(path);
        let combinators = ["race", "join_all", "try_join_all", "select_all", "timeout"];
        self.needs_rewriting |= names.last().is_some_and(|last| combinators.contains(&last.as_str()));
        if order::takes_an_order(&names, path)
            && let Some(argument) = call.args.last_mut()
        {
            *argument = in_order(argument.to_token_stream());
        }
        self.path(path, &names, Some(arguments));
        self.drop_of(path, &names);
        if names.len() == 1 && names.iter().all(|name| self.scope.asynchronous.contains(name)) {
            return AfterCall::Block;
        }
        let suspicious = names.last().is_some_and(|last| SUSPICIOUS.contains(&last.as_str()));
        if suspicious && names.len() > 1 && !self.is_own_type(&names) {
            return AfterCall::ProbeOutcome;
        }
        AfterCall::Nothing
    }

    /// A path that is not called at once.
    pub(super) fn value(&mut self, path: &ExprPath) {
        let names = qualified(path);
        self.path(path, &names, None);
    }

    /// Refuses a path, or notes it for the check of marks and globals.
    pub(super) fn path(&mut self, path: &ExprPath, names: &[String], arguments: Option<usize>) {
        let (Some(first), Some(last)) = (names.first(), names.last()) else { return };
        if names.len() == 1 && (self.scope.locals.contains(first) || first == "self") {
            return;
        }
        let (resolved, imported) = self.resolve(names);
        if let Some(refusal) = self.denied(names, &resolved, arguments) {
            let (written, full) = (names.join("::"), resolved.join("::"));
            // An alias is shown with what it stands for; of a path that is only shorter, the whole is enough.
            let what = match full.strip_suffix(&written) {
                _ if !imported => format!("`{written}`"),
                Some(_) => format!("`{full}`"),
                None => format!("`{written}` (that is `{full}`)"),
            };
            self.refuse(&path.path, &what, &refusal);
            return;
        }
        if let Some(chain) = self.chain(&resolved) {
            self.refuse_chain(&path.path, &chain);
            return;
        }
        if is_screaming(last) {
            self.global(path, names, resolved.last().unwrap_or(last));
        } else if is_snake(last) && path.qself.is_none() {
            self.function(path, names, &resolved, imported, arguments);
        }
    }

    /// The path behind imports, aliases and re-exports.
    pub(super) fn resolve(&self, names: &[String]) -> (Vec<String>, bool) {
        let (resolved, imported) = self.surroundings.imports.resolve(names);
        match &self.surroundings.sources {
            Some(sources) => {
                let followed = sources.follow(&resolved);
                let moved = followed != resolved;
                // A re-export can be of an import of this module again.
                (followed, imported || moved)
            }
            None => (resolved, imported),
        }
    }

    fn denied(&self, names: &[String], resolved: &[String], arguments: Option<usize>) -> Option<Refusal> {
        let sources = self.surroundings.sources.as_ref();
        // What the crate declares itself is judged by what it does.
        if self.is_own_type(resolved)
            || sources.is_some_and(|sources| resolved.len() == 1 && sources.has_function(resolved))
        {
            return None;
        }
        denied::denied(resolved, arguments).or_else(|| denied::denied(names, arguments)).or_else(|| {
            // A single name of which nothing is known may come from a module of which everything is imported.
            let [name] = names else { return None };
            if names != resolved || is_pure_name(name) || sources.is_some_and(|sources| sources.declares(name)) {
                return None;
            }
            self.surroundings.imports.globs().find_map(|glob| {
                let head = glob.first().map(String::as_str);
                let external = !matches!(head, Some("crate" | "self" | "super" | "durable"));
                if external { denied::denied(&[glob, names].concat(), arguments) } else { None }
            })
        })
    }

    /// Whether the path goes through a type that the body or the crate declares.
    fn is_own_type(&self, names: &[String]) -> bool {
        let [.., ty, _] = names else { return false };
        let external = names.len() > 2 && names.first().is_some_and(|first| is_pure_crate(first) || first == "tokio");
        let declared = self.scope.types.contains(ty) && !self.scope.is_generic(ty)
            || self.surroundings.sources.as_ref().is_some_and(|sources| sources.has_type(ty));
        declared && !external
    }

    fn chain(&self, resolved: &[String]) -> Option<Chain> {
        let sources = self.surroundings.sources.as_ref()?;
        let mut resolved = resolved.to_vec();
        if let [.., ty, _] = &mut resolved[..]
            && ty == "Self"
            && let Some(own) = &self.scope.own_type
        {
            ty.clone_from(own);
        }
        sources.chain_of(&resolved)
    }

    /// A value of a type whose destructor is not deterministic is dropped by the code that makes it.
    fn drop_of(&mut self, path: &ExprPath, names: &[String]) {
        let ty = match names {
            [.., ty, last] if is_snake(last) && !is_snake(ty) => ty,
            [.., ty] if !is_snake(ty) && !is_screaming(ty) => ty,
            _ => return,
        };
        self.own_method(&path.path, &ty.clone(), "drop");
    }

    /// A struct that is written out: its destructor, and where its other fields come from.
    pub(super) fn literal(&mut self, literal: &mut ExprStruct) {
        if let Some(ty) = literal.path.segments.last().map(|segment| segment.ident.to_string()) {
            self.own_method(&literal.path, &ty, "drop");
            if let Some(rest) = &literal.rest {
                self.made_as(rest, &ty);
            }
        }
        visit_mut::visit_expr_struct_mut(self, literal);
    }

    /// What makes a value of a type that is written elsewhere: `let x: Order = Default::default()`.
    pub(super) fn made_as(&mut self, expression: &Expr, ty: &str) {
        let (tokens, method) = match expression {
            Expr::Call(call) => match &*call.func {
                Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "default") => {
                    (path.path.to_token_stream(), "default")
                }
                _ => return,
            },
            Expr::MethodCall(call) if call.method == "into" => (call.method.to_token_stream(), "from"),
            Expr::MethodCall(call) if call.method == "parse" => (call.method.to_token_stream(), "from_str"),
            Expr::Try(inner) => return self.made_as(&inner.expr, ty),
            _ => return,
        };
        self.own_method(&tokens, ty, method);
    }

    /// Refuses what a method of a type of the crate does.
    pub(super) fn own_method(&mut self, tokens: impl ToTokens, ty: &str, method: &str) {
        let chain = self.surroundings.sources.as_ref().and_then(|sources| sources.chain_of_own(ty, method));
        if let Some(chain) = chain {
            self.refuse_chain(tokens, &chain);
        }
    }

    /// The type of an expression, if it is one of the crate's own.
    pub(super) fn own_type_of(&self, expression: &Expr) -> Option<String> {
        let sources = self.surroundings.sources.clone()?;
        let own = self.scope.own_type.as_deref();
        let ty = self.scope.variables.of(own, expression, &|ty, name| sources.field(ty, name))?;
        sources.has_type(&ty).then_some(ty)
    }

    fn global(&mut self, path: &ExprPath, names: &[String], last: &str) {
        let of_a_type =
            names.len() > 1 && names.get(names.len() - 2).is_some_and(|ty| !is_snake(ty) || is_primitive(ty));
        if path.qself.is_some()
            || of_a_type
            || names.last().is_some_and(|own| self.scope.locals.contains(own) || self.scope.is_generic(own))
        {
            return;
        }
        if let Some(sources) = self.surroundings.sources.clone() {
            if let Some(chain) = sources.chain_of_static(last) {
                return self.refuse_chain(&path.path, &chain);
            }
            if let Some(ty) = sources.changing_static(last) {
                let ty = ty.replace(' ', "").replace(',', ", ").replace(';', "; ");
                let what = format!("`{}`, of type `{ty}`,", names.join("::"));
                return self.refuse(&path.path, &what, &denied::GLOBAL);
            }
        }
        self.calls.globals.push(path.path.clone());
    }

    /// A free function: pure, `const`, or in need of a mark.
    fn function(
        &mut self,
        path: &ExprPath,
        names: &[String],
        resolved: &[String],
        imported: bool,
        arguments: Option<usize>,
    ) {
        let (Some(first), Some(last)) = (resolved.first(), resolved.last()) else { return };
        let through_type = |names: &[String]| {
            names.len() > 1 && names.get(names.len() - 2).is_some_and(|ty| !is_snake(ty) || is_primitive(ty))
        };
        if through_type(names)
            || through_type(resolved)
            || names.first().is_some_and(|first| self.scope.locals.contains(first))
        {
            return;
        }
        // The twin of a function stands beside it.
        if names.len() == 1 && self.own_name == *last {
            return;
        }
        let sources = self.surroundings.sources.clone();
        let own = sources.as_ref().is_some_and(|sources| sources.has_function(resolved));
        let local_module = sources.as_ref().is_some_and(|sources| sources.has_module(first));
        let of_crate = resolved.len() == 1 || local_module || matches!(first.as_str(), "crate" | "self" | "super");
        if of_crate && sources.as_ref().is_some_and(|sources| sources.is_callable(resolved)) {
            return;
        }
        let known = if resolved.len() > 1 {
            is_pure_crate(first) && !local_module
        } else {
            let globs = self
                .surroundings
                .imports
                .globs()
                .any(|glob| glob.first().is_some_and(|head| is_pure_crate(head) && head != "durable"));
            !own && !imported && (is_pure_name(last) || globs)
        };
        // A name that is only a value may come from a macro; a function is known by the sources or an import.
        let uncertain = arguments.is_none() && resolved.len() == 1 && !own;
        // The compiler says itself that there is no such function.
        let is_nowhere = names.len() == 1
            && !imported
            && self.surroundings.in_module
            && sources.as_ref().is_some_and(|sources| sources.is_nowhere(last))
            && self.surroundings.imports.globs().all(|glob| glob.first().is_some_and(|first| first == "durable"));
        if !known && !uncertain && !is_nowhere {
            let of_module = self.surroundings.in_module
                || sources.is_some_and(|sources| names.first().is_some_and(|first| sources.is_of_a_module(first)));
            let is_async =
                self.surroundings.sources.as_ref().is_some_and(|sources| sources.is_unmarked_async(resolved));
            let vouched = match arguments {
                None => last.clone(),
                Some(_) if is_async => format!("{last}(..).await"),
                Some(_) => format!("{last}(..)"),
            };
            self.calls.functions.push(Unmarked { path: path.path.clone(), of_module, vouched });
        }
    }

    pub(super) fn method_call(&mut self, expression: &mut Expr, any_order: bool) {
        let Expr::MethodCall(call) = expression else { return };
        let (name, span) = (call.method.to_string(), call.method.span());
        if let Some(ty) = self.own_type_of(&call.receiver) {
            let method = call.method.clone();
            self.own_method(method, &ty, &name);
        }
        if name == "parse"
            && let Some(turbofish) = &call.turbofish
            && let Some(GenericArgument::Type(ty)) = turbofish.args.first()
            && let Some(ty) = type_name(ty)
        {
            let method = call.method.clone();
            self.own_method(method, &ty, "from_str");
        }
        let kind = order::Chain::of(call, any_order, self.context.as_deref());
        // The root of the chain learns from its end what may become of its order.
        self.any_order = kind.lets_through();
        self.visit_expr_mut(&mut call.receiver);
        self.any_order = false;
        for argument in &mut call.args {
            self.visit_expr_mut(argument);
        }
        self.denied_method(call, &name);
        self.lock_of_shared_context(call);
        if order::takes_items(&name, call)
            && !self.forgets_order(&call.receiver)
            && let Some(argument) = call.args.last_mut()
        {
            *argument = in_order(argument.to_token_stream());
        }
        if let Some(check) = self.receiver_check(call, &name) {
            let receiver = &call.receiver;
            let (method, arguments, turbofish) = (&call.method, &call.args, &call.turbofish);
            *expression = parse_quote_spanned!(span=> match &(#receiver) {
                __durable_receiver => { #check __durable_receiver.#method #turbofish (#arguments) }
            });
            return;
        }
        match kind {
            order::Chain::Iterates if !any_order => {
                *expression = in_order(expression.to_token_stream());
            }
            order::Chain::Collects => {
                let (receiver, turbofish) = (&call.receiver, &call.turbofish);
                let (fixed, order) = (path_at(span, &quote!(FixedOrder::fixed)), path_at(span, &quote!(Order)));
                *expression =
                    Expr::Verbatim(quote_spanned!(span=> #fixed(#order(#receiver).collect #turbofish ()).probed()));
            }
            order::Chain::Iterates | order::Chain::Adapts | order::Chain::Forgets | order::Chain::Other => {
                self.map_of_async(expression, span);
            }
        }
    }

    /// The futures of `.map(async |x| ..)` are blocks whose awaits are checked.
    fn map_of_async(&self, expression: &mut Expr, span: Span) {
        let Expr::MethodCall(call) = &*expression else { return };
        let is_async = |argument: &Expr| match argument {
            Expr::Closure(closure) => closure.asyncness.is_some(),
            Expr::Path(path) => {
                path.path.get_ident().is_some_and(|name| self.scope.asynchronous.contains(&name.to_string()))
            }
            _ => false,
        };
        if call.method == "map" && call.args.len() == 1 && call.args.iter().all(is_async) {
            let block = path_at(span, &quote!(Block::new));
            *expression = Expr::Verbatim(quote_spanned!(span=> #expression.map(#block)));
        }
    }

    fn denied_method(&mut self, call: &ExprMethodCall, name: &str) {
        let sources = self.surroundings.sources.clone();
        // The methods of contexts are ours.
        let of_context = self.is_context(&call.receiver);
        if let (None, Some(sources)) = (&self.near, &sources) {
            self.near = Some(sources.near(&self.scope.names));
        }
        let near = self.near.as_ref();
        let chain = sources.as_ref().zip(near).and_then(|(sources, near)| sources.chain_of_method(name, near));
        if let Some(chain) = chain.filter(|_| !of_context) {
            return self.refuse_chain(&call.method, &chain);
        }
        let own = || sources.is_some_and(|sources| sources.has_method(name));
        if let Some(refusal) = denied::denied_method(name, call.args.len()).filter(|_| !own()) {
            self.refuse(&call.method, &format!("`.{name}()`"), &refusal);
        }
    }

    fn is_context(&self, expression: &Expr) -> bool {
        matches!(expression, Expr::Path(path)
            if path.path.get_ident().is_some_and(|name| self.context.as_deref() == Some(&name.to_string())))
    }

    /// What the compiler proposes for that in an async function is no Rust.
    fn lock_of_shared_context(&mut self, call: &ExprMethodCall) {
        if call.method != "lock" || call.args.len() != 1 || !self.is_context(&call.receiver) {
            return;
        }
        let shared = self.shared_context.take().filter(|shared| self.is_ours(&shared.elem));
        if let (Some(shared), Some(name)) = (shared, &self.context) {
            let wrong = format!("`{name}.lock(..)` borrows the context mutably, until all that is locked is let go");
            self.diagnostics.error(shared, wrong, format_args!("write `{name}: &mut Context`"));
            self.needs_rewriting = true;
        }
    }

    /// Whether a type called `Context` is that of orchestrators.
    fn is_ours(&self, ty: &Type) -> bool {
        let Type::Path(path) = ty else { return false };
        let names = super::imports::segments(&path.path);
        match &names[..] {
            [name] => !self.surroundings.sources.as_ref().is_some_and(|sources| sources.has_type(name)),
            [first, ..] => first == "durable",
            [] => false,
        }
    }

    /// The check of a receiver that only its type tells of.
    fn receiver_check(&self, call: &ExprMethodCall, name: &str) -> Option<proc_macro2::TokenStream> {
        let check = match name {
            "elapsed" => quote!(WithoutClock::check_clock),
            _ if OF_PATHS.contains(&name) => quote!(WithoutFiles::check_files),
            _ => return None,
        };
        let own = self.surroundings.sources.as_ref().is_some_and(|sources| sources.has_method(name));
        if !call.args.is_empty() || own {
            return None;
        }
        let span = call.method.span();
        let (check, receiver) = (path_at(span, &check), path_at(span, &quote!(Receiver)));
        Some(at(span, quote!(#check(#receiver(__durable_receiver).probe());)))
    }

    /// Whether what is added to this collection loses its order.
    fn forgets_order(&self, receiver: &Expr) -> bool {
        match receiver {
            Expr::Path(path) => {
                path.path.get_ident().is_some_and(|name| self.scope.unordered.contains(&name.to_string()))
            }
            other => names_unordered(other),
        }
    }
}
