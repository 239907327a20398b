#![allow(unused)]
// the last step of a builder
use durable::prelude::*;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

#[derive(Default)]
struct ReportBuilder {
    title: String,
    pages: u32,
}

#[derive(Serialize, Deserialize)]
struct Report {
    title: String,
    pages: u32,
    created: Timestamp,
}

impl ReportBuilder {
    fn title(mut self, title: &str) -> Self {
        title.clone_into(&mut self.title);
        self
    }

    fn pages(self, pages: u32) -> Self {
        Self { pages, ..self }
    }

    fn build(self) -> Report {
        Report { title: self.title, pages: self.pages, created: Timestamp::from(SystemTime::now()) }
    }
}

#[orchestrator]
async fn report(ctx: &Context) -> Result<Report> {
    ctx.set_status("building");
    Ok(ReportBuilder::default().title("Sales").pages(3).build())
}

fn main() {}
