// modules of the user's own that are named like those of std
use durable::prelude::*;
mod thread {
    #[derive(Debug, Default)]
    pub struct Thread {
        pub posts: Vec<super::fs::Attachment>,
    }

    impl Thread {
        pub fn spawn(title: &str) -> Self {
            Self { posts: vec![super::fs::Attachment { name: title.to_owned(), size: 0 }] }
        }

        pub fn join(mut self, other: Self) -> Self {
            self.posts.extend(other.posts);
            self
        }
    }
}

mod fs {
    #[derive(Debug)]
    pub struct Attachment {
        pub name: String,
        pub size: u64,
    }

    pub const fn read(size: u64) -> u64 {
        size / 1_024
    }
}

mod env {
    pub enum Env {
        Staging,
        Production,
    }

    pub use Env::*;
}

#[orchestrator]
async fn forum(ctx: &Context, title: String, live: bool) -> Result<u64> {
    let env = if live { env::Production } else { env::Staging };
    let thread = thread::Thread::spawn(&title).join(thread::Thread::default());
    ctx.set_status(match env {
        env::Env::Staging => "staging",
        env::Env::Production => "production",
    });
    Ok(thread.posts.iter().map(|post| fs::read(post.size) + post.name.len() as u64).sum())
}
