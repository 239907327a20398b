//! What names stand for: imports and aliases.

use std::collections::HashMap;

use syn::{Item, Path, Type, UseTree};

/// The imports and type aliases of one scope.
#[derive(Default, Clone)]
pub(crate) struct Imports {
    named: HashMap<String, Vec<String>>,
    globs: Vec<Vec<String>>,
}

impl Imports {
    /// Takes an item for what it brings into scope.
    pub(crate) fn add(&mut self, item: &Item) {
        match item {
            Item::Use(item) => self.add_tree(&item.tree, &mut Vec::new()),
            Item::Type(item) => {
                if let Type::Path(target) = &*item.ty {
                    self.named.insert(item.ident.to_string(), segments(&target.path));
                }
            }
            Item::ExternCrate(item) => {
                if let Some((_, name)) = &item.rename {
                    self.named.insert(name.to_string(), vec![item.ident.to_string()]);
                }
            }
            _ => {}
        }
    }

    fn add_tree(&mut self, tree: &UseTree, prefix: &mut Vec<String>) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.add_tree(&path.tree, prefix);
                prefix.pop();
            }
            UseTree::Name(name) if name.ident == "self" => {
                if let Some(last) = prefix.last() {
                    self.named.insert(last.clone(), prefix.clone());
                }
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                self.named.insert(name.clone(), [&prefix[..], &[name]].concat());
            }
            UseTree::Rename(rename) => {
                let mut target = prefix.clone();
                if rename.ident != "self" {
                    target.push(rename.ident.to_string());
                }
                self.named.insert(rename.rename.to_string(), target);
            }
            UseTree::Glob(_) => self.globs.push(prefix.clone()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(tree, prefix)),
        }
    }

    /// Adds those of another scope; they lose against what is here.
    pub(crate) fn add_outer(&mut self, outer: &Self) {
        for (name, target) in &outer.named {
            self.named.entry(name.clone()).or_insert_with(|| target.clone());
        }
        self.globs.extend(outer.globs.iter().cloned());
    }

    /// What a name was imported as.
    pub(crate) fn target(&self, name: &str) -> Option<&[String]> {
        self.named.get(name).map(Vec::as_slice)
    }

    /// The modules of which everything is imported.
    pub(crate) fn globs(&self) -> impl Iterator<Item = &[String]> {
        self.globs.iter().map(Vec::as_slice)
    }

    /// The path behind the imports, and whether there are any.
    pub(crate) fn resolve(&self, path: &[String]) -> (Vec<String>, bool) {
        let mut resolved = path.to_vec();
        let mut found = false;
        // Aliases of aliases end somewhere; those that go in circles don't compile.
        for _ in 0..8 {
            let Some((first, rest)) = resolved.split_first() else { break };
            let Some(target) = self.target(first).filter(|target| target.first() != Some(first)) else {
                // `use uuid::Uuid` leads on, `use uuid` does not.
                match self.target(first) {
                    Some(target) if target.len() > 1 && !resolved.starts_with(target) => {
                        resolved = [target, rest].concat();
                        found = true;
                    }
                    _ => {}
                }
                break;
            };
            resolved = [target, rest].concat();
            found = true;
        }
        (resolved, found)
    }
}

/// The names along a path.
pub(crate) fn segments(path: &Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(source: &str) -> Imports {
        let mut imports = Imports::default();
        syn::parse_file(source).unwrap().items.iter().for_each(|item| imports.add(item));
        imports
    }

    fn resolve(imports: &Imports, path: &str) -> String {
        imports.resolve(&path.split("::").map(str::to_owned).collect::<Vec<_>>()).0.join("::")
    }

    #[test]
    fn a_path_is_followed_through_imports_and_aliases() {
        let imports = imports(
            "use chrono::{self, Utc as U, offset::{self as o}}; use std::time; type Now = U; use uuid::Uuid; use rand;",
        );
        assert_eq!(resolve(&imports, "Now::now"), "chrono::Utc::now");
        assert_eq!(resolve(&imports, "o::Local::now"), "chrono::offset::Local::now");
        assert_eq!(resolve(&imports, "time::Instant::now"), "std::time::Instant::now");
        assert_eq!(resolve(&imports, "Uuid::new_v4"), "uuid::Uuid::new_v4");
        assert_eq!(resolve(&imports, "rand::random"), "rand::random");
        assert_eq!(resolve(&imports, "charge"), "charge");
    }
}
