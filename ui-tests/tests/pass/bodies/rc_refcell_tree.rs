// good: a tree of Rc<RefCell<..>> with weak parents
use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use durable::prelude::*;

struct Node {
    name: String,
    size: Cell<u64>,
    parent: RefCell<Weak<Node>>,
    children: RefCell<Vec<Rc<Node>>>,
}

impl Node {
    fn new(name: &str) -> Rc<Self> {
        Rc::new(Self {
            name: name.to_owned(),
            size: Cell::new(0),
            parent: RefCell::new(Weak::new()),
            children: RefCell::default(),
        })
    }

    fn adopt(self: &Rc<Self>, child: Rc<Self>) {
        *child.parent.borrow_mut() = Rc::downgrade(self);
        self.children.borrow_mut().push(child);
    }

    fn grow(&self, by: u64) {
        self.size.set(self.size.get() + by);
        if let Some(parent) = self.parent.borrow().upgrade() {
            parent.grow(by);
        }
    }

    fn render(&self, depth: usize, into: &mut Vec<String>) {
        into.push(format!("{}{} {}", "  ".repeat(depth), self.name, self.size.get()));
        for child in self.children.borrow().iter() {
            child.render(depth + 1, into);
        }
    }
}

#[activity]
async fn size_of(folder: String) -> Result<u64> {
    Ok(folder.len() as u64)
}

#[orchestrator]
async fn folder_tree(ctx: &Context, folders: Vec<String>) -> Result<Vec<String>> {
    let root = Node::new("/");
    for folder in folders {
        let node = Node::new(&folder);
        root.adopt(Rc::clone(&node));
        node.grow(ctx.call(size_of(folder)).await?);
    }
    let mut lines = Vec::new();
    root.render(0, &mut lines);
    lines.push(format!("{} children", Rc::weak_count(&root)));
    Ok(lines)
}
